"""Planted extras: every function that turns async has a chain of reasons, which ends at something that must be awaited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migrate_tool import colour, model
from migrate_tool.colour import Colouring
from migrate_tool.colour.explain import grounds
from migrate_tool.colour.sites import Site
from migrate_tool.model import Project
from migrate_tool.model.symbols import FunctionInfo
from migrate_tool.project.discovery import discover


@dataclass(frozen=True)
class Chain:
    """Why one function turns async."""

    function: str
    #: What ``explain`` prints.
    lines: tuple[str, ...]
    #: What is wrong with the chain; "" if it ends at a ground.
    fault: str


def chains(root: Path) -> Iterator[Chain]:
    """The chain of every function of the application at ``root`` that a dry migration makes async."""
    project = model.understand(discover(root))
    colouring = colour.solve(project)
    for function in project.functions():
        if colouring.becomes_async(function):
            lines = colour.explain(project, colouring, function.where) or []
            yield Chain(function.where, tuple(lines), _fault(project, colouring, function, lines))


def _fault(project: Project, colouring: Colouring, function: FunctionInfo, lines: list[str]) -> str:
    if len(lines) < 2:
        return "explain says no reason"
    chain = grounds(colouring, function)
    if len(lines) != len(chain) + 1:
        # Two functions of one name in one file: explain takes the first.
        namesakes = [item for item in project.functions() if item.where == function.where]
        if len(namesakes) == 1:
            return "explain says another chain"
    for reason in chain:
        if isinstance(reason, Site) and reason.line < 1:
            return f"no line for {reason.what}"
    last = chain[-1]
    if not isinstance(last, Site):
        return "" if "view" in last.text else f"ends at: {last.text}"
    if last.callee is not None:
        known = last.callee.is_async or last.callee in colouring.survey.handed_back
        return "" if known else f"ends at {last.what}, which is not async"
    if project.catalog.api(last.what) is None and "::" not in last.what and "annotated" not in last.what:
        return f"ends at {last.what}, of which the catalogue knows nothing"
    return ""
