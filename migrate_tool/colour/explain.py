"""The chain that made a function async, or what kept it synchronous, in words."""

from __future__ import annotations

from migrate_tool.model.project import Project
from migrate_tool.model.symbols import FunctionInfo

from .sites import Site
from .solver import Because, Colouring


def find(project: Project, target: str) -> FunctionInfo | None:
    """The function named ``PATH::QUALNAME``; ``<locals>`` may be left out."""
    path, _, qualname = target.partition("::")
    for function in project.functions():
        if str(function.module.path) == path and qualname in {
            function.qualname,
            function.qualname.replace(".<locals>", ""),
        }:
            return function
    return None


def explain(project: Project, colouring: Colouring, target: str) -> list[str] | None:
    """Why ``PATH::QUALNAME`` becomes async, line by line; None if there is no such function."""
    function = find(project, target)
    if function is None:
        return None
    if function.is_async:
        return [f"{function.where} is async def already."]
    if function in colouring.reasons:
        return _chain(colouring, function)
    if function in colouring.boundaries:
        boundary = colouring.boundaries[function]
        lines = [f"{function.where} stays synchronous: {boundary.reason}."]
        lines += [
            f"  line {decision.site.line}: {decision.site.what} -> {decision.action}(...)"
            for decision in colouring.decisions.values()
            if decision.site.owner is function
        ]
        return lines
    return [f"{function.where} stays synchronous: nothing in it waits."]


def grounds(colouring: Colouring, function: FunctionInfo) -> list[Site | Because]:
    """The chain of reasons that made ``function`` async, from its own to the first: a place that waits, or a view."""
    found: list[Site | Because] = []
    seen: set[FunctionInfo] = set()
    current: FunctionInfo | None = function
    while current is not None and current not in seen:
        seen.add(current)
        reason = colouring.reasons.get(current)
        if reason is None:
            break
        found.append(reason)
        current = reason.callee if isinstance(reason, Site) else reason.by
    return found


def _chain(colouring: Colouring, function: FunctionInfo) -> list[str]:
    lines = [f"{function.where} becomes async def:"]
    for reason in grounds(colouring, function):
        if isinstance(reason, Site):
            lines.append(f"  {reason.module.path}:{reason.line} waits for {reason.what}")
        else:
            lines.append(f"  {reason.text}")
    return lines
