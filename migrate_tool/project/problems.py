"""What the tool says when it can't read or write something."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left alone, why, and what can be done about it."""

    path: PurePosixPath
    line: int | None
    reason: str
    #: What to do, as a sentence; empty if there is nothing to do.
    hint: str = ""
    #: Whether it is only said, and no work for a human (a symlink whose target is read anyway).
    notice: bool = False

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.reason}" + (f" ({self.hint})" if self.hint else "")


class ToolError(Exception):
    """A usage or input error: one clear line for the user, exit code 2."""

    exit_code = 2


class WriteError(ToolError):
    """Writing failed and every file is as it was: exit code 3."""

    exit_code = 3
