"""What a function hands on with ``*args`` and ``**kwargs``: its own callers say what that is.

``def __init__(self, name, **options): super().__init__(name, **options)``, called as ``Item("a", condition=allowed)``, gives the
``__init__`` above its ``condition``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from .symbols import FunctionInfo, ModuleInfo, Parameter
from .types import NOTHING, Types

if TYPE_CHECKING:
    from .inference import Inference

#: The calls that reach a function, with the number of parameters that are filled before their arguments.
Reaching: TypeAlias = Callable[[FunctionInfo], Iterable[tuple[ast.Call, ModuleInfo, int]]]


def handed_on(
    inference: Inference,
    call: ast.Call,
    module: ModuleInfo,
    parameter: Parameter,
    offset: int,
    reaching: Reaching,
) -> Types:
    """What ``call`` gives ``parameter`` out of what the function around it was given.

    Args:
        inference: Answers what expressions are.
        call: A call that names no argument for ``parameter``.
        module: The file of ``call``.
        parameter: A parameter of what is called.
        offset: How many parameters are filled before the call's own arguments.
        reaching: Says by which calls a function is reached.
    """
    owner = module.scopes[call].owner()
    if owner is None or not _hands_on(call) or _is_of_parameter(inference, call, module):
        return NOTHING
    name = parameter.node.arg
    if _is_own(inference, owner, "kwargs", _spread(call), module) and not _takes(owner, name):
        key: tuple[object, ...] = ("handed on by name", owner, name)
        found = inference.solve(key, lambda: _named(inference, owner, name, reaching))
    else:
        found = NOTHING
    first = next((place for place, item in enumerate(call.args) if isinstance(item, ast.Starred)), None)
    if first is not None and parameter.index - offset >= first >= 0:
        starred = call.args[first]
        assert isinstance(starred, ast.Starred)
        if first == len(call.args) - 1 and _is_own(inference, owner, "args", starred.value, module):
            place = parameter.index - offset - first
            key = ("handed on by place", owner, place)
            found |= inference.solve(key, lambda: _placed(inference, owner, place, reaching))
    return found


def _hands_on(call: ast.Call) -> bool:
    return any(keyword.arg is None for keyword in call.keywords) or any(
        isinstance(item, ast.Starred) for item in call.args
    )


def _spread(call: ast.Call) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg is None), None)


def _is_of_parameter(inference: Inference, call: ast.Call, module: ModuleInfo) -> bool:
    """Whether a wrapper calls what it was given: it is one for many functions, and what one gets says nothing of the others."""
    return isinstance(call.func, ast.Name) and any(
        isinstance(item, Parameter)
        for bindings in inference.bindings(call.func.id, module.scopes[call])
        for item in bindings
    )


def _is_own(
    inference: Inference, owner: FunctionInfo, kind: str, node: ast.expr | None, module: ModuleInfo
) -> bool:
    """Whether ``node`` is the ``*args`` or ``**kwargs`` of ``owner`` itself."""
    return isinstance(node, ast.Name) and any(
        isinstance(item, Parameter) and item.function is owner and item.kind == kind
        for bindings in inference.bindings(node.id, module.scopes[node])
        for item in bindings
    )


def _takes(owner: FunctionInfo, name: str) -> bool:
    """Whether ``owner`` keeps an argument of this name for itself."""
    return any(item.node.arg == name and item.kind == "normal" for item in owner.parameters)


def _named(inference: Inference, owner: FunctionInfo, name: str, reaching: Reaching) -> Types:
    """What the callers of ``owner`` give by ``name``."""
    found = NOTHING
    for call, module, _ in reaching(owner):
        value = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
        around = module.scopes[call].owner()
        if value is not None:
            found |= inference.types(value, module.scopes.get(value, module.scopes[call]))
        elif (
            around is not None
            and around is not owner
            and _is_own(inference, around, "kwargs", _spread(call), module)
            and not _takes(around, name)
        ):
            key: tuple[object, ...] = ("handed on by name", around, name)
            found |= _of_caller(inference, key, around, name, reaching)
    return found


def _of_caller(
    inference: Inference, key: tuple[object, ...], around: FunctionInfo, name: str, reaching: Reaching
) -> Types:
    return inference.solve(key, lambda: _named(inference, around, name, reaching))


def _placed(inference: Inference, owner: FunctionInfo, place: int, reaching: Reaching) -> Types:
    """What the callers of ``owner`` give behind its own parameters, the first of them at 0."""
    own = sum(1 for item in owner.parameters if item.kind == "normal" and item.index >= 0)
    found = NOTHING
    for call, module, offset in reaching(owner):
        at = own - offset + place
        if 0 <= at < len(call.args) and not any(
            isinstance(item, ast.Starred) for item in call.args[: at + 1]
        ):
            value = call.args[at]
            found |= inference.types(value, module.scopes.get(value, module.scopes[call]))
    return found
