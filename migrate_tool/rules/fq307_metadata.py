"""Tables are created, dropped and inspected through functions that take the awaited engine."""

from __future__ import annotations

import ast

from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ307",
    name="awaited-metadata",
    summary="metadata.create_all(engine) becomes create_all(metadata, engine), awaited; so does what inspect(engine) gives.",
    why=(
        "SQLAlchemy's MetaData and Inspector take a synchronous engine only; the functions of quart_app.db.plain and "
        "quart_app.db.inspection take the awaited one."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from sqlalchemy import create_engine\n"
                "from sqlalchemy.orm import declarative_base\n\n"
                'engine = create_engine("sqlite:///app.db")\n'
                "Base = declarative_base()\n\n\n"
                "def init_db():\n"
                "    Base.metadata.create_all(bind=engine)\n"
            ),
            after=(
                "from quart_app.db.plain import create_engine, create_all\n"
                "from sqlalchemy.orm import declarative_base\n\n"
                'engine = create_engine("sqlite:///app.db")\n'
                "Base = declarative_base()\n\n\n"
                "async def init_db():\n"
                "    await create_all(Base.metadata, bind=engine)\n"
            ),
        ),
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_sqlalchemy import SQLAlchemy\n"
                "from sqlalchemy import inspect\n\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "def show():\n"
                "    print(inspect(db.engine).get_table_names())\n"
                "    with db.engine.connect() as connection:\n"
                '        print(db.engine.dialect.has_table(connection, "user"))\n'
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.db import SQLAlchemy\n"
                "from quart_app.db.inspection import inspect_database\n\n"
                "app = Quart(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "async def show():\n"
                "    print(await inspect_database(db.engine).get_table_names())\n"
                "    async with db.engine.connect() as connection:\n"
                '        print(await inspect_database(connection).has_table("user"))\n'
            ),
        ),
        Example(
            before=(
                "from sqlalchemy import Column, Integer, MetaData, Table, create_engine\n\n"
                'engine = create_engine("sqlite:///app.db")\n'
                'books = Table("books", MetaData(engine), Column("id", Integer, primary_key=True))\n'
                'notes = Table("notes", MetaData(bind=engine, schema="x"), Column("id", Integer, primary_key=True))\n\n\n'
                "def init_db():\n"
                "    books.create(engine, checkfirst=True)\n"
            ),
            after=(
                "from sqlalchemy import Column, Integer, MetaData, Table\n"
                "from quart_app.db.plain import create_engine\n"
                "from quart_app.db.plain import create_table\n\n"
                'engine = create_engine("sqlite:///app.db")\n'
                'books = Table("books", MetaData(), Column("id", Integer, primary_key=True))\n'
                'notes = Table("notes", MetaData(schema="x"), Column("id", Integer, primary_key=True))\n\n\n'
                "async def init_db():\n"
                "    await create_table(books, engine, checkfirst=True)\n"
            ),
        ),
    ),
    left_alone=(
        "import quart\nfrom sqlalchemy import inspect\n\n\n"
        "def keys(model):\n    return inspect(model).primary_key\n",
    ),
)

_INSPECTION = "quart_app.db.inspection"
_MOVED = {f"sqlalchemy.MetaData.{name}": name for name in ("create_all", "drop_all", "reflect")}
_MOVED |= {"sqlalchemy.Table.create": "create_table", "sqlalchemy.Table.drop": "drop_table"}


def python(file: PythonFile) -> None:
    """``metadata.create_all(...)`` becomes ``create_all(metadata, ...)``; the colour writer awaits it."""
    for node in file.nodes(ast.Call):
        _inspection(file, node)
        if "sqlalchemy.MetaData" in file.names(node.func):
            _unbound(file, node)
    for node in file.nodes(ast.Call):
        decision = file.colouring.decision(node, "call")
        if decision is None or decision.site.what not in _MOVED or not isinstance(node.func, ast.Attribute):
            continue
        if not node.args and not node.keywords:
            file.mark(node, RULE.code, "give the engine: metadata is bound to none since SQLAlchemy 2.0")
            continue
        name = file.need("quart_app.db.plain", _MOVED[decision.site.what])
        first = (node.args or [keyword.value for keyword in node.keywords])[0]
        _, end = file.place(node.func)
        opening = file.source.text.index("(", end)
        start, _ = file.place(node.func)
        file.cut(start, opening + 1, f"{name}(", file.span(node.func.value), ", ", origin=RULE.code)
        file.report(first, RULE.code, f"{name} takes the awaited engine")


def _unbound(file: PythonFile, node: ast.Call) -> None:
    """``MetaData(engine)`` and ``MetaData(bind=engine)``: bound to nothing since SQLAlchemy 2.0."""
    bind = argument(node, "bind", 0)
    if bind is None or isinstance(bind, ast.Starred):
        return
    given: list[ast.AST] = [*node.args, *node.keywords]
    place = next(index for index, item in enumerate(given) if bind in (item, getattr(item, "value", None)))
    start, end = file.place(given[place])
    if place + 1 < len(given):
        end, _ = file.place(given[place + 1])
    elif place:
        _, start = file.place(given[place - 1])
    file.cut(start, end, origin=RULE.code)
    file.report(node, RULE.code, "metadata is bound to no engine: who executes says on which")


def _inspection(file: PythonFile, node: ast.Call) -> None:
    """``inspect(engine)``, ``Inspector.from_engine(engine)`` and ``dialect.has_table(connection, name)``."""
    names = file.names(node.func)
    if not node.args or isinstance(node.args[0], ast.Starred):
        return
    if names & {"sqlalchemy.inspect", "sqlalchemy.Inspector.from_engine"}:
        if "sqlalchemy.Inspector" not in file.classes(node):
            return
        name = file.need(_INSPECTION, "inspect_database")
        if file.segment(node.func) != name:
            file.replace_name(node.func, name, origin=RULE.code)
            file.report(node, RULE.code, "inspect_database takes the awaited engine")
    elif "sqlalchemy.Dialect.has_table" in names and len(node.args) > 1:
        start, _ = file.place(node)
        rest, _ = file.place(node.args[1])
        opening = file.need(_INSPECTION, "inspect_database")
        file.cut(start, rest, f"{opening}(", file.span(node.args[0]), ").has_table(", origin=RULE.code)
        file.report(node, RULE.code, "has_table is asked with the awaited connection")
