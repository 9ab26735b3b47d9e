"""Dynamic relationships of plain SQLAlchemy models come from quart_app.db.plain, so that they are awaited."""

from __future__ import annotations

import ast

from migrate_tool.model.ancestry import derives
from migrate_tool.model.symbols import Imported

from .python_file import PythonFile
from .rule import Example, Rule, Safety

_MODEL = (
    "from sqlalchemy import Column, ForeignKey, Integer\n"
    "from sqlalchemy.orm import declarative_base, relationship\n\n"
    "Base = declarative_base()\n\n\n"
    "class Author(Base):\n"
    '    __tablename__ = "author"\n'
    "    id = Column(Integer, primary_key=True)\n"
    '    books = relationship("Book", lazy="dynamic")\n\n\n'
    "class Book(Base):\n"
    '    __tablename__ = "book"\n'
    "    id = Column(Integer, primary_key=True)\n"
    '    author_id = Column(Integer, ForeignKey("author.id"))\n'
)

RULE = Rule(
    code="FQ309",
    name="dynamic-relationships",
    summary='relationship(..., lazy="dynamic") of plain SQLAlchemy comes from quart_app.db.plain.',
    why=(
        "A dynamic relationship is a query. SQLAlchemy's own is a synchronous one; ours gives an awaited one, as "
        "db.relationship does for models of Flask-SQLAlchemy."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=_MODEL,
            after=_MODEL.replace(
                "from sqlalchemy.orm import declarative_base, relationship\n",
                "from sqlalchemy.orm import declarative_base\nfrom quart_app.db.plain import relationship\n",
            ),
        ),
    ),
    left_alone=(_MODEL.replace(', lazy="dynamic"', ""),),
)

_PLAIN = "quart_app.db.plain"
_RELATIONSHIPS = {
    "sqlalchemy.orm.relationship": "relationship",
    "sqlalchemy.orm.dynamic_loader": "dynamic_loader",
}
#: Its models are known by their base, so that SQLAlchemy's own relationships on them are awaited too.
_OF_EXTENSION = "flask_sqlalchemy.model.Model"


def python(file: PythonFile) -> None:
    """Take the function of each dynamic relationship, and of each with a dynamic back reference, from ours."""
    moved: set[ast.alias] = set()
    for node in file.nodes(ast.Call):
        known = _RELATIONSHIPS.keys() & file.names(node.func)
        model = file.scope(node).cls
        if not known or (model is not None and derives(file.project.types, model, _OF_EXTENSION)):
            continue
        name = _RELATIONSHIPS[known.pop()]
        if name == "relationship" and not _is_dynamic(node):
            continue
        imported = _imported(file, node.func)
        if imported is None:
            file.replace_name(node.func, file.need(_PLAIN, name), origin=RULE.code)
        elif imported.alias not in moved and isinstance(imported.statement, ast.ImportFrom):
            # Every relationship of the file comes from there: those that are not dynamic stay what they are.
            moved.add(imported.alias)
            file.imports.replace(imported.statement, [(imported.alias, _PLAIN, name)], keep_local=True)
        file.report(node, RULE.code, "the collection is an awaited query")


def _imported(file: PythonFile, node: ast.expr) -> Imported | None:
    """``from sqlalchemy.orm import relationship``, if that is what ``node`` names."""
    if not isinstance(node, ast.Name):
        return None
    for bindings in file.project.types.bindings(node.id, file.scope(node)):
        if len(bindings) == 1 and isinstance(bindings[0], Imported):
            return bindings[0]
    return None


def _is_dynamic(node: ast.Call) -> bool:
    for keyword in node.keywords:
        if (
            keyword.arg == "lazy"
            and isinstance(keyword.value, ast.Constant)
            and keyword.value.value == "dynamic"
        ):
            return True
        if keyword.arg == "backref" and isinstance(keyword.value, ast.Call) and _is_dynamic(keyword.value):
            return True
    return False
