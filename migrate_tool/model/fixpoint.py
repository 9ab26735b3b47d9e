"""Answers that depend on each other: the least solution, worked out on demand.

Questions are visited depth first, as Tarjan's algorithm visits a graph, so that what depends on each other (a
*component*) is known as soon as its first question has been worked out. Only inside a component is anything worked out
again, and only the questions that read an answer that has changed since. Everything outside costs one visit.
"""

from __future__ import annotations

import heapq
import sys
from collections.abc import Callable, Hashable

from .types import NOTHING, Types

# One question is a handful of Python calls; the default limit would be reached at a third of DEEPEST_QUESTION.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 10_000))

#: Questions deeper than this wait until the outermost one has been visited, then get their turn.
DEEPEST_QUESTION = 150
#: How often the answer of one question is replaced before it is only added to (answers that take something back could
#: go on for ever), and how often it changes at all.
MOST_REPLACED = 12
MOST_CHANGES = 40
#: An answer of an expression in a cycle that has become longer says nothing that its last one did not; it stays.
MOST_POSSIBILITIES = 200


class Gathered(str):
    """The name of a question whose answer only puts together what others say, and so changes as often as they do."""

    __slots__ = ()


class _Question:
    """A question whose component is not complete yet."""

    __slots__ = ("changes", "key", "known", "lowest", "number", "readers", "stale", "work")

    def __init__(self, key: Hashable, work: Callable[[], Types], number: int) -> None:
        self.key = key
        self.work = work
        self.known = NOTHING
        #: The order in which questions were first asked.
        self.number = number
        #: The first question that this one depends on, as far as it was visited.
        self.lowest = number
        self.readers: set[_Question] = set()
        self.changes = 0
        #: Whether it read an answer that has changed since, or was put off.
        self.stale = False


class Fixpoint:
    """Works out each question once, and questions in a cycle until their answers agree.

    A question asked while it is being worked out gets what is known of it so far (at first: nothing), and the one who
    asked is worked out again when that changes. So the order of questions does not matter.
    """

    def __init__(self) -> None:
        #: Answers that stay.
        self.kept: dict[Hashable, Types] = {}
        self._questions: dict[Hashable, _Question] = {}
        #: The same in order; those of one component stand together.
        self._members: list[_Question] = []
        self._open: list[_Question] = []
        #: Stale questions; the last asked come first, because what a question depends on is asked after it.
        self._queue: list[tuple[int, _Question]] = []
        self._count = 0

    def answer(self, question: Hashable, work: Callable[[], Types]) -> Types:
        """The answer to ``question``, which ``work`` finds, asking other questions on its way."""
        found = self.kept.get(question)
        if found is not None:
            return found
        asked = self._questions.get(question)
        if asked is None:
            return self._first_time(question, work)
        reader = self._open[-1]
        asked.readers.add(reader)
        if asked.lowest < reader.lowest:
            reader.lowest = asked.lowest
        return asked.known

    def _first_time(self, key: Hashable, work: Callable[[], Types]) -> Types:
        self._count += 1
        position = len(self._members)
        question = self._questions[key] = _Question(key, work, self._count)
        self._members.append(question)
        if len(self._open) > DEEPEST_QUESTION:
            # Nothing is final before it had its turn.
            question.readers.add(self._open[-1])
            question.lowest = self._open[-1].lowest = self._members[0].number
            self._mark(question)
            return NOTHING
        try:
            self._take_turn(question)
            if question.lowest == question.number:
                self._settle(question)
        except BaseException:
            if not self._open:
                self._forget()
            raise
        if question.lowest == question.number:
            self._keep(position)
        else:
            reader = self._open[-1]
            question.readers.add(reader)
            reader.lowest = min(reader.lowest, question.lowest)
        return question.known

    def _take_turn(self, question: _Question) -> None:
        """Work a question out, and mark its readers if the answer is another one."""
        question.stale = False
        self._open.append(question)
        try:
            found = question.work()
        finally:
            self._open.pop()
        if found == question.known:
            return
        question.changes += 1
        if question.changes > 1 and len(found) > MOST_POSSIBILITIES and type(question.key) is not tuple:
            return
        if question.changes > MOST_REPLACED:
            found |= question.known
            if found == question.known:
                return
            if question.changes > MOST_CHANGES and type(question.key) is not Gathered:
                return
        question.known = found
        readers = question.readers
        question.readers = set()
        for reader in readers:
            self._mark(reader)

    def _mark(self, question: _Question) -> None:
        if not question.stale:
            question.stale = True
            heapq.heappush(self._queue, (-question.number, question))

    def _settle(self, root: _Question) -> None:
        """Work out again what read an old answer, in the component that begins with ``root``."""
        while self._queue and -self._queue[0][0] >= root.number:
            question = heapq.heappop(self._queue)[1]
            if question.stale:
                self._take_turn(question)
                if question.lowest < root.number:
                    # It turned out to be part of a larger component, which goes on with it.
                    root.lowest = question.lowest
                    return

    def _keep(self, position: int) -> None:
        """Everything that was first asked from ``position`` on is final."""
        for question in self._members[position:]:
            self.kept[question.key] = question.known
            question.stale = False
            del self._questions[question.key]
        del self._members[position:]

    def _forget(self) -> None:
        """Drop what is not final, after an error."""
        self._questions.clear()
        self._members.clear()
        self._queue.clear()
