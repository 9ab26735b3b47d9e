"""Several statements in one string: psycopg2 sends them all, PostgreSQL's prepared statements, which asyncpg uses, are one each.

Migrations and scripts are written so: ``op.execute("CREATE FUNCTION ...; CREATE TRIGGER ...")``. They are executed one after the other, on the same
connection and in the same transaction; the rows are those of the last.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

#: What may contain a semicolon that ends nothing: literals, quoted names, dollar quotes, comments.
_QUOTED = re.compile(
    r"""
      (?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | (?<![\w$])\$(?P<tag>[^\W\d]\w*|)\$.*?\$(?P=tag)\$
    | --[^\n]*
    | /\*.*?\*/
    """,
    re.DOTALL | re.VERBOSE,
)
_ATOMIC_BODY = re.compile(r"\bBEGIN\s+ATOMIC\b", re.IGNORECASE)


def execute_one_by_one(engine: Engine) -> None:
    """Have an engine of asyncpg execute a string of several statements, as psycopg2's does.

    Args:
        engine: The synchronous engine below an ``AsyncEngine``.
    """
    event.listen(engine, "do_execute", _execute)


def split(statement: str) -> list[str]:
    """Split a string at the semicolons between statements; empty ones are left out."""
    bare = _QUOTED.sub(lambda found: " " * len(found[0]), statement)
    if _ATOMIC_BODY.search(bare):
        return [statement]
    parts, start = [], 0
    for end in [*(index for index, char in enumerate(bare) if char == ";"), len(bare)]:
        if bare[start:end].strip():
            parts.append(statement[start:end].strip())
        start = end + 1
    return parts


def _execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
    if ";" not in statement or parameters or cursor.server_side:
        return None
    parts = split(statement)
    if len(parts) < 2:
        return None
    for part in parts:
        context.dialect.do_execute(cursor, part, parameters, context)
    return True
