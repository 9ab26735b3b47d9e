"""What the parameters of a listener of SQLAlchemy's events are, by the name of the event."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrate_tool.catalog.sqlalchemy_events import GIVEN, LISTENING, USUAL

from . import decorators
from .symbols import FunctionInfo, Parameter, Scope
from .types import NOTHING, External, FunctionRef, Instance, Types

if TYPE_CHECKING:
    from .inference import Inference


def heard(inference: Inference, parameter: Parameter) -> Types:
    """What an event gives to ``parameter``, if its function is a listener."""
    if parameter.kind != "normal":
        return NOTHING
    position = parameter.index - _bound(inference, parameter.function)
    names = {
        GIVEN[event].get(position)
        if event in GIVEN
        else USUAL.get(parameter.node.arg)
        if event == ""
        else None
        for event in _events(inference, parameter.function)
    }
    return frozenset(Instance(name) for name in names if name is not None)


def _bound(inference: Inference, function: FunctionInfo) -> int:
    """How many parameters are filled before an event gives anything."""
    if function.cls is None:
        return 0
    names = {name for _, name in decorators.decorator_names(inference, function)}
    return 0 if "builtins.staticmethod" in names else 1


def _events(inference: Inference, function: FunctionInfo) -> Iterator[str]:
    """The names of the events that ``function`` listens to; "" for one that is not written down."""
    for node in function.decorators:
        if isinstance(node, ast.Call):
            for name in _listening(inference, node, function.outer):
                yield _event(node, LISTENING[name][0])
    if function.name == "<lambda>":
        return
    for call, module in inference.project.calls.passing(function.name):
        for name in _listening(inference, call, module.scopes[call]):
            at = LISTENING[name][1]
            if at is None:
                continue
            given = _argument(call, at, "fn")
            if given is not None and any(
                isinstance(item, FunctionRef) and item.info is function
                for item in inference.types(given, module.scopes[call])
            ):
                yield _event(call, LISTENING[name][0])


def _listening(inference: Inference, call: ast.Call, scope: Scope) -> Iterator[str]:
    for item in inference.types(call.func, scope):
        if isinstance(item, External) and (name := inference.catalog.canonical(item.name)) in LISTENING:
            yield name


def _event(call: ast.Call, at: int) -> str:
    name = _argument(call, at, "identifier")
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""


def _argument(call: ast.Call, at: int, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[at] if at < len(call.args) else None
