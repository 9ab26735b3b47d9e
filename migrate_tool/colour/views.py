"""The functions that Quart calls with a request: they become coroutines even where nothing in them waits.

Quart awaits a view either way; a plain function costs it a wrapper and reads as if it could block.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrate_tool.model.ancestry import derives
from migrate_tool.model.symbols import FunctionInfo
from migrate_tool.model.types import External

from .boundaries import Boundaries
from .sites import Use

_SCAFFOLD = "flask.sansio.scaffold.Scaffold"
ROUTES = frozenset(f"{_SCAFFOLD}.{name}" for name in ("route", "get", "post", "put", "patch", "delete"))
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})


def views(limits: Boundaries) -> Iterator[FunctionInfo]:
    """Every view of the project that may be ``async def``."""
    for function in limits.project.functions():
        if isinstance(function.node, ast.Lambda) or function.is_async or function.is_generator:
            continue
        if _is_routed(limits, function) and limits.of(function).mode == "async":
            yield function


def _is_routed(limits: Boundaries, function: FunctionInfo) -> bool:
    if function.cls is not None and function.name in _VERBS:
        return derives(limits.types, function.cls, "flask.views.MethodView")
    catalog = limits.project.catalog
    for name, _ in limits.library_decorators(function):
        found = catalog.find(name)
        if found is not None and found[0] in ROUTES:
            return True
    return any(_routes_by_hand(limits, use) for use in limits.survey.uses.get(function, ()))


def _routes_by_hand(limits: Boundaries, use: Use) -> bool:
    """Whether the use is the view of ``add_url_rule(rule, endpoint, view)`` or ``route(rule)(view)``."""
    call = use.module.parents.get(use.node)
    if isinstance(call, ast.keyword):
        call = use.module.parents.get(call)
    if not isinstance(call, ast.Call) or use.node is call.func:
        return False
    wanted = frozenset({f"{_SCAFFOLD}.add_url_rule"})
    if isinstance(call.func, ast.Call):
        call, wanted = call.func, ROUTES
    for target in limits.survey.targets.get(call, frozenset()):
        if isinstance(target, External):
            found = limits.project.catalog.find(target.name)
            if found is not None and found[0] in wanted:
                return True
    return False
