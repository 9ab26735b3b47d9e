"""Which of a name's assignments is the one that is read, where only one can be: ``x = a(); use(x); x = b(); use(x)``."""

from __future__ import annotations

import ast

from .symbols import Assigned, Binding, ModuleInfo, Parameter, Scope

_Block = list[ast.stmt]
#: What is evaluated on the spot, in a scope of its own.
_AT_ONCE = (ast.ListComp, ast.SetComp, ast.DictComp)
_PLAIN = (ast.Assign, ast.AnnAssign)


def reaching(node: ast.Name, scope: Scope, bindings: list[Binding]) -> list[Binding] | None:
    """The bindings that a read of a local variable sees.

    Args:
        node: The read.
        scope: Where it stands.
        bindings: All bindings of the name.

    Returns:
        Those of one statement, or the parameter; ``None`` if more than one statement may have been the last.
    """
    while scope.kind == "comprehension" and isinstance(scope.node, _AT_ONCE) and scope.parent is not None:
        scope = scope.parent
    if scope.kind != "function" or scope.bindings.get(node.id) is not bindings:
        return None
    module = scope.module
    by_statement: dict[ast.stmt, list[Binding]] = {}
    parameters: list[Binding] = []
    for binding in bindings:
        if isinstance(binding, Parameter):
            parameters.append(binding)
        elif isinstance(binding, Assigned) and binding.scope is scope:
            by_statement.setdefault(module.statement_of(binding.expression), []).append(binding)
        else:
            return None
    holding = _holding(module, by_statement, scope.node)
    current: ast.AST = module.statement_of(node)
    if current in holding and not isinstance(current, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return None
    while True:
        parent = module.parents[current]
        for earlier in before(parent, current):
            if earlier in by_statement and isinstance(earlier, _PLAIN):
                return by_statement[earlier]
            if earlier in holding:
                return None
        if parent is scope.node:
            return parameters or None
        if parent in holding and (parent in by_statement or not isinstance(parent, ast.If)):
            return None
        current = parent


def _holding(
    module: ModuleInfo, statements: dict[ast.stmt, list[Binding]], outermost: ast.AST
) -> set[ast.AST]:
    """The statements and what they stand in."""
    found: set[ast.AST] = set()
    for statement in statements:
        node: ast.AST = statement
        while node is not outermost and node not in found:
            found.add(node)
            node = module.parents[node]
    return found


def before(parent: ast.AST, node: ast.AST) -> _Block:
    """The statements before ``node`` in its block, nearest first."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and node in block:
            return block[: block.index(node)][::-1]
    return []
