"""A name of a library that is left behind, without a known successor."""

from __future__ import annotations

import ast

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ190",
    name="unknown-names",
    summary="A name of a library that is left behind, without a known successor.",
    why=(
        "The library does not exist on Quart, and the catalogue knows nothing that does what this name did. The same goes for what "
        "SQLAlchemy 1.3 kept inside of its queries, which 2 no longer has."
    ),
    safety=Safety.MANUAL,
    examples=(
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_sqlalchemy import SQLAlchemy\n\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "def model_of(model):\n"
                "    query = db.session.query(model)\n"
                "    return query._entities[0].mapper\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.db import SQLAlchemy\n\n"
                "app = Quart(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "def model_of(model):\n"
                "    query = db.session.query(model)\n"
                "    # migrate: FQ190 SQLAlchemy 2 has no query._entities: query.column_descriptions says what a query is of\n"
                "    return query._entities[0].mapper\n"
            ),
        ),
    ),
)

_QUERY = "sqlalchemy.orm.Query"
_OF = "query.column_descriptions says what a query is of"
#: What queries had until SQLAlchemy 1.3, and what says it since.
_INSIDE = {
    **dict.fromkeys(
        ("_entities", "_entity_zero", "_mapper_zero", "_only_entity_zero", "_primary_entity"), _OF
    ),
    "_join_entities": "query.statement.get_final_froms() says what a query joins",
}
#: Names that nothing else has.
_TELLING = _INSIDE.keys() - {"_entities"}


def python(file: PythonFile) -> None:
    """Mark what is read of the inside of a query."""
    for node in file.nodes(ast.Attribute):
        instead = _INSIDE.get(node.attr)
        if instead is None or not isinstance(node.ctx, ast.Load) or not _of_query(file, node):
            continue
        file.mark(node, RULE.code, f"SQLAlchemy 2 has no query.{node.attr}: {instead}")


def _of_query(file: PythonFile, node: ast.Attribute) -> bool:
    """Whether it is a query that is asked, or something unknown for what only queries have."""
    if _QUERY in file.classes(node.value):
        return True
    return node.attr in _TELLING and not file.types(node.value)
