"""What a run does, in order: read -> understand -> prepare -> colour -> rewrite -> check -> write."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal, Protocol

from migrate_tool import guarding
from migrate_tool.checking import settle
from migrate_tool.edits.spans import EditSet
from migrate_tool.model.guarded import Kept
from migrate_tool.project.discovery import Repository, discover
from migrate_tool.project.problems import Problem, ToolError
from migrate_tool.project.worktree import inspect, refuse_if_changed
from migrate_tool.project.writing import Change, locked, recover, write
from migrate_tool.report.findings import Finding
from migrate_tool.report.outcome import FileChange, Outcome, find_marks, in_order


class Prepared(Protocol):
    """The program as the later stages see it."""

    repository: Repository
    #: Its model.
    project: Any
    changed: dict[PurePosixPath, str]
    findings: list[Finding]


class Rewritten(Protocol):
    """What the rules want."""

    edits: dict[PurePosixPath, EditSet]
    created: dict[PurePosixPath, str]
    renamed: dict[PurePosixPath, PurePosixPath]
    findings: list[Finding]


@dataclass(frozen=True)
class Stages:
    """The stages between reading and checking; each takes what the ones before it gave."""

    understand: Callable[[Repository], Any]
    solve: Callable[[Any], Any]
    rewrite: Callable[[Any, Any, Repository], Rewritten]
    #: Holds the migrated texts against the guards of the source; None: not asked.
    hold: (
        Callable[[Any, Mapping[PurePosixPath, str], Mapping[PurePosixPath, PurePosixPath]], list[Kept]] | None
    ) = None
    #: Changes the synchronous program before it is coloured; None: it is taken as it is.
    prepare: Callable[[Any, Repository], Prepared] | None = None


def stages() -> Stages:
    """The tool's own stages."""
    from migrate_tool.background import prepare
    from migrate_tool.colour import solve
    from migrate_tool.guarding import hold
    from migrate_tool.model import understand
    from migrate_tool.rules.engine import rewrite

    return Stages(understand, solve, rewrite, hold, prepare)


def analyse(
    root: Path, command: Literal["check", "migrate"], using: Stages | None = None
) -> tuple[Outcome, list[Change]]:
    """Everything up to the writing.

    Returns:
        What is to be said, and the changes to write.

    Raises:
        ToolError: there is no repository at ``root``, or none that uses Flask.
    """
    with _without_collector():
        return _analyse(root, command, using or stages())


def _analyse(root: Path, command: Literal["check", "migrate"], using: Stages) -> tuple[Outcome, list[Change]]:
    repository = discover(root)
    if not repository.uses_framework:
        raise ToolError(f"{root}: no file imports Flask")
    project = using.understand(repository)
    prepared = using.prepare(project, repository) if using.prepare else None
    original = repository
    if prepared is not None:
        repository, project = prepared.repository, prepared.project
    colouring = using.solve(project)
    rewritten = using.rewrite(project, colouring, repository)
    async_functions = len(getattr(colouring, "reasons", ()))
    del colouring  # what it refers to is let go of before the migrated program is read
    texts, faults = settle(repository.files, rewritten.edits)
    kept = using.hold(project, texts, rewritten.renamed) if using.hold else []
    if prepared is not None:
        texts = prepared.changed | texts
        rewritten.findings += prepared.findings
    changes = _changes(original, rewritten, texts)
    outcome = Outcome(
        command,
        repository.root,
        changes=changes,
        findings=in_order(_true(rewritten.findings, changes, faults)),
        problems=[*repository.problems, *faults, *guarding.problems(kept)],
        notes=guarding.note(kept),
        guards=kept,
        files_read=len(repository.files),
        async_functions=async_functions,
    )
    after = {path: file.text for path, file in original.files.items()} | texts | rewritten.created
    outcome.marks = [
        mark
        for path, text in sorted(after.items())
        for mark in find_marks(rewritten.renamed.get(path, path), text)
    ]
    return outcome, _to_write(original, outcome.changes)


def check(root: Path, using: Stages | None = None) -> Outcome:
    """What a migration would do; nothing is written (unless a run that was killed must be repaired first)."""
    repaired = _repair(root)
    outcome, _ = analyse(root, "check", using)
    outcome.notes[:0] = repaired
    return outcome


def migrate(
    root: Path, *, write_files: bool = False, allow_dirty: bool = False, using: Stages | None = None
) -> Outcome:
    """The migration; a dry run unless ``write_files``.

    Raises:
        ToolError: the input is not as it must be, or holds changes that are not committed; nothing was written.
    """
    if not write_files:
        repaired = _repair(root)
        outcome, _ = analyse(root, "migrate", using)
        outcome.notes[:0] = repaired
        return outcome
    if not root.is_dir():
        discover(root)  # says what is wrong with it
    with locked(root):
        repaired = [line] if (line := recover(root.resolve())) else []
        outcome, changes = analyse(root, "migrate", using)
        outcome.notes[:0] = repaired
        if changes:
            worktree = inspect(outcome.root)
            if not allow_dirty:
                refuse_if_changed(worktree, [change.path for change in changes if change.old is not None])
            if not worktree.tracked:
                outcome.notes.append("this is no git repository: the old files are not kept anywhere")
            outcome.notes += write(outcome.root, changes)
        outcome.written = True
    return outcome


def _repair(root: Path) -> list[str]:
    """Finish what a killed run left, if there is something."""
    if not root.is_dir():
        return []
    with _locked_if_needed(root):
        line = recover(root.resolve())
    return [line] if line else []


@contextmanager
def _locked_if_needed(root: Path) -> Iterator[None]:
    from migrate_tool.project.journal import Journal

    if Journal(root.resolve()).state() == "none":
        yield
        return
    with locked(root):
        yield


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the garbage collector from walking all trees again and again: it would take most of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _true(findings: list[Finding], changes: list[FileChange], faults: list[Problem]) -> Iterator[Finding]:
    """The findings as they came out: in a file that was given up everything is left, in one that stays nothing changes."""
    given_up = {str(fault.path) for fault in faults}
    changed = {str(path) for change in changes for path in (change.path, change.renamed_from)}
    for finding in findings:
        if finding.path in changed or finding.action not in ("rewritten", "marked"):
            yield finding
        elif finding.path in given_up:
            yield replace(finding, action="left")


def _changes(
    repository: Repository, rewritten: Rewritten, texts: dict[PurePosixPath, str]
) -> list[FileChange]:
    changes = [FileChange(path, None, text) for path, text in rewritten.created.items()]
    for path, file in repository.files.items():
        new_path = rewritten.renamed.get(path)
        if new_path is not None:
            changes.append(FileChange(new_path, file.text, texts.get(path, file.text), path))
        elif path in texts:
            changes.append(FileChange(path, file.text, texts[path]))
    return sorted(changes, key=lambda change: change.path)


def _to_write(repository: Repository, changes: list[FileChange]) -> list[Change]:
    """The changes in bytes."""
    result = []
    for change in changes:
        origin = change.renamed_from or change.path
        if change.old is None:
            result.append(Change(change.path, None, change.new.encode()))
            continue
        file = repository.files[origin]
        new = file.encode(change.new)
        if change.renamed_from is None:
            result.append(Change(change.path, file.raw, new))
        else:
            result += [Change(change.path, None, new, like=origin), Change(origin, file.raw, None)]
    return result
