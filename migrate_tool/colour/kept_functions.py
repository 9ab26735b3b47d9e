"""Decorators that keep the function they are put above, beside calling it: in a list, in an object, in a table.

A function whose decorator's wrapper awaits is called by its name with ``await``. But what a decorator has kept is called by others as
well, from where nothing leads back to the name, so it stays what it is until it waits itself.
"""

from __future__ import annotations

import ast

from migrate_tool.model.project import Project
from migrate_tool.model.symbols import FunctionInfo
from migrate_tool.model.types import ClassRef

_ADDING = frozenset({"append", "add", "insert", "setdefault"})


def keeps(project: Project, decorator: FunctionInfo) -> bool:
    """Whether ``decorator`` puts the function that it decorates somewhere: ``registry.append(Entry(func=function))``.

    Args:
        project: The program.
        decorator: A function that is used with ``@``.

    Returns:
        Whether its first parameter is an argument of what makes an object, a part of a literal or what is assigned to an attribute or item.
    """
    module = decorator.module
    given = [item for item in decorator.parameters if item.index == (0 if decorator.cls is None else 1)]
    if not given:
        return False
    name = given[0].node.arg
    for node in module.named(name):
        if not any(given[0] in bindings for bindings in project.types.bindings(name, module.scopes[node])):
            continue
        parent = module.parents[node]
        if isinstance(parent, ast.keyword):
            parent = module.parents[parent]
        if isinstance(parent, ast.Call) and parent.func is not node and _makes(project, parent, decorator):
            return True
        if isinstance(parent, ast.Dict | ast.List | ast.Tuple | ast.Set):
            return True
        if isinstance(parent, ast.Assign) and any(
            isinstance(target, ast.Attribute | ast.Subscript) for target in parent.targets
        ):
            return True
    return False


def _makes(project: Project, call: ast.Call, decorator: FunctionInfo) -> bool:
    """Whether a call makes an object of one of the project's classes, or adds to a list."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _ADDING:
        return True
    return any(
        isinstance(item, ClassRef) for item in project.types.types(call.func, decorator.module.scopes[call])
    )
