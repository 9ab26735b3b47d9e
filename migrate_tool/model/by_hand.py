"""Decorators of libraries that are applied without ``@``: ``limiter.limit("5/hour")(inner)``, ``auth.login_required(inner)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrate_tool.catalog import Api, Consumer

from .symbols import Scope
from .types import External, FunctionRef, Types

if TYPE_CHECKING:
    from .inference import Inference

#: What decorators do whose result is still called as the function is.
_CALLABLE = frozenset({Consumer.AWAITS, Consumer.PASSES, Consumer.WRAPS})


def decorators(
    inference: Inference, node: ast.Call, scope: Scope, *, with_keywords: bool = False
) -> Iterator[tuple[External, Api]]:
    """The libraries' decorators that ``node`` applies to its first argument.

    Args:
        inference: The model.
        node: The call.
        scope: Where it stands.
        with_keywords: Whether it may have keywords, as ``limiter.exempt(users, flags=...)`` has. A decorator of functions is
            rather made by such a call: ``limiter.limit(how_much, key_func=who)``.
    """
    if len(node.args) != 1 or isinstance(node.args[0], ast.Starred | ast.Constant):
        return
    if node.keywords and not with_keywords:
        return
    made = isinstance(node.func, ast.Call)
    applied = node.func.func if isinstance(node.func, ast.Call) else node.func
    for item in inference.types(applied, scope):
        if isinstance(item, External):
            api = inference.catalog.api(item.name)
            if api is not None and api.decorates is not None and (made or not api.type):
                yield item, api


def decorated(inference: Inference, node: ast.Call, scope: Scope) -> Types:
    """The functions that ``node`` gives back decorated."""
    if not any(api.decorates in _CALLABLE for _, api in decorators(inference, node, scope)):
        return frozenset()
    return frozenset(item for item in inference.types(node.args[0], scope) if isinstance(item, FunctionRef))
