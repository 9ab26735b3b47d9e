"""How far a function goes on after one of its statements: not beyond a block that ends with ``return`` or ``raise``."""

from __future__ import annotations

import ast

from migrate_tool.model.symbols import ModuleInfo

#: The line and the column where something ends.
Place = tuple[float, int]

_NOWHERE: Place = (float("inf"), 0)


def place(node: ast.expr | ast.stmt) -> Place:
    """Where ``node`` ends."""
    return (node.end_lineno or node.lineno, node.end_col_offset or 0)


def dead_end(module: ModuleInfo, node: ast.AST, function: ast.AST) -> Place:
    """The place beyond which nothing of ``function`` runs after ``node``, but for its loops.

    ``if form.validate(): ...; commit(); return redirect(...)``: what follows the ``if`` does not come after that commit.
    """
    current = node
    while current is not function and current in module.parents:
        above = module.parents[current]
        block = _block(above, current)
        if block and isinstance(block[-1], (ast.Return, ast.Raise)) and not _leaves_early(block):
            return place(block[-1])
        current = above
    return _NOWHERE


def _block(above: ast.AST, statement: ast.AST) -> list[ast.stmt]:
    """The block of ``above`` that ``statement`` stands in."""
    for name in ("body", "orelse", "finalbody"):
        held = getattr(above, name, None)
        if isinstance(held, list) and statement in held:
            return held
    return []


def _leaves_early(block: list[ast.stmt]) -> bool:
    """Whether something in it may leave it for what comes after, because a loop goes on."""
    return any(
        isinstance(item, (ast.Break, ast.Continue)) for statement in block for item in ast.walk(statement)
    )
