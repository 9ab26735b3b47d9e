"""What an expression is called where it stands."""

from __future__ import annotations

import ast


def last_name(node: ast.expr) -> str:
    """What stands behind the last dot; "" for what has no name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
