"""What iterating over a value, unpacking, entering and awaiting it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import records, type_expressions
from .ancestry import is_enum, lineage
from .members import attribute, values
from .symbols import ClassInfo
from .types import NOTHING, ClassRef, External, FunctionRef, Instance, Type, Types

if TYPE_CHECKING:
    from .inference import Inference


def element(inference: Inference, types: Types) -> Types:
    """What iterating over a value gives."""
    found: set[Type] = set()
    for item in values(inference, types):
        if isinstance(item, ClassRef) and is_enum(inference, item.info):
            found.add(Instance(item.info))
        if not isinstance(item, Instance):
            continue
        if item.of in {"list", "set", "frozenset"} or records.is_tuple(item):
            found |= frozenset().union(*item.args) if item.args else NOTHING
        elif isinstance(item.of, str):
            found |= _element_of_library(inference, item.of, item)
        else:
            for base in lineage(inference, item.of):
                if isinstance(base, str):
                    found |= _element_of_library(inference, base, item)
            # An iterator's __iter__ gives itself, so the question may come back to where it started.
            found |= _of_iterator(inference, item)
            found |= call_dunder(inference, item, "__anext__")
    return frozenset(found)


def _element_of_library(inference: Inference, name: str, owner: Instance) -> Types:
    """What iterating over ``owner`` gives by what the catalogue says of its class, or of the nearest base that has a say."""
    for base in (name, *inference.catalog.ancestors(name)):
        api = inference.catalog.api(base)
        if api is not None and api.element:
            return type_expressions.parse(inference, api.element, owner, NOTHING, ())
    return NOTHING


def indexed(inference: Inference, value: Instance) -> bool:
    """Whether an index or a slice of ``value`` must be awaited."""
    names = [value.of] if isinstance(value.of, str) else list(lineage(inference, value.of))
    known = [
        base for name in names if isinstance(name, str) for base in (name, *inference.catalog.ancestors(name))
    ]
    return any((api := inference.catalog.api(name)) is not None and api.indexed for name in known)


def _of_iterator(inference: Inference, owner: Instance) -> Types:
    return inference.solve(
        ("element", owner),
        lambda: element(
            inference,
            call_dunder(inference, owner, "__iter__") | call_dunder(inference, owner, "__aiter__"),
        ),
    )


def item(inference: Inference, types: Types, index: int) -> Types:
    """What unpacking gives at ``index``."""
    found: set[Type] = set()
    for value in values(inference, types):
        if isinstance(value, Instance) and records.is_tuple(value):
            found |= value.args[index] if index < len(value.args) else NOTHING
        else:
            found |= element(inference, frozenset({value}))
    return frozenset(found)


def entered(inference: Inference, types: Types) -> Types:
    """What ``with value as x`` binds."""
    found: set[Type] = set()
    for value in values(inference, types):
        if not isinstance(value, Instance):
            continue
        if isinstance(value.of, ClassInfo):
            found |= (
                call_dunder(inference, value, "__enter__")
                or call_dunder(inference, value, "__aenter__")
                or frozenset({value})
            )
        else:
            api = inference.catalog.api(value.of)
            found |= type_expressions.parse(inference, api.enters if api else "Self", value, NOTHING, ())
    return frozenset(found)


def awaited(inference: Inference, types: Types) -> Types:
    """What ``await value`` gives: for a task or future its result; a call stands for what awaiting it gives already."""
    found: set[Type] = set()
    for value in types:
        api = (
            inference.catalog.api(value.of)
            if isinstance(value, Instance) and isinstance(value.of, str)
            else None
        )
        if api is not None and api.awaitable:
            found |= type_expressions.parse(inference, api.awaitable, value, NOTHING, ())
        else:
            found.add(value)
    return frozenset(found)


def call_dunder(inference: Inference, value: Instance, name: str) -> Types:
    """What calling a special method of ``value`` gives."""
    found: set[Type] = set()
    for method in attribute(inference, value, name):
        if isinstance(method, FunctionRef):
            found |= inference.function_value(method.info)
        elif isinstance(method, External) and (api := inference.catalog.api(method.name)) and api.type:
            found |= type_expressions.parse(inference, api.type, value, NOTHING, ())
    return frozenset(found)
