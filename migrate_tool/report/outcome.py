"""The result of a run, as every kind of report tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from migrate_tool.model.guarded import Kept
from migrate_tool.project.problems import Problem

from .findings import Finding

#: A mark in a file: what a human must do, until the mark is removed or renamed to ``migrate: ignore CODE``.
_MARK = re.compile(r"(?:#|<!--|;|//|--)[ \t]*migrate: (?P<code>FQ\d{3})\b[ \t]*(?P<text>[^\r\n]*)")
_MARK_END = re.compile(r"\s*(?:-?#\}|-->)\s*$")


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file before and after; ``old`` is None for a new one."""

    path: PurePosixPath
    old: str | None
    new: str
    #: The name it had before, if that changes.
    renamed_from: PurePosixPath | None = None

    @property
    def kind(self) -> Literal["changed", "created", "renamed"]:
        """What happens to the file."""
        if self.old is None:
            return "created"
        return "changed" if self.renamed_from is None else "renamed"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that a human must look at."""

    path: PurePosixPath
    line: int
    code: str
    text: str


def find_marks(path: PurePosixPath, text: str) -> Iterator[Mark]:
    """The marks in a file."""
    if "migrate: FQ" not in text:
        return
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        for match in _MARK.finditer(line):
            yield Mark(path, number, match["code"], _MARK_END.sub("", match["text"]))


@dataclass
class Outcome:
    """Everything that is to be said about a run."""

    command: Literal["check", "migrate"]
    root: Path
    changes: list[FileChange] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    #: Marks in the files as they are after the run (or would be).
    marks: list[Mark] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: Things to know that are no work.
    notes: list[str] = field(default_factory=list)
    #: What was guarded in the source, and what of it got lost.
    guards: list[Kept] = field(default_factory=list)
    files_read: int = 0
    async_functions: int = 0
    written: bool = False
    #: The file that lists every place, where one was written.
    listed: Path | None = None

    @cached_property
    def left(self) -> list[Finding]:
        """Findings that were neither changed nor marked in the code."""
        return [finding for finding in self.findings if finding.action == "left"]

    @property
    def work(self) -> list[Problem]:
        """Problems that a human must solve."""
        return [problem for problem in self.problems if not problem.notice]

    @property
    def exit_code(self) -> int:
        """0: nothing is left for a human; 1: there is."""
        left = bool(self.marks or self.left or self.work)
        return int(left or (self.command == "check" and bool(self.changes)))

    def by_rule(self) -> dict[tuple[str, str], dict[str, int]]:
        """For each rule, by code and name, how often it did what."""
        counts: dict[tuple[str, str], dict[str, int]] = {}
        for finding in sorted(self.findings, key=lambda f: f.code):
            actions = counts.setdefault((finding.code, finding.name), {})
            actions[finding.action] = actions.get(finding.action, 0) + 1
        return counts


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as one reads them: by file and place."""
    return sorted(findings, key=lambda f: (f.path, f.line, f.column, f.code, f.message))
