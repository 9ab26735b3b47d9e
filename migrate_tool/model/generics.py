"""Generic classes: what a type variable stands for on a class that derives from ``Base[User]``.

``class Users(Store[User])``, where ``Store.find`` says that it returns ``T``: ``Users().find(1)`` is a ``User``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from . import type_expressions
from .spelling import last_name
from .symbols import ClassInfo
from .types import NOTHING, ClassRef, FunctionRef, Instance, Type, Types

if TYPE_CHECKING:
    from .inference import Inference

#: Bases that only name the variables.
_NAMING = frozenset({"Generic", "Protocol"})


def result(inference: Inference, method: FunctionRef) -> Types:
    """What a method gives by its annotation on the class that it is called on, where a type variable of its own class is in it."""
    node, defined = method.info.node, method.info.cls
    receiver = method.receiver
    cls = receiver.info if isinstance(receiver, ClassRef) else getattr(receiver, "of", None)
    if defined is None or isinstance(node, ast.Lambda) or node.returns is None or cls is defined:
        return NOTHING
    if not isinstance(cls, ClassInfo):
        return NOTHING
    mentioned = _names(node.returns) & set(_parameters(inference, defined))
    if not mentioned:
        return NOTHING
    meant = _meant(inference, cls, defined, {}, 0) or {}
    if any(not meant.get(name) for name in mentioned):
        return NOTHING
    return type_expressions.instances(inference, node.returns, method.info.outer, meant)


def _parameters(inference: Inference, cls: ClassInfo) -> list[str]:
    """The names of the type variables of a class, in order."""
    declared = [item.name for item in getattr(cls.node, "type_params", ())]
    if declared:
        return declared
    subscripts = [base for base in cls.node.bases if isinstance(base, ast.Subscript)]
    naming = [base for base in subscripts if last_name(base.value) in _NAMING]
    found: dict[str, None] = {}
    for base in naming or subscripts:
        for item in _arguments(base):
            if isinstance(item, ast.Name) and type_expressions.is_variable(inference, item.id, cls.outer):
                found[item.id] = None
    return list(found)


def _meant(
    inference: Inference, cls: ClassInfo, wanted: ClassInfo, given: Mapping[str, Types], depth: int
) -> dict[str, Types] | None:
    """What the variables of ``wanted`` are for ``cls``, whose own are ``given``; None if it does not derive from it."""
    if cls is wanted:
        return dict(given)
    if depth > 20:
        return None
    for base in cls.node.bases:
        target = base.value if isinstance(base, ast.Subscript) else base
        arguments = _arguments(base) if isinstance(base, ast.Subscript) else []
        for item in inference.types(target, cls.outer):
            if not isinstance(item, ClassRef) or item.info is cls:
                continue
            names = _parameters(inference, item.info)
            put = {
                name: _classes(inference, argument, cls, given)
                for name, argument in zip(names, arguments, strict=False)
            }
            found = _meant(inference, item.info, wanted, put, depth + 1)
            if found is not None:
                return found
    return None


def _classes(inference: Inference, node: ast.expr, cls: ClassInfo, given: Mapping[str, Types]) -> Types:
    if isinstance(node, ast.Name) and node.id in _parameters(inference, cls):
        return given.get(node.id, NOTHING)
    return _as_classes(type_expressions.instances(inference, node, cls.outer))


def _as_classes(types: Types) -> Types:
    """The classes of which these are objects, in the form in which an annotation names them."""
    found: set[Type] = set()
    for item in types:
        if isinstance(item, Instance) and isinstance(item.of, ClassInfo) and not item.args:
            found.add(ClassRef(item.of))
    return frozenset(found)


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def _names(node: ast.expr) -> set[str]:
    """The names in an annotation, in one that is written as text too."""
    found: set[str] = set()
    for item in ast.walk(node):
        if isinstance(item, ast.Name):
            found.add(item.id)
        elif isinstance(item, ast.Constant) and isinstance(item.value, str):
            try:
                found |= {each.id for each in ast.walk(ast.parse(item.value)) if isinstance(each, ast.Name)}
            except SyntaxError:
                continue
    return found
