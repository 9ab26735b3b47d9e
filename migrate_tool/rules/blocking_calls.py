"""What the rules about blocking calls share."""

from __future__ import annotations

import ast

from .python_file import PythonFile


def is_free(file: PythonFile, node: ast.Call) -> bool:
    """Whether nothing else is done about the call: it is not awaited, and no other rule awaits it."""
    return not isinstance(file.parent(node), ast.Await) and file.colouring.decision(node, "call") is None


def in_generator(file: PythonFile, node: ast.AST) -> bool:
    """Whether ``await`` at ``node`` would make an asynchronous generator of a generator expression."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.stmt):
        parent = file.parent(current)
        if isinstance(parent, ast.GeneratorExp) and parent not in file.lists:
            return True
        current = parent
    return False
