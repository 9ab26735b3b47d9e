"""Every place of a file from which an ``await`` (or the ``async`` of a loop or ``with``) can be taken away."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from migrate_tool.project.source import SourceFile

_WORD = re.compile(r"(await|async)\b[ \t]*")

#: What starts something that runs whether it is awaited or not.
_STARTS = frozenset({"create_task", "ensure_future", "run_in_executor", "spawn"})


@dataclass(frozen=True)
class Removal:
    """One word that is taken away, and the expression or statement whose meaning that changes."""

    path: str
    #: "await", "async for", "async with", "async comprehension".
    kind: str
    #: What waits, as it is written, on one line.
    what: str
    #: The lines of the expression or of the statement's head.
    first: int
    last: int
    #: The stretch of text that goes.
    start: int
    end: int

    @property
    def where(self) -> str:
        """``path:line``."""
        return f"{self.path}:{self.first}"

    @property
    def optional(self) -> bool:
        """Whether what waits has begun already and goes on by itself: without ``await`` nobody waits for its end."""
        called = self.what.partition("(")[0].rpartition(".")[2]
        return self.kind == "await" and called in _STARTS

    def apply(self, text: str) -> str:
        """``text`` without the word."""
        return text[: self.start] + text[self.end :]


def removals(path: str, text: str) -> Iterator[Removal]:
    """Every removal that leaves a file Python can still read, in the order of the file."""
    source = SourceFile.of(text, path)
    if source.tree is None:
        return
    found = [removal for node in ast.walk(source.tree) if (removal := _removal(source, node)) is not None]
    for removal in sorted(found, key=lambda item: item.start):
        try:
            ast.parse(removal.apply(text))
        except SyntaxError:
            continue
        yield removal


def _removal(source: SourceFile, node: ast.AST) -> Removal | None:
    text = source.text
    if isinstance(node, ast.Await):
        start, end = source.span(node)
        return _cut(source, "await", ast.unparse(node.value), start, start, end)
    if isinstance(node, ast.AsyncFor):
        start = source.start(node)
        return _cut(source, "async for", ast.unparse(node.iter), start, start, source.span(node.iter)[1])
    if isinstance(node, ast.AsyncWith):
        start = source.start(node)
        what = ", ".join(ast.unparse(item.context_expr) for item in node.items)
        return _cut(source, "async with", what, start, start, source.span(node.items[-1].context_expr)[1])
    if isinstance(node, ast.comprehension) and node.is_async:
        loop = text.rindex("for", 0, source.start(node.target))
        start = text.rindex("async", 0, loop)
        end = source.span(node.iter)[1]
        return _cut(source, "async comprehension", ast.unparse(node.iter), start, start, end)
    return None


def _cut(source: SourceFile, kind: str, what: str, start: int, first: int, last: int) -> Removal | None:
    word = _WORD.match(source.text, start)
    if word is None:
        return None
    return Removal(
        str(source.path), kind, what, source.line_of(first), source.line_of(last), start, word.end()
    )
