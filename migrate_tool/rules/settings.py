"""The values that a setting has in a project's code."""

from __future__ import annotations

import ast

from .python_file import PythonFile

_ORDERING = ("assertGreater", "assertLess")


def is_value(file: PythonFile, node: ast.expr, setting: str) -> bool:
    """Whether ``node`` is a value of the setting, or is asked to be the same as one."""
    inner: ast.AST = node
    while (outer := file.parent(inner)) is not None:
        if isinstance(outer, ast.Dict):
            return any(
                value is inner and key is not None and _names(key, setting)
                for key, value in zip(outer.keys, outer.values, strict=True)
            )
        if isinstance(outer, ast.keyword):
            return outer.arg == setting
        if isinstance(outer, ast.Assign):
            return any(_names(target, setting) for target in outer.targets)
        if isinstance(outer, ast.AnnAssign):
            return _names(outer.target, setting)
        if isinstance(outer, ast.Compare):
            return all(isinstance(sign, ast.Eq | ast.NotEq) for sign in outer.ops) and any(
                item is not inner and _names(item, setting) for item in (outer.left, *outer.comparators)
            )
        if isinstance(outer, ast.Call) and any(
            item is not inner and _names(item, setting) for item in outer.args
        ):
            name = outer.func.attr if isinstance(outer.func, ast.Attribute) else ""
            return inner in outer.args and not name.startswith(_ORDERING)
        if not isinstance(outer, ast.BoolOp | ast.IfExp | ast.Call):
            return False
        inner = outer
    return False


def _names(node: ast.expr, setting: str) -> bool:
    """Whether ``node`` says the setting: its name, an attribute, a key."""
    if isinstance(node, ast.Subscript):
        node = node.slice
    if isinstance(node, ast.Attribute):
        return node.attr == setting
    if isinstance(node, ast.Call):
        return any(_names(item, setting) for item in node.args)
    return (isinstance(node, ast.Name) and node.id == setting) or (
        isinstance(node, ast.Constant) and node.value == setting
    )
