"""Calls in the style of SQLAlchemy 1.x, which 2.x refuses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrate_tool.model.members import values
from migrate_tool.model.symbols import ClassInfo
from migrate_tool.model.types import ClassRef, Instance
from migrate_tool.project.trees import walk

from .python_file import PythonFile
from .rule import Example, Rule, Safety

_MODELS = (
    "db = SQLAlchemy()\n\n\n"
    "class User(db.Model):\n"
    "    id = db.Column(db.Integer, primary_key=True)\n"
    '    posts = db.relationship("Post")\n\n\n'
)

RULE = Rule(
    code="FQ154",
    name="sqlalchemy-style",
    summary="select([a]), joinedload('x'), join('x'), row['x'] and SQL in plain strings become what SQLAlchemy 2 takes.",
    why=(
        "SQLAlchemy 2.0 takes columns and cases one by one instead of in a list, attributes of models instead of their "
        "names, and SQL in text() only; rows are tuples, whose values by name are in row._mapping. The old forms raise "
        "when the statement is built or run, or the row is read."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask_sqlalchemy import SQLAlchemy\n"
                "from sqlalchemy import case, select\n"
                "from sqlalchemy.orm import joinedload\n\n" + _MODELS + "def load():\n"
                '    db.session.execute("PRAGMA optimize")\n'
                "    rows = db.session.execute(select([User.id, case([(User.id == 1, 2)], else_=3)])).all()\n"
                '    users = User.query.join("posts").options(joinedload("posts")).order_by("id DESC").all()\n'
                "    return rows, users\n"
            ),
            after=(
                "from quart_app.db import SQLAlchemy\n"
                "from sqlalchemy import case, select, text\n"
                "from sqlalchemy.orm import joinedload\n\n" + _MODELS + "async def load():\n"
                '    await db.session.execute(text("PRAGMA optimize"))\n'
                "    rows = (await db.session.execute(select(User.id, case((User.id == 1, 2), else_=3)))).all()\n"
                "    users = await User.query.join(User.posts).options(joinedload(User.posts))"
                '.order_by(text("id DESC")).all()\n'
                "    return rows, users\n"
            ),
        ),
        Example(
            before=(
                "from flask_sqlalchemy import SQLAlchemy\n"
                "from sqlalchemy import select, text\n\n" + _MODELS + "def load():\n"
                "    newest = db.session.query(User.id).filter(User.id < 9).as_scalar()\n"
                '    rows = db.session.execute(text("PRAGMA table_list")).fetchall()\n'
                "    found = db.session.execute(select([User.id], User.id == newest)).first()\n"
                '    return [row["name"] for row in rows], dict(found), rows[0]\n'
            ),
            after=(
                "from quart_app.db import SQLAlchemy\n"
                "from sqlalchemy import select, text\n\n" + _MODELS + "async def load():\n"
                "    newest = db.session.query(User.id).filter(User.id < 9).scalar_subquery()\n"
                '    rows = (await db.session.execute(text("PRAGMA table_list"))).fetchall()\n'
                "    found = (await db.session.execute(select(User.id).where(User.id == newest))).first()\n"
                '    return [row._mapping["name"] for row in rows], dict(found._mapping), rows[0]\n'
            ),
        ),
    ),
    left_alone=(
        "from sqlalchemy import case, select, text\n\n\n"
        "def statement(users, posts):\n"
        "    query = select(users.c.id, case((users.c.id == 1, 2), else_=3)).join(posts)\n"
        '    return query.where(text("id = 1")).order_by("id")\n',
    ),
    references=("https://docs.sqlalchemy.org/en/20/changelog/migration_20.html",),
)

_SQL = ("sqlalchemy", "sqlalchemy.sql", "sqlalchemy.sql.expression")
_LISTS = frozenset(f"{module}.{name}" for module in _SQL for name in ("select", "case"))
_EXECUTING = frozenset(
    f"sqlalchemy.{owner}.{name}"
    for owner in ("orm.Session", "Connection")
    for name in ("execute", "scalar", "scalars")
)
_CONDITIONS = frozenset(
    f"sqlalchemy.{owner}.{name}"
    for owner in ("orm.Query", "Select")
    for name in ("filter", "where", "having")
)
_ORDERS = frozenset(
    f"sqlalchemy.{owner}.{name}" for owner in ("orm.Query", "Select") for name in ("order_by", "group_by")
)
_JOINS = frozenset(f"sqlalchemy.orm.Query.{name}" for name in ("join", "outerjoin"))
_OPTIONS = "sqlalchemy.orm.Query.options"
_SELECTS = frozenset(f"{module}.select" for module in _SQL)
_SCALARS = frozenset(f"sqlalchemy.{owner}.as_scalar" for owner in ("orm.Query", "Select"))
_ROW = "sqlalchemy.Row"
#: What reads a row of SQLAlchemy 1 as the mapping that it was.
_READS_MAPPING = frozenset({"items", "keys", "values", "has_key"})
_LOADERS = frozenset(
    f"sqlalchemy.orm.{name}"
    for name in (
        "contains_eager",
        "defer",
        "immediateload",
        "joinedload",
        "lazyload",
        "load_only",
        "noload",
        "raiseload",
        "selectinload",
        "subqueryload",
        "undefer",
    )
)


def python(file: PythonFile) -> None:
    """Look at every call."""
    if "sqlalchemy" not in file.source.text and not any(
        "sqlalchemy" in module.source.text for module in file.project.modules.values()
    ):
        return
    for subscript in file.nodes(ast.Subscript):
        if _is_text(file, subscript.slice) and _is_row(file, subscript.value):
            _as_mapping(file, subscript.value)
    for call in file.nodes(ast.Call):
        _read_rows(file, call)
        names = file.names(call.func)
        if names & _SCALARS and isinstance(call.func, ast.Attribute):
            end = file.place(call.func)[1]
            file.cut(end - len("as_scalar"), end, "scalar_subquery", origin=RULE.code)
            file.report(call, RULE.code, "as_scalar() is scalar_subquery() now")
        names = names if call.args else frozenset()
        if names & _LISTS:
            _take_out(file, call, names)
        elif names & _EXECUTING:
            _wrap_text(file, call.args[:1])
        elif names & _CONDITIONS:
            _wrap_text(file, [item for item in call.args if _constant(item) is not None])
        elif names & _ORDERS:
            _wrap_text(file, [item for item in call.args if " " in (_constant(item) or "")])
        elif names & _JOINS:
            _name_attributes(file, call, call)
        elif _OPTIONS in names:
            for option in call.args:
                if isinstance(option, ast.Call) and file.names(option.func) & _LOADERS:
                    _name_attributes(file, option, call)


def _read_rows(file: PythonFile, call: ast.Call) -> None:
    """``dict(row)`` and ``row.items()`` to ``dict(row._mapping)`` and ``row._mapping.items()``."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _READS_MAPPING and not call.args:
        if _is_row(file, call.func.value):
            _as_mapping(file, call.func.value)
    elif (
        len(call.args) == 1
        and isinstance(call.func, ast.Name)
        and call.func.id == "dict"
        and "builtins.dict" in file.names(call.func)
        and _is_row(file, call.args[0])
    ):
        _as_mapping(file, call.args[0])


def _is_row(file: PythonFile, node: ast.expr) -> bool:
    types = file.types(node)
    return bool(types) and all(isinstance(item, Instance) and item.of == _ROW for item in types)


def _as_mapping(file: PythonFile, node: ast.expr) -> None:
    file.insert(file.place(node)[1], "._mapping", origin=RULE.code)
    file.report(node, RULE.code, "a row is a tuple; by name its values are in row._mapping")


def _take_out(file: PythonFile, call: ast.Call, names: frozenset[str]) -> None:
    """``select([a, b])`` to ``select(a, b)``, and ``select([a], b)`` to ``select(a).where(b)``."""
    first = call.args[0]
    if not isinstance(first, ast.List):
        return
    if len(call.args) == 2 and names & _SELECTS and not call.keywords:
        between = file.place(first)[1], file.place(call.args[1])[0]
        file.cut(*between, ").where(", origin=RULE.code)
    elif len(call.args) > 1:
        return
    start, end = file.place(first)
    file.cut(start, start + 1, origin=RULE.code)
    inside = file.source.text[start + 1 : end - 1]
    stripped = inside.rstrip()
    followed = file.source.text[end:].lstrip().startswith(",")
    drop = stripped.endswith(",") and (followed or "\n" not in inside)
    file.cut(start + 1 + len(stripped) - 1 if drop else end - 1, end, origin=RULE.code)
    file.report(first, RULE.code, f"{ast.unparse(call.func)} takes its elements one by one")


def _wrap_text(file: PythonFile, arguments: list[ast.expr]) -> None:
    """``"SELECT 1"`` to ``text("SELECT 1")``."""
    for argument in arguments:
        if _is_text(file, argument):
            name = file.need("sqlalchemy", "text")
            file.wrap(argument, f"{name}(", ")", origin=RULE.code)
            file.report(argument, RULE.code, "SQL in a string goes through text()")


def _is_text(file: PythonFile, node: ast.expr) -> bool:
    types = file.types(node)
    return bool(types) and all(isinstance(item, Instance) and item.of == "str" for item in types)


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _name_attributes(file: PythonFile, call: ast.Call, query: ast.Call) -> None:
    """``"posts"`` to ``User.posts``, where the query's model is known by a name that stands in it."""
    if not any(_constant(item) is not None for item in call.args):
        return
    assert isinstance(query.func, ast.Attribute)
    model = _model(file, query.func.value)
    for argument in call.args:
        name = _constant(argument)
        if name is None or name == "*":  # the wildcard stays a string
            continue
        if model is None or not name.isidentifier():
            file.mark(argument, RULE.code, f"say {name!r} as an attribute of its model, not as a string")
            continue
        file.replace(argument, f"{model}.{name}", origin=RULE.code)
        file.report(argument, RULE.code, f"{name!r} becomes {model}.{name}")


def _model(file: PythonFile, receiver: ast.expr) -> str | None:
    """How the model that ``receiver`` is a query of is written in it."""
    wanted = {
        item.of
        for query in values(file.project.types, file.types(receiver))
        if isinstance(query, Instance) and query.args
        for item in query.args[0]
        if isinstance(item, Instance) and isinstance(item.of, ClassInfo)
    }
    if len(wanted) != 1:
        return None
    for node in _names_in(receiver):
        if any(isinstance(item, ClassRef) and item.info in wanted for item in file.types(node)):
            return file.segment(node)
    return None


def _names_in(node: ast.expr) -> Iterator[ast.expr]:
    for item in walk(node):
        if isinstance(item, ast.Name | ast.Attribute):
            yield item
