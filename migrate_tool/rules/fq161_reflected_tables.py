"""Tables and models that the database describes, in the spelling before SQLAlchemy 2.0."""

from __future__ import annotations

import ast

from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ161",
    name="reflected-tables",
    summary="Table(autoload=True) and automap's prepare(engine, reflect=True) say autoload_with=engine.",
    why=(
        "SQLAlchemy 2 refuses autoload=True, and reads a table's columns from the engine that autoload_with names. Quart's engine is an "
        "awaited one: quart_app.db waits for its answers where the table is made, which is mostly at import."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from sqlalchemy import MetaData, Table, create_engine\n"
                "from sqlalchemy.ext.automap import automap_base\n\n"
                'engine = create_engine("sqlite:///shop.db")\n'
                'orders = Table("orders", MetaData(), autoload=True, autoload_with=engine)\n'
                "Base = automap_base()\n"
                "Base.prepare(engine, reflect=True)\n"
            ),
            after=(
                "from sqlalchemy import MetaData, Table\n"
                "from quart_app.db.plain import create_engine\n"
                "from sqlalchemy.ext.automap import automap_base\n\n"
                'engine = create_engine("sqlite:///shop.db")\n'
                'orders = Table("orders", MetaData(), autoload_with=engine)\n'
                "Base = automap_base()\n"
                "Base.prepare(autoload_with=engine)\n"
            ),
        ),
        Example(
            before=(
                "from sqlalchemy import MetaData, Table\n\n\n"
                "def orders(metadata):\n"
                '    return Table("orders", metadata, autoload=True)\n'
            ),
            after=(
                "from sqlalchemy import MetaData, Table\n\n\n"
                "def orders(metadata):\n"
                "    # migrate: FQ161 a MetaData has no engine any more: say autoload_with=engine instead of autoload=True\n"
                '    return Table("orders", metadata, autoload=True)\n'
            ),
        ),
    ),
    left_alone=(
        "from sqlalchemy import Column, Integer, MetaData, Table\n"
        "from sqlalchemy.ext.automap import automap_base\n\n"
        "metadata = MetaData()\n"
        'orders = Table("orders", metadata, Column("id", Integer, primary_key=True))\n'
        "Base = automap_base(metadata=metadata)\n"
        "Base.prepare()\n",
    ),
    references=(
        "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#implicit-and-connectionless-execution-bound-metadata-removed",
        "https://docs.sqlalchemy.org/en/20/orm/extensions/automap.html",
    ),
)

_PREPARE = "sqlalchemy.ext.automap.AutomapBase.prepare"
_ADVICE = "a MetaData has no engine any more: say autoload_with=engine instead of autoload=True"


def python(file: PythonFile) -> None:
    """Look at every call that makes a table, and at every ``prepare``."""
    if "autoload" not in file.source.text and "prepare" not in file.source.text:
        return
    for call in file.nodes(ast.Call):
        if _PREPARE in file.names(call.func):
            _prepare(file, call)
        elif any(name.endswith(".Table") for name in file.names(call.func)):
            _table(file, call)


def _table(file: PythonFile, call: ast.Call) -> None:
    autoload = argument(call, "autoload")
    if not isinstance(autoload, ast.Constant) or not call.args:
        return
    if autoload.value and argument(call, "autoload_with") is None:
        file.mark(call, RULE.code, _ADVICE)
        return
    _drop(file, call, "autoload")
    file.report(call, RULE.code, "autoload_with alone has the table read from the database")


def _prepare(file: PythonFile, call: ast.Call) -> None:
    reflect = argument(call, "reflect")
    engine = argument(call, "engine", 0)
    if engine is None or not isinstance(reflect, ast.Constant):
        return
    if reflect.value:
        keyword = next((item for item in call.keywords if item.arg == "engine"), None)
        start = file.place(engine if keyword is None else keyword)[0]
        file.cut(start, file.place(engine)[0], "autoload_with=", origin=RULE.code)
    _drop(file, call, "reflect")
    file.report(call, RULE.code, "autoload_with names the engine")


def _drop(file: PythonFile, call: ast.Call, name: str) -> None:
    """Take a keyword out, with the comma that stands before it."""
    arguments = sorted([*call.args, *call.keywords], key=lambda item: file.place(item)[0])
    at = next(number for number, item in enumerate(arguments) if getattr(item, "arg", None) == name)
    start = file.place(arguments[at - 1])[1] if at else file.place(arguments[at])[0]
    end = file.place(arguments[at])[1] if at or len(arguments) == 1 else file.place(arguments[1])[0]
    file.cut(start, end, origin=RULE.code)
