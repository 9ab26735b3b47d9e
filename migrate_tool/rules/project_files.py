"""What a rule sees that acts on files other than Python modules: their texts, as the rules before it left them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from migrate_tool.colour import Colouring
from migrate_tool.edits.spans import Edit, EditSet
from migrate_tool.model import Project
from migrate_tool.report.findings import Action, Finding

from .after_rules import AfterRules
from .registry import rule

if TYPE_CHECKING:
    from migrate_tool.project.discovery import Repository


class Result(Protocol):
    """Where the changes go."""

    edits: dict[PurePosixPath, EditSet]
    created: dict[PurePosixPath, str]
    renamed: dict[PurePosixPath, PurePosixPath]
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Text:
    """One file as it is now; its newlines are "\\n" if they are all alike."""

    path: PurePosixPath
    text: str


@dataclass
class ProjectFiles:
    """The files around the modules, and the ways to change them.

    Rules work on whole texts, one after the other; what they changed becomes one edit per file at the end
    (``finish``), so that files nobody changed stay byte for byte as they are.
    """

    project: Project
    colouring: Colouring
    repository: Repository
    result: Result
    _changed: dict[PurePosixPath, str] = field(default_factory=dict)

    # -- looking -------------------------------------------------------------------------------------------

    @cached_property
    def _originals(self) -> dict[PurePosixPath, str]:
        texts = (
            *self.repository.templates,
            *self.repository.requirements,
            *self.repository.deployment,
            *self.repository.configuration,
        )
        return {file.path: file.text for file in texts}

    def texts(self) -> Iterator[Text]:
        """Every file that was read and is no Python module, in the order of their paths."""
        modules = self.project.modules
        for path in sorted(self._originals):
            if path not in modules:
                yield self.text(path)
        for path in sorted(self.result.created):
            yield Text(path, self.result.created[path])

    def configuration_texts(self) -> Iterator[Text]:
        """Files of settings, Python files among them, as they were at first."""
        for path in sorted(self._originals):
            yield Text(path, self.original(path))

    def text(self, path: PurePosixPath) -> Text:
        """One file as it is now."""
        if path in self.result.created:
            return Text(path, self.result.created[path])
        if path not in self._changed:
            return Text(path, _plain(self._originals[path]))
        return Text(path, self._changed[path])

    def original(self, path: PurePosixPath) -> str:
        """A file as it was before any rule; "" if it is new."""
        return _plain(self._originals.get(path, ""))

    def has(self, path: PurePosixPath) -> bool:
        """Whether there is such a file, read or not."""
        return path in self.repository.paths or path in self._originals or path in self.result.created

    @cached_property
    def after(self) -> AfterRules:
        """What the modules say after the other rules."""
        return AfterRules(self.project, self.result.edits)

    @property
    def is_migrated(self) -> bool:
        """Whether the files use our runtime after the migration: else nothing around them changes."""
        return "quart_app" in self.after.imports

    @cached_property
    def template_paths(self) -> set[PurePosixPath]:
        """The files that are templates."""
        return {file.path for file in self.repository.templates}

    # -- changing ------------------------------------------------------------------------------------------

    def change(self, path: PurePosixPath, text: str) -> None:
        """Give a file a new text."""
        if path in self.result.created:
            self.result.created[path] = text
        else:
            self._changed[path] = text

    def create(self, path: PurePosixPath, text: str) -> None:
        """Make a new file."""
        self.result.created[path] = text

    def rename(self, path: PurePosixPath, to: PurePosixPath) -> None:
        """Give a file a new name."""
        self.result.renamed[path] = to

    def finish(self) -> None:
        """Turn what was changed into edits."""
        for path, text in self._changed.items():
            old = self._originals[path]
            if text == _plain(old):
                continue
            new = text.replace("\n", "\r\n") if _plain(old) != old else text
            start = _common(old, new)
            end = _common(old[start:][::-1], new[start:][::-1])
            edits = self.result.edits.setdefault(path, EditSet(old))
            edits.add(Edit(start, len(old) - end, (new[start : len(new) - end],), origin="FQ7"))
        self._changed.clear()

    # -- saying --------------------------------------------------------------------------------------------

    def report(
        self,
        path: PurePosixPath,
        line: int,
        code: str,
        message: str,
        action: Action = "rewritten",
        hint: str = "",
    ) -> None:
        """Record what was found or done in a file."""
        known = rule(code)
        self.result.findings.append(
            Finding(code, known.name, known.safety.value, str(path), line, 0, message, action, hint)
        )


def line_at(text: str, offset: int) -> int:
    """The number, from 1, of the line at ``offset``."""
    return text.count("\n", 0, offset) + 1


def _plain(text: str) -> str:
    """The text with "\\n" for "\\r\\n", if it has no other newlines."""
    if "\r\n" in text and text.count("\r\n") == text.count("\n") == text.count("\r"):
        return text.replace("\r\n", "\n")
    return text


def _common(a: str, b: str) -> int:
    """How many characters both start with."""
    size = min(len(a), len(b))
    for index in range(size):
        if a[index] != b[index]:
            return index
    return size
