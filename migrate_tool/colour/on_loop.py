"""Which synchronous functions run on the event loop: called by coroutines, or by what the application calls in the bridge.

A function that only scripts, commands, workers and tests call is not among them: there nobody else waits while it blocks. What a
test calls can be asked for too: what it waits for may be background work, which runs on the loop of the test.
"""

from __future__ import annotations

import ast
from collections import deque

from migrate_tool.catalog import Consumer
from migrate_tool.model import ancestry
from migrate_tool.model.symbols import ClassInfo, FunctionInfo
from migrate_tool.model.types import ClassRef, FunctionRef

from .boundaries import _hook
from .on_tests import is_test
from .solver import Colouring

_BY_LIBRARY = {Consumer.CALLS, Consumer.ATTRIBUTE}


def on_loop(colouring: Colouring, *, tests: bool = False) -> set[FunctionInfo]:
    """The functions that stay synchronous and run on the loop; with ``tests``, also those that only tests call."""
    callees = _callees(colouring)
    queue: deque[FunctionInfo] = deque()
    found: set[FunctionInfo] = set()
    for function in colouring.survey.project.functions():
        if not tests and is_test(function.module):
            continue
        if colouring.is_async(function):
            if not _is_command(colouring, function):
                queue.append(function)
        elif _called_by_library(colouring, function):
            queue.append(function)
            found.add(function)
    while queue:
        for callee in callees.get(queue.popleft(), ()):
            if callee not in found and not colouring.is_async(callee):
                found.add(callee)
                queue.append(callee)
    return found


def _is_command(colouring: Colouring, function: FunctionInfo) -> bool:
    """Whether the command line runs it, in a loop of its own; also one that was made a coroutine function before."""
    return colouring.limits.of(function).mode == "command" or any(
        name == "quart_app.cli.async_command" or (api is not None and api.decorates is Consumer.COMMAND)
        for name, api in colouring.limits.library_decorators(function)
    )


def _callees(colouring: Colouring) -> dict[FunctionInfo, set[FunctionInfo]]:
    """What each function calls, classes' ``__init__`` included."""
    survey = colouring.survey
    found: dict[FunctionInfo, set[FunctionInfo]] = {}
    for module in survey.modules():
        for node in module.of_type(ast.Call):
            assert isinstance(node, ast.Call)
            owner = module.scopes[node].owner()
            if owner is None:
                continue
            for target in survey.targets.get(node, frozenset()):
                if isinstance(target, FunctionRef):
                    found.setdefault(owner, set()).add(target.info)
                elif isinstance(target, ClassRef):
                    method = _method(colouring, target.info, "__init__")
                    if method is not None:
                        found.setdefault(owner, set()).add(method)
    return found


def _method(colouring: Colouring, cls: ClassInfo, name: str) -> FunctionInfo | None:
    for base in ancestry.lineage(colouring.survey.project.types, cls):
        if isinstance(base, ClassInfo) and name in base.methods:
            return base.methods[name]
    return None


def _called_by_library(colouring: Colouring, function: FunctionInfo) -> bool:
    """Whether it is a property, a validator, a template filter: something that a library calls while a request is served."""
    if any(
        api is not None and api.decorates in _BY_LIBRARY
        for _, api in colouring.limits.library_decorators(function)
    ):
        return True
    if any(
        isinstance(node, ast.Attribute) and node.attr in {"setter", "expression", "comparator"}
        for node in function.decorators
    ):
        return True
    if function.cls is None:
        return False
    for base in ancestry.lineage(colouring.survey.project.types, function.cls):
        api = colouring.survey.project.catalog.api(base) if isinstance(base, str) else None
        if api is not None and _hook(api.hooks, function.name) in _BY_LIBRARY:
            return True
    return False
