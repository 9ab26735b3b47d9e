"""Events are listened for on the synchronous core of sessions and engines, and on the class of mappers."""

from __future__ import annotations

import ast

from migrate_tool.model.types import External

from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

_LISTENER = (
    '\n\n@event.listens_for(db.session, "before_commit")\ndef note(session):\n    print(session.new)\n'
)

RULE = Rule(
    code="FQ157",
    name="event-targets",
    summary="event.listen(db.session, ...) and event.listen(engine, ...) listen on sync_session_class and sync_engine; mapper is Mapper.",
    why=(
        "SQLAlchemy sends its events from the synchronous core that awaited sessions and engines are built on, and refuses "
        "listeners on the awaited ones. The listener gets what it always got. All mappers are named by their class: the "
        "function mapper(), which meant the same, is gone from SQLAlchemy 2."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask_sqlalchemy import SQLAlchemy\n"
                "from sqlalchemy import event\n\n"
                "db = SQLAlchemy()\n" + _LISTENER
            ),
            after=(
                "from quart_app.db import SQLAlchemy\n"
                "from sqlalchemy import event\n\n"
                "db = SQLAlchemy()\n" + _LISTENER.replace("db.session,", "db.session.sync_session_class,")
            ),
        ),
        Example(
            before=(
                "from sqlalchemy import event\n"
                "from sqlalchemy.orm import mapper\n\n\n"
                '@event.listens_for(mapper, "before_insert")\n'
                "def check(mapper, connection, target):\n"
                "    target.check()\n"
            ),
            after=(
                "from sqlalchemy import event\n"
                "from sqlalchemy.orm import Mapper\n\n\n"
                '@event.listens_for(Mapper, "before_insert")\n'
                "def check(mapper, connection, target):\n"
                "    target.check()\n"
            ),
        ),
    ),
    left_alone=(
        "from sqlalchemy import event\n"
        "from sqlalchemy.orm import Mapper\n\n\n"
        '@event.listens_for(Mapper, "before_insert")\n'
        "def check(mapper, connection, target):\n"
        "    target.check()\n",
        "from sqlalchemy import event\n"
        "from sqlalchemy.engine import Engine\n\n\n"
        '@event.listens_for(Engine, "connect")\n'
        "def switch_on(connection, record):\n"
        '    connection.execute("PRAGMA foreign_keys=ON")\n',
    ),
    references=(
        "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#using-events-with-the-asyncio-extension",
    ),
)

_LISTENING = frozenset(
    {f"sqlalchemy.event.{name}" for name in ("listen", "listens_for", "remove", "contains")}
)
#: The function that stood for all mappers.
_MAPPER = "sqlalchemy.orm.mapper"


def python(file: PythonFile) -> None:
    """Look at the target of every listener."""
    for call in file.nodes(ast.Call):
        target = argument(call, "target", 0)
        if target is None or not file.names(call.func) & _LISTENING:
            continue
        if _MAPPER in file.names(target):
            file.replace_name(target, file.need("sqlalchemy.orm", "Mapper"), origin=RULE.code)
            file.report(
                target, RULE.code, f"{ast.unparse(target)} is Mapper, whose listeners hear of all of them"
            )
            continue
        attribute = _attribute(file, target)
        if attribute is not None:
            _, end = file.place(target)
            file.insert(end, f".{attribute}", origin=RULE.code)
            file.report(target, RULE.code, f"{ast.unparse(target)} is listened to through its {attribute}")


def _attribute(file: PythonFile, target: ast.expr) -> str | None:
    classes = file.classes(target)
    if "sqlalchemy.orm.scoped_session" in classes:
        return "sync_session_class"
    if "sqlalchemy.Engine" in classes:
        return "sync_engine"
    given = {item.name for item in file.types(target) if isinstance(item, External)}
    if "sqlalchemy.orm.Session" in {file.project.catalog.canonical(name) for name in given}:
        return "sync_session_class"
    return None
