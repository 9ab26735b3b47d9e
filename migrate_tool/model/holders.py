"""Where a callable without a name of its own is called: a lambda, or an object whose class has ``__call__``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from . import ancestry
from .symbols import FunctionInfo, ModuleInfo
from .types import ClassRef, FunctionRef

if TYPE_CHECKING:
    from .inference import Inference

#: What an expression may be wrapped in and still be what a name holds: ``f = a or (lambda: b)``.
_TRANSPARENT = (ast.BoolOp, ast.IfExp, ast.Starred)


def calls_of_nameless(
    inference: Inference, function: FunctionInfo
) -> list[tuple[ast.Call, ModuleInfo]] | None:
    """The calls that may reach a lambda or a ``__call__``, by the names that hold it; whose they are is not checked.

    Args:
        inference: What expressions are.
        function: Any function.

    Returns:
        The calls; ``None`` if the function has a name by which it is called.
    """
    if isinstance(function.node, ast.Lambda):
        values: list[tuple[ast.expr, ModuleInfo]] = [(function.node, function.module)]
    elif function.name == "__call__" and function.cls is not None:
        values = list(inference.project.calls.named(function.cls.name))
        values += [
            call
            for cls in inference.project.classes()
            if any(
                isinstance(base, ClassRef) and base.info is function.cls
                for base in ancestry.bases(inference, cls)
            )
            for call in inference.project.calls.named(cls.name)
        ]
    else:
        return None
    found: list[tuple[ast.Call, ModuleInfo]] = []
    handed_on = False
    for value, module in values:
        for name in _holders(value, module):
            found += inference.project.calls.named(name)
            handed_on = handed_on or bool(inference.project.calls.passing(name))
        call = _call_around(value, module)
        if call is not None and call.func is value:
            found.append((call, module))
        elif call is not None:
            handed_on = handed_on or any(
                isinstance(item, FunctionRef | ClassRef)
                for item in inference.types(call.func, module.scopes[call])
            )
    if handed_on:
        found += inference.project.calls.of_parameters
    return found


def _holders(value: ast.expr, module: ModuleInfo) -> set[str]:
    """The last names of what ``value`` is assigned to."""
    node: ast.AST = value
    parent = module.parents.get(node)
    while isinstance(parent, _TRANSPARENT):
        node, parent = parent, module.parents.get(parent)
    targets: list[ast.expr] = []
    if isinstance(parent, ast.Assign):
        targets = parent.targets
    elif isinstance(parent, ast.AnnAssign | ast.NamedExpr):
        targets = [parent.target]
    return {
        target.id if isinstance(target, ast.Name) else target.attr
        for target in targets
        if isinstance(target, ast.Name | ast.Attribute)
    }


def _call_around(value: ast.expr, module: ModuleInfo) -> ast.Call | None:
    """The call that ``value`` is an argument of, or that calls it at once."""
    parent = module.parents.get(value)
    if isinstance(parent, ast.keyword):
        parent = module.parents.get(parent)
    return parent if isinstance(parent, ast.Call) else None
