"""What became of a message."""

from __future__ import annotations

import enum
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Protocol

from quart import Quart
from sqlalchemy import orm

from .messages import Message, definition

#: How many outcomes a process without a queue remembers.
REMEMBERED = 10_000


class MessageState(enum.Enum):
    """How far a message has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass
class Outcome:
    """What became of a message: its state, how often its task has failed, what it returned, its last error."""

    key: str
    task: str
    state: MessageState
    failures: int = 0
    result: Any = None
    error: str | None = None


def in_words(error: Exception) -> str:
    """Describe an error in a line."""
    return f"{type(error).__name__}: {error}".removesuffix(": ")


class AlreadyDoneError(Exception):
    """The effect of this message is in the database: what was about to be committed is a second one."""


class Outcomes(Protocol):
    """Where outcomes are kept."""

    async def get(self, key: str) -> Outcome | None:
        """Return what became of a message, or None if none is known."""

    async def running(self, message: Message) -> bool:
        """Note that a run begins; return whether there is anything to do."""

    def committing(self, session: orm.Session, key: str, result: Any) -> None:
        """Note, in the transaction that is about to be committed, that this is the effect.

        Raises:
            AlreadyDoneError: It is there already.
        """

    def committed(self, key: str, result: Any) -> None:
        """Note that this transaction is committed."""

    async def done(self, key: str, result: Any) -> None:
        """Note the end, and what was returned."""

    async def failed(self, message: Message, error: Exception) -> int:
        """Note an error; return how many there were."""


class MemoryOutcomes:
    """The outcomes of a process that has no queue. They end with it."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Outcome] = OrderedDict()

    @classmethod
    def of(cls, app: Quart) -> MemoryOutcomes:
        """Return those of an application."""
        found: MemoryOutcomes = app.extensions.setdefault("quart_app_outcomes", cls())
        return found

    def add(self, message: Message) -> bool:
        """Note a new message; return whether it is one."""
        if message.key in self._known:
            return False
        self._known[message.key] = Outcome(message.key, message.task, MessageState.WAITING)
        ended = (MessageState.DONE, MessageState.FAILED)
        while len(self._known) > REMEMBERED and next(iter(self._known.values())).state in ended:
            self._known.popitem(last=False)
        return True

    def forget(self, key: str) -> None:
        """Forget a message that was not sent."""
        self._known.pop(key, None)

    async def get(self, key: str) -> Outcome | None:  # noqa: D102 - as in the protocol; so are those below
        return self._known.get(key)

    async def running(self, message: Message) -> bool:  # noqa: D102
        outcome = self._known[message.key]
        if outcome.state is MessageState.DONE:
            return False
        outcome.state = MessageState.RUNNING
        return True

    def committing(self, session: orm.Session, key: str, result: Any) -> None:  # noqa: D102
        pass  # nobody else can have done it

    def committed(self, key: str, result: Any) -> None:  # noqa: D102
        self._known[key].state, self._known[key].result = MessageState.DONE, result

    async def done(self, key: str, result: Any) -> None:  # noqa: D102
        self.committed(key, result)

    async def failed(self, message: Message, error: Exception) -> int:  # noqa: D102
        outcome = self._known[message.key]
        outcome.failures += 1
        outcome.error = in_words(error)
        if outcome.state is not MessageState.DONE:
            again = definition(message.task).delay(outcome.failures) is not None
            outcome.state = MessageState.WAITING if again else MessageState.FAILED
        return outcome.failures
