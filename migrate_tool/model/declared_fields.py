"""Fields of dataclasses and their like, which have no ``__init__`` to read: what calls of the class put into them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .ancestry import lineage, subclasses
from .spelling import last_name
from .symbols import Assigned, ClassInfo
from .types import NOTHING, ClassRef, FunctionRef, Type, Types

if TYPE_CHECKING:
    from .inference import Inference

#: The last part of the names of what makes such a class of the class below it: of dataclasses, pydantic and attrs.
_MAKERS = frozenset({"attrib", "attributes", "attrs", "dataclass", "define", "frozen", "mutable", "s"})
_BASES = frozenset({"pydantic.BaseModel", "typing.NamedTuple"})


def given(inference: Inference, cls: ClassInfo, name: str) -> Types:
    """The functions and classes that calls of ``cls`` put into its field ``name``.

    What else they put there is what the annotation says; of a function it says no more than that it can be called.
    """
    if not _is_field(cls, name) or not _is_made_of_fields(inference, cls):
        return NOTHING
    return inference.solve(("field", cls, name), lambda: _given(inference, cls, name))


def _given(inference: Inference, cls: ClassInfo, name: str) -> Types:
    found: set[Type] = set()
    for made in (cls, *subclasses(inference, cls)):
        place = _place(inference, made, name)
        for call, module in inference.project.calls.named(made.name):
            scope = module.scopes[call]
            value = _argument(call, name, place)
            if value is not None and any(
                isinstance(item, ClassRef) and item.info is made for item in inference.types(call.func, scope)
            ):
                found |= {
                    item for item in inference.types(value, scope) if isinstance(item, FunctionRef | ClassRef)
                }
    return frozenset(found)


def _argument(call: ast.Call, name: str, place: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    before = call.args[: place + 1]
    if len(before) <= place or any(isinstance(item, ast.Starred) for item in before):
        return None
    return call.args[place]


def _place(inference: Inference, cls: ClassInfo, name: str) -> int:
    """Which of the arguments the field is: those of the bases come first."""
    fields: dict[str, None] = {}
    for ancestor in reversed(lineage(inference, cls)):
        if isinstance(ancestor, ClassInfo):
            fields.update(
                dict.fromkeys(item for item in ancestor.scope.bindings if _is_field(ancestor, item))
            )
    return list(fields).index(name)


def _is_field(cls: ClassInfo, name: str) -> bool:
    return any(
        isinstance(item, Assigned) and item.steps[:1] == ("annotated",)
        for item in cls.scope.bindings.get(name, ())
    )


def _is_made_of_fields(inference: Inference, cls: ClassInfo) -> bool:
    ancestors = lineage(inference, cls)
    if any(isinstance(item, ClassInfo) and "__init__" in item.methods for item in ancestors):
        return False
    return any(
        item in _BASES if isinstance(item, str) else any(map(_makes, item.node.decorator_list))
        for item in ancestors
    )


def _makes(decorator: ast.expr) -> bool:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = last_name(made)
    return name in _MAKERS
