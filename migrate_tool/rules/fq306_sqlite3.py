"""sqlite3 connections and cursors are awaited."""

from __future__ import annotations

import ast

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ306",
    name="awaited-sqlite3",
    summary="sqlite3 connections and cursors are awaited.",
    why=(
        "quart_app.db.sqlite has sqlite3's names, habits and errors, on a thread of its own, so that the "
        "event loop never stands still. Listeners of an engine get SQLAlchemy's face of a connection, for which "
        "isinstance(connection, Connection) holds; a comparison of types would silently be false, so it becomes that."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "import sqlite3\n\n"
                "from sqlalchemy import event\n"
                "from sqlalchemy.engine import Engine\n\n\n"
                '@event.listens_for(Engine, "connect")\n'
                "def foreign_keys(connection, record):\n"
                "    if type(connection) is sqlite3.Connection:\n"
                '        connection.execute("PRAGMA foreign_keys=ON")\n'
            ),
            after=(
                "from sqlalchemy import event\n"
                "from sqlalchemy.engine import Engine\n"
                "from quart_app.db.sqlite import Connection\n\n\n"
                '@event.listens_for(Engine, "connect")\n'
                "def foreign_keys(connection, record):\n"
                "    if isinstance(connection, Connection):\n"
                '        connection.execute("PRAGMA foreign_keys=ON")\n'
            ),
        ),
    ),
    left_alone=("def same(a, b):\n    return type(a) is type(b)\n",),
)


def python(file: PythonFile) -> None:
    """Look at every comparison of a type with ``sqlite3.Connection``."""
    if "sqlite" not in file.source.text:
        return
    for node in file.nodes(ast.Compare):
        call, operator, other = node.left, node.ops[0], node.comparators[0]
        if (
            len(node.ops) == 1
            and isinstance(operator, ast.Is | ast.IsNot | ast.Eq | ast.NotEq)
            and isinstance(call, ast.Call)
            and len(call.args) == 1
            and "builtins.type" in file.names(call.func)
            and "sqlite3.Connection" in file.names(other)
        ):
            denied = "not " if isinstance(operator, ast.IsNot | ast.NotEq) else ""
            file.replace(call.func, f"{denied}isinstance", origin=RULE.code)
            file.cut(file.place(call.args[0])[1], file.place(other)[0], ", ", origin=RULE.code)
            file.insert(file.place(other)[1], ")", origin=RULE.code)
            file.report(
                node, RULE.code, "a listener's connection is no sqlite3.Connection, but isinstance() holds"
            )
