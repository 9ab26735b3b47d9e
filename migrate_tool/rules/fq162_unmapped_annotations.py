"""Annotations in models that SQLAlchemy 2 reads as mappings, and refuses."""

from __future__ import annotations

import ast

from migrate_tool.model.ancestry import lineage
from migrate_tool.model.decorators import decorator_names
from migrate_tool.model.symbols import ClassInfo, FunctionInfo

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ162",
    name="unmapped-annotations",
    summary="A declared_attr says no type that is not Mapped[...], and models with other annotations allow them.",
    why=(
        "SQLAlchemy 2 takes what is annotated in a model for a mapping, and refuses whatever is not Mapped[...]: the return annotation of a "
        "declared_attr, always; a relationship or a name without a value, unless the class says __allow_unmapped__. Before it read none of them."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from sqlalchemy import Column, Integer\n"
                "from sqlalchemy.ext.declarative import declared_attr\n\n\n"
                "class Counted:\n"
                "    @declared_attr\n"
                "    def count(cls) -> Column:  # how often\n"
                "        return Column(Integer)\n\n"
                "    @declared_attr\n"
                "    def __tablename__(cls) -> str:\n"
                "        return cls.__name__.lower()\n"
            ),
            after=(
                "from sqlalchemy import Column, Integer\n"
                "from sqlalchemy.orm import declared_attr\n\n\n"
                "class Counted:\n"
                "    @declared_attr\n"
                "    def count(cls):  # how often\n"
                "        return Column(Integer)\n\n"
                "    @declared_attr\n"
                "    def __tablename__(cls) -> str:\n"
                "        return cls.__name__.lower()\n"
            ),
        ),
        Example(
            before=(
                "from sqlalchemy import Column, Integer\n"
                "from sqlalchemy.orm import declarative_base, relationship\n\n"
                "Base = declarative_base()\n\n\n"
                "class Author(Base):\n"
                '    """Who wrote."""\n\n'
                '    __tablename__ = "author"\n'
                "    id: int = Column(Integer, primary_key=True)\n"
                '    books: list["Book"] = relationship("Book")\n\n\n'
                "class Book(Base):\n"
                '    __tablename__ = "book"\n'
                "    id: int = Column(Integer, primary_key=True)\n"
            ),
            after=(
                "from sqlalchemy import Column, Integer\n"
                "from sqlalchemy.orm import declarative_base, relationship\n\n"
                "Base = declarative_base()\n\n\n"
                "class Author(Base):\n"
                '    """Who wrote."""\n\n'
                "    __allow_unmapped__ = True\n"
                '    __tablename__ = "author"\n'
                "    id: int = Column(Integer, primary_key=True)\n"
                '    books: list["Book"] = relationship("Book")\n\n\n'
                "class Book(Base):\n"
                '    __tablename__ = "book"\n'
                "    id: int = Column(Integer, primary_key=True)\n"
            ),
        ),
    ),
    left_alone=(
        "from sqlalchemy import Column, Integer\n"
        "from sqlalchemy.orm import Mapped, declared_attr\n\n\n"
        "class Counted:\n"
        "    @declared_attr\n"
        '    def count(cls) -> "Mapped[int]":\n'
        "        return Column(Integer)\n",
    ),
    references=(
        "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-to-2-0-step-six-add-allow-unmapped-to-explicitly-typed-orm-models",
    ),
)

#: Wherever it is taken from: ``sqlalchemy.orm``, ``sqlalchemy.ext.declarative``, ``db``.
_DECLARED = "declared_attr"
_BASE = "sqlalchemy.orm.DeclarativeBase"
#: What allows them itself: the runtime's model, and what makes a data class of one.
_ALLOWING = frozenset({"flask_sqlalchemy.model.Model", "sqlalchemy.orm.MappedAsDataclass"})
_ALLOWED = "__allow_unmapped__"
#: What SQLAlchemy 2 understands, by the last name before the bracket.
_UNDERSTOOD = frozenset(
    {"Mapped", "DynamicMapped", "WriteOnlyMapped", "MappedColumn", "AssociationProxy", "ClassVar"}
)


def python(file: PythonFile) -> None:
    """Look at every declared attribute, and at the annotations of every model."""
    for function in file.functions():
        if function.cls is not None and _is_declared(file, function):
            _without_annotation(file, function)
    for cls in file.module.classes:
        _allow(file, cls)


def _is_declared(file: PythonFile, function: FunctionInfo) -> bool:
    return not function.name.startswith("__") and any(
        _DECLARED in name.split(".") for _, name in decorator_names(file.project.types, function)
    )


def _without_annotation(file: PythonFile, function: FunctionInfo) -> None:
    node = function.node
    if isinstance(node, ast.Lambda) or node.returns is None or _is_understood(node.returns):
        return
    if isinstance(node.returns, ast.Constant) and node.returns.value is None:
        return
    start, end = file.place(node.returns)
    arrow = file.source.text.rindex("->", 0, start)
    begin = len(file.source.text[:arrow].rstrip())
    file.cut(begin, end, origin=RULE.code)
    file.report(
        node.returns, RULE.code, f"{function.name} says no type that SQLAlchemy would take for a mapping"
    )


def _allow(file: PythonFile, cls: ClassInfo) -> None:
    above = lineage(file.project.types, cls)
    if _BASE not in above or _ALLOWING.intersection(item for item in above if isinstance(item, str)):
        return
    if any(isinstance(item, ClassInfo) and _ALLOWED in item.scope.bindings for item in above):
        return
    refused = [
        item
        for item in cls.node.body
        if isinstance(item, ast.AnnAssign)
        and isinstance(item.target, ast.Name)
        and not item.target.id.startswith("__")
        and not _is_understood(item.annotation)
        and (item.value is None or _is_related(file, item.value))
    ]
    if refused:
        first = cls.node.body[0]
        is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        before = cls.node.body[1] if is_docstring and len(cls.node.body) > 1 else first
        file.insert_before_statement(before, f"{_ALLOWED} = True", origin=RULE.code)
        file.report(refused[0], RULE.code, f"{cls.name} allows annotations that are no mappings")


def _is_related(file: PythonFile, node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and "sqlalchemy.orm.relationship" in file.names(node.func)


def _is_understood(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value.strip(), mode="eval").body
        except SyntaxError:
            return False
    outer = node.value if isinstance(node, ast.Subscript) else node
    name = outer.attr if isinstance(outer, ast.Attribute) else getattr(outer, "id", "")
    return name in _UNDERSTOOD
