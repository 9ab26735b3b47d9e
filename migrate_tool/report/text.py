"""What a run says in a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from .groups import Group, bridged, left, noted
from .outcome import Outcome


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of a list is shown: of how many groups of one rule, how many places of each."""

    groups: int | None = None
    places: int | None = None


_ALL = _Room()
#: Work is shown in each of its kinds; of what works already, what there is most of.
_WORK = _Room(places=5)
_WORKS = _Room(groups=4, places=3)


def findings(outcome: Outcome) -> str:
    """One line for each finding, as linters write them."""
    return "".join(
        f"{f.path}:{f.line}:{f.column + 1}: {f.code} {f.message}{'' if f.action == 'rewritten' else f' [{f.action}]'}\n"
        for f in outcome.findings
    )


def summary(outcome: Outcome, *, whole: bool = False) -> str:
    """The counts, what is left for a human, and what to do next.

    Args:
        outcome: of the run.
        whole: whether every place is listed, as in a file; a terminal is spared most of them.
    """
    return "\n".join(_lines(outcome, whole)) + "\n"


def is_cut(outcome: Outcome) -> bool:
    """Whether the summary does not list every place."""
    works = [bridged(outcome), noted(outcome)]
    return True in _cuts(left(outcome), _WORK) or any(True in _cuts(groups, _WORKS) for groups in works)


def _cuts(groups: list[Group], room: _Room) -> Iterator[bool]:
    yield from (room.groups is not None and len(found) > room.groups for _, found in _by_rule(groups))
    yield from (room.places is not None and len(group.places) > room.places for group in groups)


def _lines(outcome: Outcome, whole: bool) -> Iterator[str]:
    yield _headline(outcome)
    rules = outcome.by_rule()
    if rules:
        yield ""
        width = max(len(name) for _, name in rules)
        for (code, name), actions in rules.items():
            told = ", ".join(
                f"{count} {action}" for action, count in sorted(actions.items(), key=lambda item: -item[1])
            )
            yield f"  {code} {name:{width}}  {told}"
    work, works = (_ALL, _ALL) if whole else (_WORK, _WORKS)
    yield from _left(left(outcome), work)
    yield from _section("Right, but through the bridge instead of await", bridged(outcome), works)
    notices = [str(problem) for problem in outcome.problems if problem.notice]
    yield from _section("Good to know", noted(outcome), works, [*outcome.notes, *notices])
    if not whole and is_cut(outcome):
        where = f"is in {outcome.listed}" if outcome.listed else "is what --report FILE writes"
        yield f"\nEvery place {where}."
    steps = list(_next_steps(outcome))
    if steps:
        yield ""
        yield "Next:"
        yield from (f"  {step}" for step in steps)


def _headline(outcome: Outcome) -> str:
    files = f"{len(outcome.changes)} of {outcome.files_read} files"
    functions = f"{outcome.async_functions} functions become async" if outcome.async_functions else ""
    if not outcome.changes:
        return "Nothing to change" + (", but something is left for you." if outcome.exit_code else ".")
    if outcome.written:
        verb = "rewritten"
    else:
        verb = "would be rewritten" + (" (nothing was written)" if outcome.command == "migrate" else "")
    return f"{files} {verb}" + (f"; {functions}" if functions else "") + "."


def _left(groups: list[Group], room: _Room) -> Iterator[str]:
    if not groups:
        return
    count = _count(groups)
    yield f"\nLeft for you ({count}{', the worst first' if count > 1 else ''}):"
    for level, of_level in groupby(groups, key=lambda group: group.danger):
        yield f"  {level.value}:"
        yield from (f"  {line}" for group in of_level for line in _group(group, room))


def _section(title: str, groups: list[Group], room: _Room, first: list[str] | None = None) -> Iterator[str]:
    lines = first or []
    if not groups and not lines:
        return
    yield f"\n{title} ({_count(groups) + len(lines)}):"
    yield from (f"  {line}" for line in lines)
    for code, of_rule in _by_rule(groups):
        for group in of_rule[: room.groups]:
            yield from _group(group, room)
        more = 0 if room.groups is None else _count(of_rule[room.groups :])
        if more:
            yield f"  {code} ... and {more} more of other kinds"


def _group(group: Group, room: _Room) -> Iterator[str]:
    """One place on its line, as linters write it; several below what is said of all of them."""
    said = f"{group.code} {group.text}".strip()
    if len(group.places) == 1:
        yield f"  {group.places[0]}: {said}"
        return
    yield f"  {said} ({len(group.places)}):"
    yield from (f"    {place}" for place in group.places[: room.places])
    if room.places is not None and len(group.places) > room.places:
        yield f"    ... and {len(group.places) - room.places} more"


def _by_rule(groups: list[Group]) -> Iterator[tuple[str, list[Group]]]:
    yield from ((code, list(found)) for code, found in groupby(groups, key=lambda group: group.code))


def _count(groups: list[Group]) -> int:
    return sum(len(group.places) for group in groups)


def _install(root: Path) -> str:
    """How the project's own tool installs what ``pyproject.toml`` asks for; the lock it writes again."""
    for lock, command in (
        ("uv.lock", "uv sync"),
        ("poetry.lock", "poetry lock && poetry install"),
        ("pdm.lock", "pdm install"),
    ):
        if (root / lock).is_file():
            return command
    return "python -m pip install -e ."


def _next_steps(outcome: Outcome) -> Iterator[str]:
    root = shlex.quote(str(outcome.root))
    if outcome.command == "check":
        if outcome.changes:
            yield f"flask-to-quart migrate {root}            # shows every change"
    elif not outcome.written:
        if outcome.changes:
            yield f"flask-to-quart migrate --write {root}    # makes the changes"
    elif outcome.changes:
        changed = {str(change.path) for change in outcome.changes}
        requirements = sorted(name for name in changed if "requirements" in name and name.endswith(".txt"))
        if requirements:
            first_of_all = "requirements.txt" if "requirements.txt" in requirements else requirements[0]
            yield f"python -m pip install -r {shlex.quote(first_of_all)}"
        elif "pyproject.toml" in changed or "setup.py" in changed:
            yield _install(outcome.root)
        yield "python -m pytest                  # or as you run your tests"
    first = next(iter(outcome.marks), None)
    if first is not None:
        yield f"flask-to-quart rules {first.code}       # what the mark in {first.path} wants"
