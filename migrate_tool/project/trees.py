"""Walking a syntax tree: like ``ast.walk``, but only over what may hold something, at half the cost."""

from __future__ import annotations

import ast
from collections.abc import Iterator

#: Contexts and operators are no nodes of their own: one object of each stands for all its uses.
_SHARED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
#: Fields that hold names, numbers and other plain values.
_PLAIN = frozenset(
    [
        "arg",
        "asname",
        "attr",
        "conversion",
        "ctx",
        "id",
        "is_async",
        "kind",
        "kwd_attrs",
        "level",
        "module",
        "name",
        "op",
        "ops",
        "rest",
        "simple",
        "str",
        "tag",
        "type_comment",
        "type_ignores",
    ]
)
_LEAVES = (ast.Name, ast.Constant, ast.alias, ast.Global, ast.Nonlocal, ast.MatchSingleton, *_SHARED)
#: The only ``name`` that is a node.
_NODE = ("TypeAlias", "name")
#: The fields of each type of node in which other nodes stand.
FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    kind: ()
    if issubclass(kind, _LEAVES)
    else tuple(field for field in kind._fields if field not in _PLAIN or (kind.__name__, field) == _NODE)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below ``node``, in the order of its fields."""
    found: list[ast.AST] = []
    for field in FIELDS[type(node)]:
        value = getattr(node, field, None)
        if value.__class__ is list:
            found += [item for item in value if item is not None]
        elif value is not None:
            found.append(value)
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """``node`` and all below it, level by level; contexts and operators are left out."""
    found = [node]
    for current in found:
        yield current
        for field in FIELDS[type(current)]:
            value = getattr(current, field, None)
            if value.__class__ is list:
                found += [item for item in value if item is not None]
            elif value is not None:
                found.append(value)
