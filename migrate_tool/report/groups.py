"""What a report lists, gathered: the same sentence is said once, with all its places below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .danger import Danger, danger
from .findings import Finding
from .outcome import Outcome

#: The code with which some problems begin.
_CODE = re.compile(r"(FQ\d{3}) ")
#: Where, in a sentence, what it is about ends and what is said of it begins, or the other way round.
_SHAPES = (
    re.compile(r"(?P<subject>.+?) stays (?P<text>in synchronous code: .+)"),
    re.compile(r"(?P<text>.+ decorates the coroutine function) (?P<subject>\S+)"),
    re.compile(r"(?P<subject>.+?): (?P<text>.+)"),
)
#: A place within a sentence, which differs where the reason does not.
_WHERE = re.compile(r" at [^\s:]+:\d+")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a list: a rule's code, what it says, and where."""

    code: str
    place: str
    message: str
    danger: Danger = Danger.SILENT


@dataclass(frozen=True, slots=True)
class Group:
    """What is said in the same words in several places.

    Attributes:
        code: the rule's; empty where none has said it.
        text: what is said of all the places.
        places: each place, and what is said of it alone.
        danger: how much depends on it.
    """

    code: str
    text: str
    danger: Danger
    places: list[str]


def left(outcome: Outcome) -> list[Group]:
    """What is left for a human, the most dangerous first."""
    items = [
        Item(mark.code, f"{mark.path}:{mark.line}", mark.text, danger(mark.code)) for mark in outcome.marks
    ]
    items += [_item(finding, danger(finding.code, marked=False)) for finding in outcome.left]
    for problem in outcome.work:
        found = _CODE.match(problem.reason)
        code = found[1] if found else ""
        place = f"{problem.path}:{problem.line}" if problem.line else str(problem.path)
        message = problem.reason[len(code) :].strip() + (f" ({problem.hint})" if problem.hint else "")
        items.append(Item(code, place, message, danger(code)))
    return grouped(items)


def bridged(outcome: Outcome) -> list[Group]:
    """What waits in the bridge."""
    return grouped(_item(finding) for finding in outcome.findings if finding.action == "bridged")


def noted(outcome: Outcome) -> list[Group]:
    """What is right, and worth knowing."""
    return grouped(_item(finding) for finding in outcome.findings if finding.action == "noted")


def _item(finding: Finding, level: Danger = Danger.SILENT) -> Item:
    return Item(finding.code, f"{finding.path}:{finding.line}", finding.message, level)


def grouped(items: Iterable[Item]) -> list[Group]:
    """Gather what says the same.

    Args:
        items: in the order in which they are read; the places of a group keep it.

    Returns:
        The groups: by danger, then by the rule that has most to say, then by how many places there are.
    """
    alike: dict[tuple[int, str, str], list[Item]] = {}
    said: Counter[tuple[int, str]] = Counter()
    for item in items:
        alike.setdefault((item.danger.rank, item.code, _parts(item.message)[1]), []).append(item)
        said[item.danger.rank, item.code] += 1
    return sorted(
        map(_group, alike.values()),
        key=lambda group: (
            group.danger.rank,
            -said[group.danger.rank, group.code],
            group.code,
            -len(group.places),
        ),
    )


def _group(items: list[Item]) -> Group:
    first = items[0]
    if len({item.message for item in items}) == 1:
        return Group(first.code, first.message, first.danger, [item.place for item in items])
    places = [f"{item.place}: {_parts(item.message)[0]}" for item in items]
    return Group(first.code, _parts(first.message)[1], first.danger, places)


def _parts(message: str) -> tuple[str, str]:
    """What a sentence is about, and what it says that can be said of others as well."""
    shape = next((found for shape in _SHAPES if (found := shape.fullmatch(message))), None)
    if shape is None:
        return "", message
    return shape["subject"], _WHERE.sub("", shape["text"])
