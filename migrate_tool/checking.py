"""The last stage before writing: edits that contradict each other, and files that no longer compile, are given up."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Hashable, Iterator, Mapping
from pathlib import PurePosixPath

from migrate_tool.edits.spans import Conflict, EditSet
from migrate_tool.project.problems import Problem
from migrate_tool.project.source import SourceFile
from migrate_tool.project.texts import TextFile

File = SourceFile | TextFile


def settle(
    files: Mapping[PurePosixPath, File], edits: Mapping[PurePosixPath, EditSet]
) -> tuple[dict[PurePosixPath, str], list[Problem]]:
    """Render every file.

    Returns:
        The new text of each file that changes, and what had to be given up.
    """
    problems: dict[PurePosixPath, Problem] = {}
    while True:
        _agree(edits)
        texts = {path: edit_set.render() for path, edit_set in edits.items()}
        broken = {
            path: problem
            for path, text in texts.items()
            if path not in problems
            and text != edits[path].text
            and (problem := _fault(path, files[path], text))
        }
        if not broken:
            break
        for path, problem in broken.items():
            problems[path] = problem
            edits[path].drop_all("the changed file would be broken")
    changed = {path: text for path, text in texts.items() if text != edits[path].text}
    found = [*problems.values()]
    for path, edit_set in edits.items():
        if path not in problems:
            found.extend(_told(path, files[path].text, edit_set.conflicts))
    return changed, found


def _agree(edits: Mapping[PurePosixPath, EditSet]) -> None:
    """Drop everywhere the groups that were given up somewhere."""
    known: set[Hashable] = set()
    while True:
        dropped = {group for edit_set in edits.values() for group in edit_set.dropped_groups}
        if dropped == known:
            return
        known = dropped
        for edit_set in edits.values():
            edit_set.drop_groups(dropped)


def _fault(path: PurePosixPath, file: File, text: str) -> Problem | None:
    """Why the new text can't be written."""
    try:
        file.encode(text)
    except UnicodeEncodeError as error:
        reason = f"the changed file needs {error.object[error.start]!r}, which {file.encoding} lacks"
        return Problem(path, None, f"{reason}; it was left as it was", "save it as UTF-8")
    if path.suffix not in {".py", ".wsgi"}:
        return None
    fault = _does_not_compile(text, str(path))
    if fault is None or (fault[2] == "compile" and _does_not_compile(file.text, str(path)) is not None):
        return None
    line, message, _ = fault
    return Problem(
        path,
        line,
        f"the changed file would not compile: {message}; it was left as it was",
        "report this rule's mistake",
    )


def _does_not_compile(text: str, name: str) -> tuple[int | None, str, str] | None:
    """The line and words of the first error, and whether the parser or the compiler found it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            # Not only parsed: ``await`` outside of ``async def`` parses, but doesn't compile.
            compile(text, name, "exec", flags=0, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = error.lineno if isinstance(error, SyntaxError) else None
            message = (error.msg if isinstance(error, SyntaxError) else str(error)) or type(error).__name__
            return line, message, "compile" if _parses(text) else "parse"
    return None


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _told(path: PurePosixPath, text: str, conflicts: list[Conflict]) -> Iterator[Problem]:
    for conflict in conflicts:
        edit, other = conflict.dropped, conflict.other
        line = text.count("\n", 0, edit.start) + 1
        against = f" ({other.origin})" if other is not None and other.origin else ""
        yield Problem(
            path, line, f"a change of {edit.origin or 'a rule'} was left out: it {conflict.reason}{against}"
        )
