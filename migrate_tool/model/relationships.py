"""ORM relationships: what ``user.posts`` and the back reference ``post.author`` are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .symbols import ClassInfo, Scope
from .types import NOTHING, ClassRef, External, FunctionRef, Instance, Type, Types, container

if TYPE_CHECKING:
    from .inference import Inference

#: What the catalogue calls the functions that declare a relationship, and the query that a dynamic one is.
RELATIONSHIP = "sqlalchemy.orm.relationship"
BACKREF = "sqlalchemy.orm.backref"
DYNAMIC = "sqlalchemy.orm.dynamic.AppenderQuery"
WRITE_ONLY = "sqlalchemy.orm.writeonly.WriteOnlyCollection"


def of_declaration(inference: Inference, node: ast.Call, scope: Scope) -> Types:
    """What the attribute declared by ``relationship(...)`` is on an instance."""
    target = _target(inference, node, scope)
    return _related(target, _keyword(node, "lazy"), _keyword(node, "uselist")) if target else NOTHING


def backref(inference: Inference, cls: ClassInfo, name: str) -> Types:
    """What the back reference ``name`` is that another model declares on ``cls``."""
    found: set[Type] = set()
    for node, options, scope in _backrefs(inference).get(name, ()):
        if scope.cls is not None and _target(inference, node, scope) is cls:
            lazy = _keyword(options, "lazy") if options else None
            uselist = _keyword(options, "uselist") if options else None
            found |= _related(scope.cls, lazy, uselist)
    return frozenset(found)


def _backrefs(inference: Inference) -> dict[str, list[tuple[ast.Call, ast.Call | None, Scope]]]:
    """Every relationship that declares a back reference, by its name, with the options of ``backref(...)``."""
    if inference.backrefs is None:
        inference.backrefs = {}
        for node, module in inference.project.calls.named("relationship"):
            given = _keyword(node, "backref")
            options: ast.Call | None = None
            if isinstance(given, ast.Call):
                options = given
                given = given.args[0] if given.args else None
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                inference.backrefs.setdefault(given.value, []).append((node, options, module.scopes[node]))
    return inference.backrefs


def _related(target: ClassInfo, lazy: ast.expr | None, uselist: ast.expr | None) -> Types:
    one = frozenset[Type]({Instance(target)})
    if isinstance(lazy, ast.Constant) and lazy.value == "dynamic":
        return frozenset({Instance(DYNAMIC, (one,))})
    if isinstance(lazy, ast.Constant) and lazy.value == "write_only":
        return frozenset({Instance(WRITE_ONLY, (one,))})
    if isinstance(uselist, ast.Constant) and uselist.value is False:
        return one
    # Whether it is one object or a list follows from foreign keys; both are kept.
    return one | container("list", one)


def _target(inference: Inference, node: ast.Call, scope: Scope) -> ClassInfo | None:
    given: ast.expr | None = node.args[0] if node.args else _keyword(node, "argument")
    if isinstance(given, ast.Lambda):
        given = given.body
    if given is None:
        return None
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        wanted = given.value.rpartition(".")[2]
        same = inference.project.classes_named.get(wanted, [])
        return same[0] if same else None
    for item in inference.types(given, inference_scope(scope, given)):
        if isinstance(item, ClassRef):
            return item.info
        if isinstance(item, External | FunctionRef):
            continue
    return None


def inference_scope(scope: Scope, node: ast.expr) -> Scope:
    """The scope in which ``node`` was recorded, else ``scope``."""
    return scope.module.scopes.get(node, scope)


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    return None
