"""The decorators of functions that come from libraries, and what they do with them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrate_tool.catalog import Consumer

from .symbols import FunctionInfo
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
