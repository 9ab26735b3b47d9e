"""Writes on a connection, which SQLAlchemy before 2.0 committed by itself."""

from __future__ import annotations

import ast

from migrate_tool.project.trees import walk

from .origins import before_sqlalchemy_2
from .python_file import PythonFile
from .rule import Example, Rule, Safety

_BEFORE = (
    "from flask_sqlalchemy import SQLAlchemy, get_debug_queries\n"
    "from sqlalchemy import text\n\n"
    "db = SQLAlchemy()\n\n\n"
    "def slow():\n    return get_debug_queries()\n\n\n"
)
_AFTER = _BEFORE.replace("flask_sqlalchemy", "quart_app.db")
_ADVICE = "SQLAlchemy 2 commits nothing by itself: await connection.commit() after writing, or async with engine.begin()"

RULE = Rule(
    code="FQ160",
    name="autocommit",
    summary="A connection that wrote without a commit gets a transaction where the project comes from SQLAlchemy before 2.0.",
    why=(
        "Until 2.0 a write on engine.connect() outside of a transaction was committed at once; now it is rolled back when "
        "the connection closes, and nobody says so. with engine.connect() becomes engine.begin(), which commits at the end "
        "of the block, all or nothing. A connection that is kept in a variable is marked."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=_BEFORE + "def write():\n"
            "    with db.engine.connect() as connection:\n"
            '        connection.execute(text("CALL clean_up()"))\n',
            after=_AFTER + "async def write():\n"
            "    async with db.engine.begin() as connection:\n"
            '        await connection.execute(text("CALL clean_up()"))\n',
        ),
        Example(
            before=_BEFORE + "def write():\n"
            "    connection = db.engine.connect()\n"
            '    connection.execute(text("CALL clean_up()"))\n'
            "    connection.close()\n",
            after=_AFTER + "async def write():\n"
            f"    # migrate: FQ160 {_ADVICE}\n"
            "    connection = await db.engine.connect()\n"
            '    await connection.execute(text("CALL clean_up()"))\n'
            "    await connection.close()\n",
        ),
    ),
    left_alone=(
        "from quart_app.db import SQLAlchemy\n"
        "from sqlalchemy import text\n\n"
        "db = SQLAlchemy()\n\n\n"
        "async def read():\n"
        "    async with db.engine.connect() as connection:\n"
        '        return (await connection.execute(text("SELECT 1"))).scalar()\n',
    ),
    references=(
        "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#library-level-but-not-driver-level-autocommit-removed-from-both-core-and-orm",
    ),
)

_CONNECT = "sqlalchemy.Engine.connect"
#: Who says one of these to a connection keeps its transactions by hand.
_BY_HAND = frozenset({"begin", "begin_nested", "begin_twophase", "commit", "execution_options"})


def python(file: PythonFile) -> None:
    """Look at every ``engine.connect()``."""
    if "connect" not in file.source.text or "alembic" in file.source.text:
        return
    for call in file.nodes(ast.Call):
        if _CONNECT not in file.names(call.func) or not isinstance(call.func, ast.Attribute):
            continue
        reason = before_sqlalchemy_2(file)
        if reason is None:
            return
        parent = file.parent(call)
        if isinstance(parent, ast.withitem):
            statement = file.parent(parent)
            if statement is not None and not _by_hand(statement, parent.optional_vars):
                end = file.place(call.func)[1]
                file.cut(end - len("connect"), end, "begin", origin=RULE.code)
                file.report(call, RULE.code, f"the block is one transaction, committed at its end: {reason}")
        elif not _by_hand(_around(file, call), parent.targets[0] if isinstance(parent, ast.Assign) else None):
            file.mark(call, RULE.code, _ADVICE)


def _around(file: PythonFile, node: ast.AST) -> ast.AST:
    """The function that ``node`` is in, or the module."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef):
        current = file.parent(current)
    return current or file.module.tree


def _by_hand(where: ast.AST, connection: ast.expr | None) -> bool:
    """Whether ``connection`` is told in ``where`` when to begin or to commit."""
    name = ast.unparse(connection) if connection is not None else None
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in _BY_HAND
        and (name is None or ast.unparse(node.value) == name)
        for node in walk(where)
    )
