"""Flask-Migrate becomes ``quart_app.db.migrate``; what Alembic runs stays synchronous."""

from __future__ import annotations

import ast

from migrate_tool.model.alembic import AlembicFile, alembic_file
from migrate_tool.model.types import FunctionRef

from .python_file import PythonFile
from .rule import Example, Rule, Safety

_APP = (
    "from flask import Flask\n"
    "from flask_migrate import Migrate\n"
    "from flask_sqlalchemy import SQLAlchemy\n\n"
    "app = Flask(__name__)\n"
    "db = SQLAlchemy(app)\n"
    "migrate = Migrate(app, db)\n"
)
_ENV = (
    "from alembic import context\n"
    "from {} import current_app\n\n"
    "config = context.config\n"
    'migrate = current_app.extensions["migrate"]\n\n\n'
    "def run_migrations_online():\n"
    "    engine = migrate.db.get_engine()\n"
    "    with engine.connect() as connection:\n"
    "        context.configure(connection=connection, target_metadata=migrate.db.metadata)\n"
    "        with context.begin_transaction():\n"
    "            context.run_migrations()\n\n\n"
    "run_migrations_online()\n"
)
_VERSION = (
    '"""Add a title."""\n'
    "from alembic import op\n"
    "from sqlalchemy.orm import Session\n\n"
    'revision = "b"\n'
    'down_revision = "a"\n\n\n'
    "def upgrade():\n"
    "    session = Session(bind=op.get_bind())\n"
    '    session.execute("update book set title = 1")\n'
    "    session.commit()\n"
)

RULE = Rule(
    code="FQ310",
    name="migrations",
    summary="Migrations run on 'quart db'; env.py and the versions stay synchronous.",
    why=(
        "Alembic is synchronous. quart_app.db.migrate runs its commands in the bridge, where a synchronous connection "
        "of the async engine works, so an env.py that Flask-Migrate made works as it is, and a version that is applied "
        "somewhere must never change."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=_APP,
            after=(
                "from quart_app import Quart\n"
                "from quart_app.db.migrate import Migrate\n"
                "from quart_app.db import SQLAlchemy\n\n"
                "app = Quart(__name__)\n"
                "db = SQLAlchemy(app)\n"
                "migrate = Migrate(app, db)\n"
            ),
            others={
                "migrations/env.py": (_ENV.format("flask"), _ENV.format("quart")),
                "migrations/versions/b_title.py": (_VERSION, _VERSION),
            },
        ),
    ),
    left_alone=(_VERSION,),
    left_alone_path="migrations/versions/b_title.py",
)


def python(file: PythonFile) -> None:
    """In Alembic's files: what now waits runs in the bridge (``env.py``), or is reported (a version)."""
    role = alembic_file(file.module)
    if role is AlembicFile.NONE:
        return
    for node in file.nodes(ast.Call):
        waiting = [
            item.info.name
            for item in file.types(node.func)
            if isinstance(item, FunctionRef) and file.colouring.becomes_async(item.info)
        ]
        if not waiting:
            continue
        if role is AlembicFile.ENV:
            file.wrap(node, f"{file.need('quart_app.bridge', 'run')}(", ")", origin=RULE.code)
            file.report(node, RULE.code, f"{waiting[0]} waits in the bridge", "bridged")
        else:
            file.report(
                node,
                RULE.code,
                f"{waiting[0]} became a coroutine function, and this version calls it",
                "left",
                "call it through quart_app.bridge.run(), if this version is still to be applied somewhere",
            )
