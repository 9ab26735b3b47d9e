"""Pieces of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FENCE = re.compile(r"^`{3,}", re.MULTILINE)


def block(code: str, language: str) -> str:
    """A code block whose fence is longer than any in the code."""
    fence = "`" * max([3, *(len(found) + 1 for found in _FENCE.findall(code))])
    return f"{fence}{language}\n{code.rstrip()}\n{fence}\n"


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return (
        text.replace("|", "\\|")
        .replace("\n", " ")
        .replace("*", "\\*")
        .replace("_", "\\_")
        .replace("<", "&lt;")
    )


def code(text: str) -> str:
    """Code for a cell of a table."""
    return f"`{text.replace('|', chr(92) + '|')}`" if text else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; the cells are Markdown already."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
