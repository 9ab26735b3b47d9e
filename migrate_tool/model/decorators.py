"""The decorators of functions that come from libraries, and what they do with them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrate_tool.catalog import Consumer

from .symbols import Assigned, FunctionInfo, Scope
from .types import External, FunctionRef

if TYPE_CHECKING:
    from .inference import Inference


def decorator_names(inference: Inference, function: FunctionInfo) -> Iterator[tuple[ast.expr, str]]:
    """The decorators that come from libraries, with their qualified names (arguments stripped)."""
    for node in function.decorators:
        target = node.func if isinstance(node, ast.Call) else node
        for item in inference.types(target, function.outer):
            if isinstance(item, External):
                yield node, item.name
            elif isinstance(item, FunctionRef):
                continue


def decorating(inference: Inference, node: ast.expr, scope: Scope) -> tuple[ast.expr, Scope]:
    """What a decorator is, or what makes it: ``patch`` of ``@patch("clock")``, and of ``@fixed`` below ``fixed = patch("clock")``.

    A variable is followed to what the catalogue knows to make decorators; whatever else it may hold is what it is.

    Args:
        inference: The project's types.
        node: What stands behind the ``@``.
        scope: Where it stands.

    Returns:
        What is looked at, and where that stands.
    """
    if isinstance(node, ast.Call):
        return node.func, scope
    if isinstance(node, ast.Name):
        bound = [item for bindings in inference.bindings(node.id, scope) for item in bindings]
        made = bound[0] if len(bound) == 1 else None
        if isinstance(made, Assigned) and not made.steps and isinstance(made.expression, ast.Call):
            maker = made.expression.func
            known = [inference.catalog.api(name) for name in _libraries(inference, maker, made.scope)]
            if known and all(api is not None and api.decorates is not None for api in known):
                return maker, made.scope
    return node, scope


def _libraries(inference: Inference, node: ast.expr, scope: Scope) -> frozenset[str]:
    return inference.library_names(inference.types(node, scope))


def decorator_consumers(inference: Inference, function: FunctionInfo) -> set[Consumer]:
    """What the library decorators of ``function`` do with it."""
    found = set()
    for _, name in decorator_names(inference, function):
        api = inference.catalog.api(name)
        if api is not None and api.decorates is not None:
            found.add(api.decorates)
    return found


def is_async_context(inference: Inference, function: FunctionInfo) -> bool:
    """Whether ``@asynccontextmanager`` stands above ``function``."""
    return any(
        inference.catalog.canonical(name) == "contextlib.asynccontextmanager"
        for _, name in decorator_names(inference, function)
    )
