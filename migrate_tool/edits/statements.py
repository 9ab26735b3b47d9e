"""The text of an import statement: where its module and its names stand, and how names leave it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import groupby

from migrate_tool.project.source import SourceFile

_BLANK = r"(?:\s|\\(?:\r\n|\r|\n))"
_FROM = re.compile(
    rf"from{_BLANK}*(?P<module>[.\w\s\\]*?)(?P<blank>{_BLANK}*)\bimport\b{_BLANK}*(?P<open>\()?"
)
_ALIAS = re.compile(rf"(?P<name>.*?)(?:{_BLANK}+as{_BLANK}+\w+)?\Z", re.S)
_TAIL = re.compile(r"[ \t\f]*,?[ \t\f]*(?P<comment>#[^\r\n]*)?(?=[\r\n]|\Z)")
_COMMA = re.compile(r"[ \t\f]*,[ \t\f]*")

#: New statements longer than this are written in parentheses, one name to a line.
WIDTH = 88


class Statement:
    """One ``import`` or ``from ... import`` statement in its file."""

    def __init__(self, source: SourceFile, node: ast.Import | ast.ImportFrom) -> None:
        self.source = source
        self.node = node
        self.start, self.end = source.span(node)
        self.spans = {alias: source.span(alias) for alias in node.names}
        head = _FROM.match(source.text, self.start) if isinstance(node, ast.ImportFrom) else None
        self._head = head
        self.parenthesised = bool(head and head["open"])
        self.indent = source.indent_at(node.lineno)

    @property
    def alone(self) -> bool:
        """Whether no other statement shares its lines: new lines may be written around it."""
        text = self.source.text
        before = text[self.source.line_starts[self.node.lineno - 1] : self.start]
        return not before.strip(" \t\f") and _TAIL.match(text, self.end) is not None

    def module_edit(self, module: str) -> tuple[int, int, str]:
        """The change that makes it import from ``module``."""
        assert self._head is not None
        blank = "" if self._head["blank"] else " "
        start, end = self._head.span("module")
        if start and self.source.text[start - 1] == "m":  # ``from.x import y``
            return start, end, f" {module}{blank}"
        return start, end, module + blank

    def name_span(self, alias: ast.alias) -> tuple[int, int]:
        """Where the imported name stands, without its ``as``."""
        start, end = self.spans[alias]
        match = _ALIAS.match(self.source.text[start:end]) if alias.asname else None
        return (start, start + match.end("name")) if match else (start, end)

    def comment_of(self, alias: ast.alias) -> str:
        """The comment behind a name that has its line to itself."""
        line = [a for a in self.node.names if a.lineno == alias.lineno]
        match = _TAIL.match(self.source.text, self.spans[alias][1])
        return (match["comment"] or "") if match and len(line) == 1 and self.parenthesised else ""

    def has_tail_comment(self, alias: ast.alias) -> bool:
        """Whether a comment follows the name on its line."""
        match = _TAIL.match(self.source.text, self.spans[alias][1])
        return bool(match and match["comment"])

    def cuts(self, gone: set[ast.alias]) -> Iterator[tuple[int, int]]:
        """The stretches to delete so that the names in ``gone`` leave; at least one name must stay."""
        names = self.node.names
        if not self.parenthesised:
            yield from self._cut_row(names, gone, self.start, self.end)
            return
        text = self.source.text
        for line, group in groupby(names, key=lambda alias: alias.lineno):
            row = list(group)
            if not any(alias in gone for alias in row):
                continue
            line_start = self.source.line_starts[line - 1]
            first, last = self.spans[row[0]][0], self.spans[row[-1]][1]
            if not all(alias in gone for alias in row):
                yield from self._cut_row(row, gone, first, last)
            elif not text[line_start:first].strip() and _TAIL.match(text, last):
                # Nothing else stands on these lines.
                last_line = row[-1].end_lineno or line
                following = (
                    self.source.line_starts[last_line]
                    if last_line < len(self.source.line_starts)
                    else len(text)
                )
                yield line_start, following
            else:
                comma = _COMMA.match(text, last)
                yield first, comma.end() if comma else last

    def _cut_row(
        self, row: list[ast.alias], gone: set[ast.alias], first: int, last: int
    ) -> Iterator[tuple[int, int]]:
        kept_end: int | None = None
        run_start: int | None = None
        for alias in row:
            start, end = self.spans[alias]
            if alias in gone:
                run_start = start if run_start is None else run_start
                continue
            if run_start is not None:
                yield run_start, start
                run_start = None
            kept_end = end
        if run_start is not None:
            yield (kept_end if kept_end is not None else first), last

    def whole_line(self) -> tuple[int, int]:
        """The lines of the statement with their newline and comment; only if it stands ``alone``."""
        starts = self.source.line_starts
        last = self.node.end_lineno or self.node.lineno
        return starts[self.node.lineno - 1], starts[last] if last < len(starts) else len(self.source.text)


def import_line(module: str, names: list[str], indent: str, newline: str | None) -> str:
    """``from module import ...``; in parentheses if it is long and may take lines."""
    line = f"from {module} import {', '.join(names)}"
    if newline is None or len(indent) + len(line) <= WIDTH or len(names) == 1:
        return line
    inner = "".join(f"{newline}{indent}    {name}," for name in names)
    return f"from {module} import ({inner}{newline}{indent})"
