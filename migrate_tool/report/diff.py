"""Unified diffs that ``git apply`` takes, whatever the newlines."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from .outcome import FileChange

_RED, _GREEN, _CYAN, _BOLD, _PLAIN = "\033[31m", "\033[32m", "\033[36m", "\033[1m", "\033[0m"
#: Control characters of a file must not drive the terminal that shows it.
_SHOWN = {code: f"\\x{code:02x}" for code in [*range(32), *range(127, 160)] if chr(code) not in "\t\n"} | {
    ord("\r"): ""
}


def unified(change: FileChange) -> str:
    """The diff of one file; lines end where git lets them end, at "\\n" only."""
    return "".join(_lines(change))


def counts(change: FileChange) -> tuple[int, int]:
    """How many lines come and go."""
    added = removed = 0
    for line in _hunks(change):
        added += line.startswith("+")
        removed += line.startswith("-")
    return added, removed


def _lines(change: FileChange) -> Iterator[str]:
    new = f"b/{change.path}"
    old = f"a/{change.renamed_from or change.path}"
    yield f"diff --git {old} {new}\n"
    if change.old is None:
        yield "new file mode 100644\n"
    if change.renamed_from is not None:
        yield f"rename from {change.renamed_from}\nrename to {change.path}\n"
    hunks = list(_hunks(change))
    if hunks:
        yield f"--- {'/dev/null' if change.old is None else _name(old)}\n+++ {_name(new)}\n"
    for line in hunks:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _name(path: str) -> str:
    """A tab ends a name that holds a space."""
    return f"{path}\t" if " " in path else path


def _hunks(change: FileChange) -> Iterator[str]:
    if (change.old or "") == change.new:
        return
    lines = difflib.unified_diff(_split(change.old or ""), _split(change.new))
    next(lines)
    next(lines)
    yield from lines


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def coloured(patch: str) -> str:
    """A diff for a terminal."""
    return "".join(map(_coloured, _split(patch)))


def _coloured(line: str) -> str:
    shown = line.translate(_SHOWN)
    if line.startswith(("diff ", "--- ", "+++ ", "rename ", "new file ")):
        return f"{_BOLD}{shown}{_PLAIN}"
    if line.startswith(("+", "-", "@")):
        colour = {"+": _GREEN, "-": _RED, "@": _CYAN}[line[0]]
        return f"{colour}{shown}{_PLAIN}"
    return shown
