"""Objects keep following their relatives into the session where the project comes from SQLAlchemy before 2.0."""

from __future__ import annotations

import ast

from .origins import before_sqlalchemy_2
from .python_file import PythonFile
from .rule import Example, Rule, Safety

_MODELS_BEFORE = (
    "from flask_sqlalchemy import SQLAlchemy\n\n"
    "db = SQLAlchemy()\n\n\n"
    "class User(db.Model):\n"
    "    id = db.Column(db.Integer, primary_key=True)\n"
    '    items = db.relationship("Item", backref="owner")\n'
)

RULE = Rule(
    code="FQ153",
    name="backref-cascades",
    summary="Item(owner=user) keeps joining the session of user where the project comes from SQLAlchemy before 2.0.",
    why=(
        "SQLAlchemy 2.0 no longer puts an object into the session of the one it was related to through a backref: what "
        "was stored without an add() is silently not stored any more. A project that asks for older versions, or uses "
        "what only they have, keeps the old behaviour until somebody takes the argument away."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=_MODELS_BEFORE.replace("import SQLAlchemy", "import SQLAlchemy, get_debug_queries")
            + "\n\ndef slow():\n    return get_debug_queries()\n",
            after=(
                "from quart_app.db import SQLAlchemy, get_debug_queries\n\n"
                "db = SQLAlchemy(cascade_backrefs=True)\n\n\n"
                "class User(db.Model):\n"
                "    id = db.Column(db.Integer, primary_key=True)\n"
                '    items = db.relationship("Item", backref="owner")\n'
                "\n\ndef slow():\n    return get_debug_queries()\n"
            ),
        ),
    ),
    left_alone=(
        "from quart_app.db import SQLAlchemy\n\n"
        "db = SQLAlchemy()\n\n\n"
        "class User(db.Model):\n"
        "    id = db.Column(db.Integer, primary_key=True)\n"
        '    items = db.relationship("Item", backref="owner")\n',
    ),
    references=(
        "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#cascade-backrefs-behavior-deprecated-for-removal-in-2-0",
    ),
)

_EXTENSION = "flask_sqlalchemy.SQLAlchemy"


def python(file: PythonFile) -> None:
    """Give the argument to the extension object of a project that has backrefs."""
    for call in file.nodes(ast.Call):
        if _EXTENSION not in file.names(call.func) or not _has_backrefs(file):
            continue
        if any(keyword.arg in {"cascade_backrefs", None} for keyword in call.keywords):
            continue
        reason = before_sqlalchemy_2(file)
        if reason is None:
            return
        given = [file.place(item)[1] for item in (*call.args, *call.keywords)]
        at = max(given, default=file.place(call)[1] - 1)
        comma = ", " if given else ""
        file.insert(at, f"{comma}cascade_backrefs=True", origin=RULE.code)
        file.report(call, RULE.code, f"objects keep following backrefs into the session: {reason}")


def _has_backrefs(file: PythonFile) -> bool:
    return any(
        keyword.arg in {"backref", "back_populates"}
        for module in file.project.modules.values()
        for call in module.of_type(ast.Call)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
    )
