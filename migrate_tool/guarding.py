"""The stage that holds the migrated code to the guards of the Flask source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from migrate_tool.model.guarded import Guarded, Kept, compare, inventory
from migrate_tool.model.project import Project
from migrate_tool.project.problems import Problem
from migrate_tool.project.source import SourceFile


def hold(
    project: Project, texts: Mapping[PurePosixPath, str], renamed: Mapping[PurePosixPath, PurePosixPath]
) -> list[Kept]:
    """Every guarded place of the source, and what guards it lost in the migrated texts.

    The project is released: nobody may ask it for what changes, afterwards.
    """
    before = inventory(project)
    if not before:
        return []
    before = [_moved(item, renamed) for item in before]
    project.release({*texts, *renamed})
    sources = []
    for path, module in project.modules.items():
        target = str(renamed.get(path, path))
        text = texts.get(path)
        sources.append(
            module.source if text is None and target == str(path) else _source(module.source, text, target)
        )
    after = inventory(Project(sources, project.catalog, project), before)
    return compare(before, after)


def _source(old: SourceFile, text: str | None, path: str) -> SourceFile:
    return SourceFile.of(old.text if text is None else text, path)


def _moved(item: Guarded, renamed: Mapping[PurePosixPath, PurePosixPath]) -> Guarded:
    if item.path not in renamed:
        return item
    new = renamed[item.path]
    guards = frozenset(name.replace(f"{item.path}::", f"{new}::") for name in item.guards)
    return replace(item, path=new, guards=guards)


def problems(kept: list[Kept]) -> list[Problem]:
    """One for each route that lost a guard."""
    return [
        Problem(
            item.guarded.path,
            item.guarded.line,
            f"FQ205 security: {item.guarded.name} was guarded by {', '.join(sorted(item.lost))} and is not any more",
            "put the guard back before anybody can reach the application",
        )
        for item in kept
        if item.lost
    ]


def note(kept: list[Kept]) -> list[str]:
    """What to say about all of them."""
    if not kept:
        return []
    safe = sum(not item.lost for item in kept)
    whole = (
        "1 place that was guarded keeps" if len(kept) == 1 else f"{len(kept)} places that were guarded keep"
    )
    return (
        [f"{whole} {'its' if len(kept) == 1 else 'their'} guards"]
        if safe == len(kept)
        else [f"of {len(kept)} places that were guarded, {safe} keep all their guards"]
    )
