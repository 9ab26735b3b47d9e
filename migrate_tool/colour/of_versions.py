"""What only Alembic's versions call: it runs on their synchronous connection, and stays as it is with them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrate_tool.model.alembic import AlembicFile, alembic_file
from migrate_tool.model.symbols import FunctionInfo, ModuleInfo
from migrate_tool.model.types import FunctionRef

if TYPE_CHECKING:
    from .survey import Survey


def helpers_of_versions(found: Survey) -> tuple[set[FunctionInfo], set[FunctionInfo]]:
    """The functions that versions call, directly or through each other, and nobody else; and all that they name.

    A version has no event loop and no bridge: an ``await`` in what it calls would never run, and nobody would notice.
    """
    project = found.project
    versions = [module for module in project.modules.values() if alembic_file(module) is AlembicFile.VERSION]
    if not versions:
        return set(), set()
    inside: dict[FunctionInfo, set[FunctionInfo]] = {}
    for callee, calls in found.calls.items():
        for call, module in calls:
            owner = module.scopes[call].owner()
            if owner is not None:
                inside.setdefault(owner, set()).add(callee)
    helpers: set[FunctionInfo] = set()
    named = {
        item
        for module in versions
        for item in _named(found, module)
        if alembic_file(item.module) is AlembicFile.NONE
    }
    queue = list(named)
    while queue:
        function = queue.pop()
        if function not in helpers and alembic_file(function.module) is AlembicFile.NONE:
            helpers.add(function)
            queue.extend(inside.get(function, ()))
    while others := {function for function in helpers if _is_used_outside(found, function, helpers)}:
        helpers -= others
    return helpers, named


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
