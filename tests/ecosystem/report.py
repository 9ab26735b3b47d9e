"""The table a person reads, and the document a program reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .measure import Result

_HEAD = ("application", "flask", "quart", "score", "views", "db", "bridge", "marks", "again", "slips")
_SHOWN = 12


def table(results: Sequence[Result]) -> str:
    """One line per application, then the pool."""
    rows = [_HEAD, *(_row(result) for result in results)]
    rows.append(("pooled", str(_total(results)), str(_passed(results)), f"{pooled(results):.1%}", *[""] * 6))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)


def details(results: Sequence[Result]) -> str:
    """The reason for each loss, and everything that somebody should look at."""
    lines: list[str] = []
    for result in results:
        found = _details(result)
        if found:
            lines += [f"\n{result.name}  ({result.folder})", *found]
    return "\n".join(lines)


def document(results: Sequence[Result]) -> dict[str, Any]:
    """The whole as JSON."""
    whole = {"total": _total(results), "passed": _passed(results), "score": pooled(results)}
    return {"schema": 1, "pooled": whole, "applications": [result.as_json() for result in results]}


def pooled(results: Sequence[Result]) -> float:
    """The share over all applications; one without a baseline gives nothing to the pool and fails it elsewhere."""
    total = _total(results)
    return _passed(results) / total if total else 0.0


def _total(results: Sequence[Result]) -> int:
    return sum(result.total for result in results)


def _passed(results: Sequence[Result]) -> int:
    return sum(result.passed for result in results)


def _row(result: Result) -> tuple[str, ...]:
    numbers = (result.name, str(result.total), str(result.passed), f"{result.score:.1%}")
    native, migration = result.native, result.migration
    again = {True: "same", False: "CHANGES", None: "-"}[migration.idempotent if migration else None]
    if native is None:
        return (*numbers, "-", "-", "-", "-", again, "-")
    bridge = f"{native.waits} wait, {native.runs} run"
    shares = (_share(native.share_of_views), _share(native.share_of_statements))
    return (*numbers, *shares, bridge, str(native.marks), again, str(len(result.slips)))


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _details(result: Result) -> list[str]:
    if result.error:
        return [f"  ERROR {result.error}"]
    if result.zero:
        return [f"  every test is lost: {result.zero}"]
    lines = [f"  lost  {id_}\n          {reason}" for id_, reason in result.losses.items()]
    lines += [f"  excused  {id_}: {reason}" for id_, reason in result.excused.items()]
    if result.migration and result.migration.unparsable:
        lines.append(f"  does not parse any more: {', '.join(result.migration.unparsable)}")
    lists = (
        ("flaky on Flask, left out", result.flaky),
        ("send requests and pass under sabotage on both sides", result.insensitive),
        ("slipped (threads, tasks, un-awaited)", result.slips),
        ("synchronous views", result.native.synchronous_views if result.native else []),
    )
    for title, entries in lists:
        if entries:
            lines.append(f"  {title}: {len(entries)}")
            lines += [f"      {entry}" for entry in entries[:_SHOWN]]
            lines += [f"      ... {len(entries) - _SHOWN} more"] if len(entries) > _SHOWN else []
    return lines
