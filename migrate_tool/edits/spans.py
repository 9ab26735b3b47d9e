"""Edits that may contain edits.

An edit replaces a stretch of the original text by parts: new text, and ``Span``s, stretches of the original that are
rendered again with the edits that lie inside them. So a rule that wraps a call and a rule that changes one of the
call's arguments know nothing of each other::

    Edit(0, 9, ("await ", Span(0, 9)))      f(old, 1)  ->  await f(old, 1)
    Edit(2, 5, ("new",))                    f(old, 1)  ->  f(new, 1)          together: await f(new, 1)

Which edit lies inside which:

- A narrower edit lies inside a wider one. On the same stretch the higher ``level`` is outermost; at the same level the
  one that keeps the stretch wraps the one that replaces it, and of two that keep it the one added later.
- An insertion (an edit of no width) at the very start or end of an edit lies inside it only if its level is lower and
  the edit keeps that end; else it stays outside. Insertions at one place stand in the order of their levels, then in
  the order in which they were added.
- A span may also lie outside its edit: that moves or copies text, with the edits inside it.

Edits that can't both be applied are a conflict: two that overlap without nesting (the one added later is dropped), or
one inside a stretch that another replaces without keeping it (the inner one is dropped). Edits of one ``group`` stand
or fall together.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the original text, to be rendered with the edits inside it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``[start, end)`` by ``parts``."""

    start: int
    end: int
    parts: tuple[str | Span, ...]
    level: int = 0
    #: The code of the rule that wants it.
    origin: str = ""
    #: Edits of one group are applied together or not at all, in all files.
    group: Hashable | None = None

    @property
    def is_insertion(self) -> bool:
        """Whether it takes nothing away."""
        return self.start == self.end

    @property
    def keeps_start(self) -> bool:
        """Whether a span starts where the edit does."""
        return any(isinstance(part, Span) and part.start == self.start < part.end for part in self.parts)

    @property
    def keeps_end(self) -> bool:
        """Whether a span ends where the edit does."""
        return any(isinstance(part, Span) and part.start < self.end == part.end for part in self.parts)

    @property
    def keeps_all(self) -> bool:
        """Whether a span covers the edit's own stretch."""
        return any(
            isinstance(part, Span) and part.start <= self.start and self.end <= part.end
            for part in self.parts
        )


@dataclass(frozen=True, slots=True)
class Conflict:
    """An edit that was dropped, and the one that stood in its way (None: its group was dropped elsewhere)."""

    dropped: Edit
    other: Edit | None
    reason: str


class EditSet:
    """The edits of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._edits: list[Edit] = []
        self._order: dict[int, int] = {}
        self._conflicts: list[Conflict] = []
        self._rendered: str | None = None
        self._dropped_groups: set[Hashable] = set()

    def __len__(self) -> int:
        return len(self._edits)

    def __bool__(self) -> bool:
        return bool(self._edits)

    def add(self, edit: Edit) -> None:
        """Add an edit; of several that make the same change one is applied.

        Raises:
            ValueError: the edit or one of its spans is outside the text.
        """
        for span in (Span(edit.start, edit.end), *(part for part in edit.parts if isinstance(part, Span))):
            if not 0 <= span.start <= span.end <= len(self.text):
                raise ValueError(f"{edit} does not fit a text of {len(self.text)} characters")
        self._order[id(edit)] = len(self._order)
        self._edits.append(edit)
        self._rendered = None

    def withdraw(self, start: int, end: int) -> list[Edit]:
        """Take back the edits of exactly this stretch, for a rule that does their work in its own way."""
        gone = [edit for edit in self._edits if (edit.start, edit.end) == (start, end)]
        self._edits = [edit for edit in self._edits if (edit.start, edit.end) != (start, end)]
        self._rendered = None
        return gone

    def update(self, edits: Iterable[Edit]) -> None:
        """Add several edits."""
        for edit in edits:
            self.add(edit)

    @property
    def edits(self) -> list[Edit]:
        """The edits that are applied."""
        self.render()
        return list(self._edits)

    @property
    def conflicts(self) -> list[Conflict]:
        """The edits that were dropped, and why."""
        self.render()
        return list(self._conflicts)

    @property
    def dropped_groups(self) -> set[Hashable]:
        """The groups that lost an edit here, and so must be dropped everywhere."""
        self.render()
        return set(self._dropped_groups)

    def drop_groups(
        self, groups: set[Hashable], reason: str = "belongs to a change that was given up"
    ) -> None:
        """Drop the edits of groups that were given up elsewhere."""
        gone = [edit for edit in self._edits if edit.group is not None and edit.group in groups]
        if gone:
            self._remove(gone, None, reason)
        self._dropped_groups |= groups

    def drop_all(self, reason: str) -> None:
        """Give up every edit."""
        self._dropped_groups |= {edit.group for edit in self._edits if edit.group is not None}
        self._remove(list(self._edits), None, reason)

    def render(self) -> str:
        """The text with all edits that go together."""
        while self._rendered is None:
            clash = self._crossing() or self._try()
            if clash is not None:
                edit, other, reason = clash
                gone = [edit] if edit.group is None else [e for e in self._edits if e.group == edit.group]
                if edit.group is not None:
                    self._dropped_groups.add(edit.group)
                self._remove(gone, other, reason)
        return self._rendered

    # -- conflicts -----------------------------------------------------------------------------------------

    def _remove(self, gone: list[Edit], other: Edit | None, reason: str) -> None:
        self._conflicts.extend(Conflict(edit, other, reason) for edit in gone)
        ids = {id(edit) for edit in gone}
        self._edits = [edit for edit in self._edits if id(edit) not in ids]
        self._rendered = None

    def _crossing(self) -> tuple[Edit, Edit, str] | None:
        open_edits: list[Edit] = []
        for edit in sorted(self._edits, key=lambda e: (e.start, -e.end)):
            while open_edits and open_edits[-1].end <= edit.start:
                open_edits.pop()
            if open_edits and open_edits[-1].end < edit.end:
                earlier, later = sorted((open_edits[-1], edit), key=lambda e: self._order[id(e)])
                return later, earlier, "overlaps another edit"
            open_edits.append(edit)
        return None

    def _try(self) -> tuple[Edit, Edit | None, str] | None:
        rendering = _Rendering(self.text, self._edits, self._order)
        rendered = rendering.run()
        lost = [edit for edit in self._edits if id(edit) not in rendering.applied]
        if not lost:
            self._rendered = rendered
            return None
        edit = min(lost, key=lambda e: (e.start, -e.end, -self._order[id(e)]))
        around = [
            e
            for e in self._edits
            if e is not edit and id(e) in rendering.applied and e.start <= edit.start and edit.end <= e.end
        ]
        other = min(around, key=lambda e: e.end - e.start, default=None)
        return edit, other, "lies in a stretch that another edit replaces"


class _Rendering:
    """One attempt to apply all edits; ``applied`` holds those that had their place."""

    def __init__(self, text: str, edits: list[Edit], order: dict[int, int]) -> None:
        self.text = text
        self.order = order
        self.applied: set[int] = set()
        self.active: set[int] = set()
        # Rules that want the same change say it twice; it is made once.
        same: dict[object, list[Edit]] = {}
        ranked = sorted(edits, key=lambda e: (e.start, -e.end, *(-k for k in self._rank(e))))
        for edit in ranked:
            key = id(edit) if edit.is_insertion else (edit.start, edit.end, edit.parts)
            same.setdefault(key, []).append(edit)
        self.twins = {id(equal[0]): {id(edit) for edit in equal} for equal in same.values()}
        self.edits = [edit for edit in ranked if id(edit) in self.twins]
        self.starts = [edit.start for edit in self.edits]

    def run(self) -> str:
        return self._render(Span(0, len(self.text)), None)

    def _rank(self, edit: Edit) -> tuple[int, int, int]:
        """The higher, the further outside among edits of the same stretch."""
        order = self.order[id(edit)]
        return (edit.level, 1, order) if edit.keeps_all else (edit.level, 0, -order)

    def _render(self, span: Span, owner: Edit | None) -> str:
        """The stretch with the edits inside it; ``owner`` is the edit that the span is a part of."""
        widest, insertions = self._inside(span, owner)
        steps = sorted(
            [(i.start, 0, i.level, self.order[id(i)], i) for i in insertions]
            + [(e.start, 1, 0, 0, e) for e in widest],
            key=lambda step: step[:4],
        )
        out: list[str] = []
        position = span.start
        for *_, edit in steps:
            out.append(self.text[position : edit.start])
            self.applied |= self.twins[id(edit)]
            self.active.add(id(edit))
            out.extend(part if isinstance(part, str) else self._render(part, edit) for part in edit.parts)
            self.active.discard(id(edit))
            position = edit.end
        out.append(self.text[position : span.end])
        return "".join(out)

    def _inside(self, span: Span, owner: Edit | None) -> tuple[list[Edit], list[Edit]]:
        """The widest edits inside the span, and the insertions that lie in none of them."""
        widest: list[Edit] = []
        loose: list[Edit] = []
        for edit in self.edits[bisect_left(self.starts, span.start) : bisect_right(self.starts, span.end)]:
            if (
                edit.end > span.end
                or id(edit) in self.active
                or (owner and not self._admits(owner, span, edit))
            ):
                continue
            if edit.is_insertion:
                loose.append(edit)
            elif not widest or edit.start >= widest[-1].end:
                widest.append(edit)
        starts = [edit.start for edit in widest]
        return widest, [
            i for i in loose if not any(self._takes(e, i) for e in self._touching(widest, starts, i.start))
        ]

    @staticmethod
    def _touching(widest: list[Edit], starts: list[int], position: int) -> list[Edit]:
        after = bisect_right(starts, position)
        return [edit for edit in widest[max(after - 2, 0) : after] if edit.end >= position]

    def _admits(self, owner: Edit, span: Span, edit: Edit) -> bool:
        own = owner.start <= span.start and span.end <= owner.end and not owner.is_insertion
        if not edit.is_insertion:
            if (edit.start, edit.end) != (span.start, span.end):
                return True
            if own and (edit.start, edit.end) == (owner.start, owner.end):
                return self._rank(edit) < self._rank(owner)
            return own or edit.level < owner.level
        if span.start < edit.start < span.end:
            return True
        if not own:
            return edit.level < owner.level
        if owner.start < edit.start < owner.end:
            # Where two spans of one edit meet, the insertion belongs to the second.
            meets = any(isinstance(p, Span) and p is not span and p.start == edit.start for p in owner.parts)
            return edit.start == span.start or not meets
        return self._takes(owner, edit)

    def _takes(self, edit: Edit, insertion: Edit) -> bool:
        """Whether the insertion lies inside the edit, not before or behind it."""
        if insertion.start == edit.start:
            return edit.keeps_start and insertion.level < edit.level
        if insertion.start == edit.end:
            if not (edit.keeps_end and insertion.level < edit.level):
                return False
            first = bisect_left(self.starts, insertion.start)
            last = bisect_right(self.starts, insertion.start)
            return not any(not e.is_insertion and self._takes(e, insertion) for e in self.edits[first:last])
        return edit.start < insertion.start < edit.end
