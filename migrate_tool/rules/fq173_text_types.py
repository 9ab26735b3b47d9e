"""Options of text columns that SQLAlchemy 2 no longer takes."""

from __future__ import annotations

import ast

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ173",
    name="text-types",
    summary="String, Text and their kin lose convert_unicode and the options beside it.",
    why=(
        "They said how bytes become text on Python 2, did nothing on Python 3, and SQLAlchemy 2.0 raises a TypeError for "
        "them where the model is defined."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n\n\nclass User(db.Model):\n"
                "    id = db.Column(db.Integer, primary_key=True)\n"
                "    name = db.Column(db.String(80, convert_unicode=True), unique=True)\n"
                "    text = db.Column(db.Text(convert_unicode=True))\n"
            ),
            after=(
                "from quart_app.db import SQLAlchemy\n\ndb = SQLAlchemy()\n\n\nclass User(db.Model):\n"
                "    id = db.Column(db.Integer, primary_key=True)\n"
                "    name = db.Column(db.String(80), unique=True)\n"
                "    text = db.Column(db.Text())\n"
            ),
        ),
    ),
    left_alone=(
        "import sqlalchemy as sa\n\nNAME = sa.String(80, collation='C')\n",
        "def String(length, convert_unicode):\n    return length\n\n\nNAME = String(80, convert_unicode=True)\n",
    ),
    references=("https://docs.sqlalchemy.org/en/20/changelog/changelog_20.html#change-2.0.0b1",),
)

_TYPES = frozenset({"CHAR", "CLOB", "String", "TEXT", "Text", "Unicode", "UnicodeText", "VARCHAR"})
_OPTIONS = frozenset({"convert_unicode", "unicode_error", "assert_unicode", "_warn_on_bytestring"})
_LIBRARIES = frozenset({"sqlalchemy", "flask_sqlalchemy", "quart_app"})


def python(file: PythonFile) -> None:
    """Take the options from the types."""
    for call in file.nodes(ast.Call):
        gone = [keyword for keyword in call.keywords if keyword.arg in _OPTIONS]
        if not gone or not _is_text_type(file, call.func):
            continue
        _cut(file, call, gone)
        names = ", ".join(keyword.arg or "" for keyword in gone)
        file.report(call, RULE.code, f"{names}: did nothing on Python 3")


def _is_text_type(file: PythonFile, function: ast.expr) -> bool:
    names = [name.split(".") for name in file.names(function)]
    return bool(names) and all(parts[0] in _LIBRARIES and parts[-1] in _TYPES for parts in names)


def _cut(file: PythonFile, call: ast.Call, gone: list[ast.keyword]) -> None:
    """Remove arguments, each with the comma before it; those in front of all that stay, with the comma behind them."""
    arguments = sorted([*call.args, *call.keywords], key=file.place)
    kept = [index for index, item in enumerate(arguments) if item not in gone]
    first = kept[0] if kept else len(arguments)
    if first:
        end = file.place(arguments[first])[0] if kept else file.place(arguments[-1])[1]
        file.cut(file.place(arguments[0])[0], end, "", origin=RULE.code)
    for index in range(first + 1, len(arguments)):
        if arguments[index] in gone:
            start = file.place(arguments[index - 1])[1]
            file.cut(start, file.place(arguments[index])[1], "", origin=RULE.code)
