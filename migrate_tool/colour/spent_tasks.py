"""Tasks that are used as if they were what they give."""

from __future__ import annotations

import ast

from migrate_tool.model.symbols import ModuleInfo
from migrate_tool.model.types import External

from .hands import Hands

#: What tasks and futures offer themselves.
_OF_TASKS = frozenset(
    [
        "cancel",
        "cancelled",
        "done",
        "result",
        "exception",
        "add_done_callback",
        "remove_done_callback",
        "get_name",
        "set_name",
        "get_coro",
        "cancelling",
        "uncancel",
        "get_loop",
        "set_result",
        "set_exception",
        "get_stack",
        "send",
        "throw",
        "close",
        "__await__",
    ]
)
#: What wants a value and can do nothing with a task.
_USES_VALUES = frozenset(
    [
        "builtins.len",
        "builtins.int",
        "builtins.float",
        "builtins.sum",
        "builtins.sorted",
        "builtins.list",
        "builtins.dict",
        "builtins.tuple",
        "builtins.set",
        "builtins.max",
        "builtins.min",
        "builtins.any",
        "builtins.all",
        "flask.jsonify",
        "flask.make_response",
        "flask.redirect",
        "json.dumps",
    ]
)


def spent(hands: Hands, module: ModuleInfo, node: ast.AST, depth: int = 0) -> bool:
    """Whether a task, future or coroutine that ``node`` names is used as if it were what it gives."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.Expr | ast.BinOp | ast.FormattedValue):
        return True
    if isinstance(parent, ast.Compare):
        # A task is compared with other tasks and with None, not with text or numbers.
        sides = [parent.left, *parent.comparators]
        return any(isinstance(side, ast.Constant) and side.value is not None for side in sides)
    if isinstance(parent, ast.Subscript):
        return parent.value is node
    if isinstance(parent, ast.For | ast.comprehension):
        return parent.iter is node
    if isinstance(parent, ast.Attribute):
        return parent.attr not in _OF_TASKS
    if isinstance(parent, ast.Call) and node in parent.args:
        names = [
            item.name
            for item in hands.project.types.types(parent.func, module.scopes[parent])
            if isinstance(item, External)
        ]
        return bool(names) and all(name in _USES_VALUES for name in names)
    if isinstance(parent, ast.Assign) and depth < 2:
        if any(isinstance(target, ast.Tuple | ast.List) for target in parent.targets):
            return True
        for target in parent.targets:
            if isinstance(target, ast.Name) and not hands.bound(module, target, 0):
                return any(
                    spent(hands, module, load, depth + 1)
                    for load in hands.same_loads(module, target.id, module.scopes[target])
                )
    return False
