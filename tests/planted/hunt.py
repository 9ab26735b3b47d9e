"""Takes words away, runs ``check`` as the command line does, and looks whether it saw what is missing."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from migrate_tool import pipeline
from migrate_tool.report.findings import Finding
from migrate_tool.report.outcome import Outcome

from .removals import Removal, removals

#: Rules about files around the code, and about calls that block: what they find is no missing ``await``.
_OTHER_WORK = ("FQ7", "FQ8")


@dataclass(frozen=True)
class Verdict:
    """What ``check`` said about one removal."""

    removal: Removal
    #: A finding that the clean tree does not have names a line of the place.
    found: bool
    #: There is one, but it names another line: mostly the call whose coroutine was kept under the name that was awaited.
    elsewhere: bool
    #: The migration of the spoiled file gives back the code that it was.
    restored: bool


@dataclass
class Hunt:
    """One clean tree, and what it says before anything is taken away."""

    root: Path
    #: What ``check`` finds although nothing is missing: false findings.
    noise: list[Finding] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    #: What a human must do, which is true: no ``await`` is missing there.
    left: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        outcome = pipeline.check(self.root)
        self._usual = Counter(_key(finding) for finding in outcome.findings)
        changed = {str(change.path) for change in outcome.changes}
        found = [finding for finding in outcome.findings if finding.path in changed]
        self.noise = [finding for finding in found if not finding.code.startswith(_OTHER_WORK)]
        self.left = outcome.left
        self.problems = [str(problem) for problem in outcome.work]
        self.texts = {
            str(path.relative_to(self.root)): path.read_bytes() for path in sorted(self.root.rglob("*.py"))
        }

    def removals(self) -> list[Removal]:
        """Every removal of the tree."""
        return [
            removal
            for path, raw in self.texts.items()
            for removal in removals(path, raw.decode("utf-8", "replace"))
        ]

    def run(self, chosen: Sequence[Removal], together: int = 1) -> Iterator[Verdict]:
        """The verdict on each removal.

        Args:
            chosen: what is taken away.
            together: how many at once; more than one is quicker and only good for a first look.
        """
        for group in _groups(chosen, together):
            yield from self._spoiled(group)

    def _spoiled(self, group: list[Removal]) -> Iterator[Verdict]:
        by_path: dict[str, list[Removal]] = {}
        for removal in group:
            by_path.setdefault(removal.path, []).append(removal)
        try:
            for path, items in by_path.items():
                text = self.texts[path].decode()
                for removal in sorted(items, key=lambda item: -item.start):
                    text = removal.apply(text)
                (self.root / path).write_bytes(text.encode())
            outcome = pipeline.check(self.root)
        finally:
            for path in by_path:
                (self.root / path).write_bytes(self.texts[path])
        new = Counter(_key(finding) for finding in outcome.findings) - self._usual
        for removal in group:
            found = any(
                path == removal.path and removal.first <= line <= removal.last for _, path, line, _ in new
            )
            fails = outcome.exit_code == 1
            # Among several removals nobody can tell whose finding another line is.
            elsewhere = fails and not found and bool(new) and len(group) == 1
            yield Verdict(removal, found and fails, elsewhere, self._is_restored(removal, outcome))

    def _is_restored(self, removal: Removal, outcome: Outcome) -> bool:
        after = next((change.new for change in outcome.changes if str(change.path) == removal.path), None)
        if after is None:
            return False
        try:
            return ast.dump(ast.parse(after)) == ast.dump(ast.parse(self.texts[removal.path]))
        except SyntaxError:
            return False


def _groups(chosen: Sequence[Removal], together: int) -> Iterator[list[Removal]]:
    """Groups of removals that are far from each other."""
    count = -(-len(chosen) // together)
    for first in range(count):
        yield list(chosen[first::count])


def _key(finding: Finding) -> tuple[str, str, int, str]:
    return finding.code, finding.path, finding.line, finding.message
