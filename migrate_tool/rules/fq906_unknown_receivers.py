"""Calls on objects of which nobody knows what they are: awaited if they wait."""

from __future__ import annotations

import ast

from migrate_tool.model import loaded

from .python_file import PythonFile
from .rule import Example, Rule, Safety

_MODELS = (
    "from flask_sqlalchemy import SQLAlchemy\n\n"
    "db = SQLAlchemy()\n\n\n"
    "class Note(db.Model):\n"
    "    id = db.Column(db.Integer, primary_key=True)\n\n"
    "    def is_open(self):\n"
    "        return Note.query.filter_by(id=self.id).count() == 1\n\n\n"
)
_BEFORE = "def shown(things):\n    db.session.flush()\n    for thing in things:\n        if thing.is_open():\n            return thing\n"

RULE = Rule(
    code="FQ906",
    name="unknown-receivers",
    summary="A call that may wait, on an object of which it is not known what it is, is awaited if it waits.",
    why=(
        "Where an object comes from nowhere that can be followed, a method of the same name that turned async may be what is "
        "called. Its coroutine would be taken for the answer, and `if note.is_open():` is then always true. maybe_await() and "
        "maybe_wait() give a plain value back as it is. An annotation of the parameter makes them unnecessary."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=_MODELS + _BEFORE,
            after=_MODELS.replace(
                "from flask_sqlalchemy import SQLAlchemy\n",
                "from quart_app.db import SQLAlchemy\nfrom quart_app.bridge import maybe_await\n",
            )
            .replace("    def is_open", "    async def is_open")
            .replace(
                "return Note.query.filter_by(id=self.id).count()",
                "return await Note.query.filter_by(id=self.id).count()",
            )
            + _BEFORE.replace("def shown", "async def shown")
            .replace("db.session", "await db.session")
            .replace("if thing.is_open()", "if await maybe_await(thing.is_open())"),
        ),
    ),
    left_alone=("def kept(thing):\n    return thing.is_open()\n",),
)


def python(file: PythonFile) -> None:
    """Mark where a module is loaded by the path of its file, and it is not known which: nothing of it can be followed."""
    if not file.project.uses_flask:
        return
    for call in file.nodes(ast.Call):
        for name in sorted(file.names(call.func) & loaded.BY_FILE.keys()):
            scope = file.module.scopes[call]
            if loaded.found_by(file.project.types, name, call, scope) is None:
                file.mark(
                    call,
                    RULE.code,
                    "which module is loaded here is not known: await what waits of all that is called on it",
                )
