"""Records: objects whose attributes are named in a call, ``namedtuple("Pair", "left right")`` and ``SimpleNamespace(left=1)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .types import NOTHING, External, Instance, Type, Types, container

if TYPE_CHECKING:
    from .inference import Inference
    from .symbols import Scope

_NAMED_TUPLE = "collections.namedtuple"
_NAMESPACE = "types.SimpleNamespace"


def of_call(inference: Inference, name: str, node: ast.Call, scope: Scope) -> Types:
    """What a call of ``name`` gives if it makes a record or a class of records."""
    if name == _NAMED_TUPLE:
        fields = _fields(node)
        return frozenset({External(f"{_NAMED_TUPLE}({','.join(fields)})")}) if fields else NOTHING
    keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    if name == _NAMESPACE and keywords and not node.args and len(keywords) == len(node.keywords):
        values = [inference.types(value, scope) for value in keywords.values()]
        return container(f"{_NAMESPACE}({','.join(keywords)})", *values)
    if not _is_tuple(name) or any(isinstance(item, ast.Starred) for item in node.args):
        return NOTHING
    given = {**keywords, **dict(zip(_names(name), node.args, strict=False))}
    return container(
        name, *(inference.types(given[key], scope) if key in given else NOTHING for key in _names(name))
    )


def field(inference: Inference, owner: Instance, name: str) -> Types | None:
    """What ``owner.name`` is if ``owner`` is a record that has it; None if it is no such thing."""
    if not isinstance(owner.of, str) or not owner.of.startswith((f"{_NAMED_TUPLE}(", f"{_NAMESPACE}(")):
        return None
    names = _names(owner.of)
    if name not in names:
        return None
    found = owner.args[names.index(name)] if owner.args else NOTHING
    return found.union(*(inference.assigned(value) for value in inference.written(owner.of, name)))


def is_tuple(value: Type) -> bool:
    """Whether ``value`` is a tuple of which it is known what stands where."""
    return isinstance(value, Instance) and (
        value.of == "tuple" or (isinstance(value.of, str) and _is_tuple(value.of))
    )


def _is_tuple(name: str) -> bool:
    return name.startswith(f"{_NAMED_TUPLE}(")


def _names(name: str) -> list[str]:
    return name.partition("(")[2].removesuffix(")").split(",")


def _fields(node: ast.Call) -> list[str]:
    given = [keyword.value for keyword in node.keywords if keyword.arg == "field_names"]
    declared = node.args[1] if len(node.args) > 1 else given[0] if given else None
    if isinstance(declared, ast.Constant) and isinstance(declared.value, str):
        return declared.value.replace(",", " ").split()
    if isinstance(declared, ast.List | ast.Tuple):
        items = [item.value for item in declared.elts if isinstance(item, ast.Constant)]
        return [item for item in items if isinstance(item, str)] if len(items) == len(declared.elts) else []
    return []
