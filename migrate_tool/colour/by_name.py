"""Attributes that are read by their names in texts: ``getattr(request, "json", None)``, ``hasattr(request, "form")``."""

from __future__ import annotations

import ast

from migrate_tool.catalog import Api
from migrate_tool.model.project import Project
from migrate_tool.model.symbols import Parameter, Scope
from migrate_tool.model.types import External


def awaited_by_name(project: Project, call: ast.Call, scope: Scope) -> tuple[str, Api] | None:
    """The library's value that ``call``, of ``getattr`` or ``hasattr``, asks for, if that is awaited for sure.

    Args:
        project: The project.
        call: A call whose first arguments are an object and a name.
        scope: Where it stands.

    Returns:
        The value's qualified name and what is known of it; None where the object may be another one.
    """
    if len(call.args) < 2:
        return None
    owner, name = call.args[:2]
    if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
        return None
    if isinstance(owner, ast.Name) and _is_handed(project, owner, scope):
        return None
    found = None
    for one in project.types.types(owner, scope):
        read = project.types.attribute(frozenset({one}), name.value)
        if not read:
            return None
        for item in read:
            found = project.catalog.find(item.name) if isinstance(item, External) else None
            if found is None or found[1].kind != "value" or not found[1].awaited:
                return None
    return found


def _is_handed(project: Project, name: ast.Name, scope: Scope) -> bool:
    """Whether ``name`` is a parameter that says nothing of itself: who asks it for an attribute may get something else, too."""
    return any(
        isinstance(item, Parameter) and item.node.annotation is None
        for bindings in project.types.bindings(name.id, scope)
        for item in bindings
    )
