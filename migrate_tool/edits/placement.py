"""Where a new import belongs."""

from __future__ import annotations

import ast

from migrate_tool.project.source import SourceFile


def placed(source: SourceFile, block: str) -> tuple[int, int, str]:
    """The insertion (start, end, text) that puts new import lines behind the imports of the file."""
    assert source.tree is not None
    newline, text = source.newline, source.text
    anchor = import_anchor(source.tree)
    if anchor is None:
        at = header_end(source)
        before = newline if at and text[at - 1] not in "\r\n" else ""
        after = newline if at >= len(text) or text[at] in "\r\n" else newline * 2
        return at, at, before + block + after
    apart = is_docstring(anchor) or (isinstance(anchor, ast.ImportFrom) and anchor.module == "__future__")
    line = anchor.end_lineno or anchor.lineno
    if line == len(source.line_starts):
        return len(text), len(text), newline * (2 if apart else 1) + block
    # At the start of the next line, so that it stays when the anchor itself goes.
    at = source.line_starts[line]
    return at, at, (newline if apart else "") + block + newline


def is_docstring(statement: ast.stmt) -> bool:
    """Whether it is a bare string."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def import_anchor(tree: ast.Module) -> ast.stmt | None:
    """The top-level statement behind which a new import belongs: the last import of the leading block, else the docstring."""
    anchor: ast.stmt | None = None
    body = tree.body
    for index, statement in enumerate(body):
        if isinstance(statement, ast.Import | ast.ImportFrom) or (index == 0 and is_docstring(statement)):
            anchor = statement
        elif not _only_imports(statement):
            break
    if anchor is None:
        return None
    # What shares the anchor's last line must come before the new line, however long it is.
    for statement in body[body.index(anchor) + 1 :]:
        if statement.lineno != anchor.end_lineno:
            break
        anchor = statement
    return anchor


def plain_anchor(source: SourceFile) -> ast.Import | None:
    """The first ``import x`` of the leading imports, if it has its line for itself: a new one belongs above it."""
    assert source.tree is not None
    for index, statement in enumerate(source.tree.body):
        if isinstance(statement, ast.Import):
            start, end = source.span(statement)
            whole = source.text[source.line_starts[statement.lineno - 1] : start].strip()
            rest = source.text[end:].partition("\n")[0].strip()
            return statement if not whole and (not rest or rest.startswith("#")) else None
        if not isinstance(statement, ast.ImportFrom) and not (index == 0 and is_docstring(statement)):
            return None
    return None


def _only_imports(statement: ast.stmt) -> bool:
    """Whether it is an ``if`` or ``try`` around imports, which doesn't end the leading block."""
    if isinstance(statement, ast.If):
        return all(map(_in_block, [*statement.body, *statement.orelse]))
    if isinstance(statement, ast.Try):
        return all(map(_in_block, statement.body))
    return False


def _in_block(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass) or _only_imports(statement)


def header_end(source: SourceFile) -> int:
    """Where the comments that open the file end: interpreter line, coding, licence."""
    first = source.tree.body[0] if source.tree and source.tree.body else None
    limit = (
        min((n.lineno for n in (first, *getattr(first, "decorator_list", ()))), default=1) if first else None
    )
    for number, start in enumerate(source.line_starts, 1):
        if number == limit or not source.text.startswith("#", start):
            return start
    return len(source.text)
