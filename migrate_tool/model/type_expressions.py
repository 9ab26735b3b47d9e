"""Types written down: annotations in the project's code, and the catalogue's type expressions."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from . import elements
from .symbols import Assigned, Scope
from .types import NOTHING, ClassRef, External, FunctionRef, Instance, Type, Types, container

if TYPE_CHECKING:
    from .inference import Inference

#: Annotations that only wrap the type that counts.
_WRAPPERS = {
    "typing.Optional",
    "typing.Annotated",
    "typing.Final",
    "typing.ClassVar",
    "sqlalchemy.orm.Mapped",
    "sqlalchemy.orm.attributes.Mapped",
}
_LISTS = {
    "List",
    "Sequence",
    "Iterable",
    "Iterator",
    "Collection",
    "Set",
    "FrozenSet",
    "AbstractSet",
    "Generator",
}
#: What a call of ``TypeVar`` gives.
_VARIABLE: Types = frozenset({Instance("typing.TypeVar"), Instance("typing_extensions.TypeVar")})
#: Says nothing of what a value is.
_ANYTHING = {"typing.Any", "typing_extensions.Any"}
_TAKEN_FROM = {"typing", "collections.abc", "builtins"}
_NO_VARIABLES: Mapping[str, Types] = {}


def instances(
    inference: Inference, node: ast.expr, scope: Scope, variables: Mapping[str, Types] = _NO_VARIABLES
) -> Types:
    """What a value annotated with ``node`` is; ``variables`` are the classes that type variables stand for."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            parsed = ast.parse(node.value.strip(), mode="eval").body
        except SyntaxError:
            return NOTHING
        return _parsed_annotation(inference, parsed, scope, variables)
    return _parsed_annotation(inference, node, scope, variables)


def _parsed_annotation(
    inference: Inference, node: ast.expr, scope: Scope, variables: Mapping[str, Types]
) -> Types:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return instances(inference, node.left, scope, variables) | instances(
            inference, node.right, scope, variables
        )
    if isinstance(node, ast.Subscript):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for outer in _resolve(inference, node.value, scope, variables):
            if not isinstance(outer, External):
                continue
            module, _, name = outer.name.rpartition(".")
            if outer.name in _WRAPPERS or outer.name == "typing.Union":
                return frozenset().union(*(instances(inference, item, scope, variables) for item in inner))
            if module in _TAKEN_FROM and (name in {"list", "set", "frozenset"} or name in _LISTS):
                return container("list", instances(inference, inner[0], scope, variables))
            if (
                module in _TAKEN_FROM
                and name in {"dict", "Dict", "Mapping", "MutableMapping"}
                and len(inner) == 2
            ):
                return container("dict", NOTHING, instances(inference, inner[1], scope, variables))
            if module in _TAKEN_FROM and name in {"tuple", "Tuple"}:
                return container("tuple", *(instances(inference, item, scope, variables) for item in inner))
            if module in _TAKEN_FROM and name in {"type", "Type"}:
                return _resolve(inference, inner[0], scope, variables)
            return frozenset(
                {Instance(outer.name, tuple(instances(inference, item, scope, variables) for item in inner))}
            )
        return NOTHING
    return instances_of(inference, _resolve(inference, node, scope, variables))


def _resolve(
    inference: Inference, node: ast.expr, scope: Scope, variables: Mapping[str, Types] = _NO_VARIABLES
) -> Types:
    """Like ``types``, for expressions parsed out of strings too (their nodes have no scope of their own)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return _resolve(inference, ast.parse(node.value.strip(), mode="eval").body, scope)
        except SyntaxError:
            return NOTHING
    if isinstance(node, ast.Name) and node.id in variables:
        return variables[node.id]
    if isinstance(node, ast.Name):
        scope = _beyond_fields(node.id, scope)
        if is_variable(inference, node.id, scope):
            return _bound(inference, node.id, scope)
        return inference.name(node.id, scope)
    if isinstance(node, ast.Attribute):
        return inference.attribute(_resolve(inference, node.value, scope, variables), node.attr)
    return NOTHING


def is_variable(inference: Inference, name: str, scope: Scope) -> bool:
    """Whether ``name`` is a type variable."""
    return bool(_VARIABLE & inference.name(name, scope))


def _bound(inference: Inference, name: str, scope: Scope) -> Types:
    """The classes that a type variable stands for: its bound, or what it is restricted to."""
    found: set[Type] = set()
    for bindings in inference.bindings(name, scope):
        for binding in bindings:
            call = binding.expression if isinstance(binding, Assigned) else None
            if isinstance(call, ast.Call) and isinstance(binding, Assigned):
                bounds = [keyword.value for keyword in call.keywords if keyword.arg == "bound"]
                for bound in (*bounds, *call.args[1:]):
                    found |= _resolve(inference, bound, binding.scope)
    return frozenset(found)


def _beyond_fields(name: str, scope: Scope) -> Scope:
    """Where an annotation looks ``name`` up: ``date: date | None`` in a class is a field, and its type's outer name."""
    while scope.kind == "class" and scope.parent is not None:
        bindings = scope.bindings.get(name, ())
        fields = [
            item for item in bindings if isinstance(item, Assigned) and item.steps[:1] == ("annotated",)
        ]
        if not fields or not all(isinstance(item, Assigned) for item in bindings):
            break
        scope = scope.parent
    return scope


def instances_of(inference: Inference, classes: Types) -> Types:
    """Instances of each class in ``classes``; tuples of classes (``except (A, B)``) are taken apart."""
    found: set[Type] = set()
    for item in classes:
        if isinstance(item, ClassRef):
            found.add(Instance(item.info))
        elif isinstance(item, External):
            if item.name in _ANYTHING:
                continue
            name = inference.catalog.canonical(item.name)
            if name.startswith("builtins."):
                name = name.removeprefix("builtins.")
            found.add(Instance(name))
        elif isinstance(item, Instance) and item.of == "tuple":
            for arg in item.args:
                found |= instances_of(inference, arg)
    return frozenset(found)


@cache
def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def parse(
    inference: Inference, text: str, receiver: Type | None, returned: Types, arguments: tuple[Types, ...]
) -> Types:
    """Work out a catalogue's type expression (see ``catalog/api.py``).

    Args:
        text: the expression.
        receiver: the object whose member it is (``Self``, ``T``).
        returned: what the function given as first argument returns (``Return0``).
        arguments: what the positional arguments are (``Arg0``, ``New0``, ``Item0``).
    """
    return _evaluate(inference, _expression(text), receiver, returned, arguments) if text else NOTHING


def _evaluate(
    inference: Inference, node: ast.expr, receiver: Type | None, returned: Types, arguments: tuple[Types, ...]
) -> Types:
    def again(item: ast.expr) -> Types:
        return _evaluate(inference, item, receiver, returned, arguments)

    if isinstance(node, ast.BinOp):
        return again(node.left) | again(node.right)
    if isinstance(node, ast.Subscript):
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        name = ast.unparse(node.value)
        if isinstance(items[0], ast.Starred):
            return container(name, *arguments)
        if name == "type":
            return frozenset({External(inference.catalog.canonical(ast.unparse(items[0])))})
        return container(inference.catalog.canonical(name), *(again(item) for item in items))
    name = ast.unparse(node)
    if name == "None":
        return NOTHING
    if name == "Self":
        return _as_instance(inference, receiver)
    if name in {"T", "V"}:
        index = 0 if name == "T" else 1
        if isinstance(receiver, Instance) and len(receiver.args) > index:
            return receiver.args[index]
        return NOTHING
    if name in {"Return0", "Return1"}:
        return returned
    if name == "TokenUser":
        return inference.token_users()
    if name == "Entered0":
        return elements.entered(inference, arguments[0]) if arguments else NOTHING
    for prefix in ("Arg", "New", "Item"):
        if name.startswith(prefix) and name[len(prefix) :].isdigit():
            index = int(name[len(prefix) :])
            given = arguments[index] if index < len(arguments) else NOTHING
            if prefix == "Arg":
                return given
            if prefix == "New":
                return frozenset(
                    item
                    for item in instances_of(inference, given)
                    if not (isinstance(item, Instance) and item.of == "")
                )
            return frozenset().union(
                *(item.args[0] for item in given if isinstance(item, Instance) and item.args)
            )
    return frozenset({Instance(inference.catalog.canonical(name))})


def _as_instance(inference: Inference, receiver: Type | None) -> Types:
    if receiver is None:
        return NOTHING
    if isinstance(receiver, Instance):
        return frozenset({receiver})
    if isinstance(receiver, FunctionRef):
        return NOTHING
    return instances_of(inference, frozenset({receiver}))
