"""The tool, run as its user runs it: a command on a folder."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from .environments import plain_environment
from .staging import copy, fingerprint

#: Seconds; the largest application takes a few of them.
PATIENCE = 900.0


@dataclass
class Migration:
    """What the tool did to one tree."""

    exit_code: int | None = None
    #: Why the result is worth nothing, if so.
    failed: str = ""
    #: Whether a second run left the result alone; None when it was not tried.
    idempotent: bool | None = None
    second_exit_code: int | None = None
    #: Files that parsed before and do not now.
    unparsable: list[str] = field(default_factory=list)


def migrate(tool: list[str], original: Path, migrated: Path, again: Path, logs: Path) -> Migration:
    """Migrate a copy of ``original`` at ``migrated``, and a copy of the result at ``again``."""
    copy(original, migrated)
    result = Migration()
    result.exit_code = _run(tool, migrated, logs / "migrate.log")
    if result.exit_code is None:
        result.failed = f"the tool did not end within {PATIENCE:g} s"
    elif result.exit_code not in (0, 1):
        result.failed = f"the tool ended with exit code {result.exit_code}: {_tail(logs / 'migrate.log')}"
    elif _crashed(logs / "migrate.log"):
        result.failed = f"the tool crashed: {_tail(logs / 'migrate.log')}"
    elif fingerprint(migrated) == fingerprint(original):
        result.failed = "the tool changed nothing"
    if result.failed:
        return result
    result.unparsable = [file for file in _parsable(original) if not _parses(migrated / file)]
    copy(migrated, again)
    before = fingerprint(again)
    result.second_exit_code = _run(tool, again, logs / "migrate-again.log")
    result.idempotent = fingerprint(again) == before and result.second_exit_code in (0, 1)
    return result


def _run(tool: list[str], tree: Path, log: Path) -> int | None:
    log.parent.mkdir(parents=True, exist_ok=True)
    # A work folder inside somebody's repository must not look like a part of it.
    environment = {**plain_environment(), "GIT_CEILING_DIRECTORIES": str(tree.parent)}
    command = [*tool, "migrate", str(tree), "--write"]
    with log.open("wb") as output:
        try:
            return subprocess.run(
                command,
                cwd=tree.parent,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=PATIENCE,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return None


def _parsable(tree: Path) -> list[str]:
    files = [str(path.relative_to(tree)) for path in sorted(tree.rglob("*.py"))]
    return [file for file in files if _parses(tree / file)]


def _parses(path: Path) -> bool:
    """A file that is gone was not broken; that its tests are gone is another matter."""
    try:
        ast.parse(path.read_bytes())
    except FileNotFoundError:
        return True
    except (SyntaxError, ValueError):
        return False
    return True


def _crashed(log: Path) -> bool:
    """An exception that nobody caught ends Python with 1, which is also what marks for a human look like."""
    return "Traceback (most recent call last)" in log.read_text(encoding="utf-8", errors="replace")


def _tail(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "(it said nothing)"
