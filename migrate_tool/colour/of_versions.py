"""What only Alembic's versions call, with the session they give it: that is synchronous, and it stays as it is with them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrate_tool.model.alembic import AlembicFile, alembic_file
from migrate_tool.model.symbols import Assigned, FunctionInfo, ModuleInfo, Parameter, Scope
from migrate_tool.model.types import FunctionRef

if TYPE_CHECKING:
    from .sites import Site, Survey


def helpers_of_versions(found: Survey) -> set[FunctionInfo]:
    """The functions that versions call, directly or through each other, and nobody else, and that wait only for what they are given.

    A version has no event loop and no bridge: an ``await`` in what it calls would never run, and nobody would notice.
    """
    project = found.project
    versions = [module for module in project.modules.values() if alembic_file(module) is AlembicFile.VERSION]
    if not versions:
        return set()
    inside: dict[FunctionInfo, set[FunctionInfo]] = {}
    for callee, calls in found.calls.items():
        for call, module in calls:
            owner = module.scopes[call].owner()
            if owner is not None:
                inside.setdefault(owner, set()).add(callee)
    helpers: set[FunctionInfo] = set()
    own = {site.owner for site in found.seeds if not _is_given(site)}
    queue = [item for module in versions for item in _named(found, module)]
    while queue:
        function = queue.pop()
        if function not in helpers | own and alembic_file(function.module) is AlembicFile.NONE:
            helpers.add(function)
            queue.extend(inside.get(function, ()))
    while others := {function for function in helpers if _is_used_outside(found, function, helpers)}:
        helpers -= others
    return helpers


def _named(found: Survey, module: ModuleInfo) -> set[FunctionInfo]:
    """The project's functions that a version names."""
    return {
        item.info
        for node in module.of_type(ast.Name, ast.Attribute)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
        for item in found.project.types.types(node, module.scopes[node])
        if isinstance(item, FunctionRef)
    }


def _is_used_outside(found: Survey, function: FunctionInfo, helpers: set[FunctionInfo]) -> bool:
    places = [(call, module) for call, module in found.calls.get(function, ())]
    nodes: list[tuple[ast.AST, ModuleInfo]] = [
        *places,
        *((use.node, use.module) for use in found.uses.get(function, ())),
    ]
    return any(module.scopes[node].owner() not in helpers for node, module in nodes)


def _is_given(site: Site) -> bool:
    """Whether what waits there hangs on a parameter: ``session.query(User).all()``, and not ``User.query.all()``."""
    return _hangs_on_parameter(site.node, site.scope, 3)


def _hangs_on_parameter(node: ast.AST | None, scope: Scope, steps: int) -> bool:
    """``steps`` variables may lie between: ``query = session.query(User)``."""
    while node is not None and not isinstance(node, ast.Name):
        if isinstance(node, ast.With | ast.AsyncWith):
            node = node.items[0].context_expr
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            node = getattr(node, "iter", None) or getattr(node, "value", None)
    for candidate in scope.chain() if node is not None and steps else ():
        if node is not None and node.id in candidate.bindings:
            return all(
                isinstance(item, Parameter)
                or (
                    isinstance(item, Assigned) and _hangs_on_parameter(item.expression, item.scope, steps - 1)
                )
                for item in candidate.bindings[node.id]
            )
    return False
