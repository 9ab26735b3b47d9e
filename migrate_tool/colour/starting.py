"""Connections and transactions that ``with`` begins, or that are awaited where nothing enters them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrate_tool.catalog import Api
from migrate_tool.model.symbols import ModuleInfo
from migrate_tool.model.types import External

from .hands import Taken
from .sites import Site, Survey, site_at
from .surveyed_loops import classes

#: What closes something at the end of a ``with``.
CLOSING = "contextlib.closing"


def starting(found: Survey) -> Iterator[Site]:
    """Every ``connection = engine.connect()``, ``session.begin_nested()``: ``await`` begins it."""
    for module in found.modules():
        entered = {
            ast.dump(item.context_expr)
            for node in module.of_type(ast.With, ast.AsyncWith)
            for item in _items(node)
        }
        for node in module.of_type(ast.Call):
            assert isinstance(node, ast.Call)
            known = _starts(found, node)
            if known is None or _is_entered(found, module, node, entered):
                continue
            site = site_at("call", node, module, module.scopes[node], *known)
            taken = found.hands.taken(module, node, found.is_native(known[1]), entered=True)
            if taken is Taken.BACK:
                found.hand_back(site)
            if taken is not Taken.YES:
                yield site


def closings(found: Survey) -> Iterator[Site]:
    """Every ``with closing(cursor)`` whose ``close()`` waits."""
    for module in found.modules():
        for node in module.of_type(ast.With):
            for item in _items(node):
                known = closes(found, item.context_expr, module)
                if known is not None:
                    yield site_at("with", node, module, module.scopes[node], *known)


def closes(found: Survey, node: ast.expr, module: ModuleInfo) -> tuple[str, Api] | None:
    """The ``close()`` that ``closing(x)`` calls, if it waits."""
    if not isinstance(node, ast.Call) or not node.args:
        return None
    if not any(isinstance(item, External) and item.name == CLOSING for item in found.targets[node]):
        return None
    for name, _ in classes(found.project, node.args[0], module.scopes[node]):
        known = found.project.catalog.find(f"{name}.close")
        if known is not None and known[1].awaited:
            return known
    return None


def _starts(found: Survey, node: ast.Call) -> tuple[str, Api] | None:
    for target in found.targets.get(node, frozenset()):
        if isinstance(target, External):
            known = found.project.catalog.find(target.name)
            if known is not None and known[1].starts:
                return known
    return None


def _is_entered(found: Survey, module: ModuleInfo, node: ast.Call, entered: set[str]) -> bool:
    """Whether ``with`` begins it: here, by the name it is given, or where the function that gives it is called."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.withitem):
        return True
    if isinstance(parent, ast.Assign):
        return any(ast.dump(_loaded(target)) in entered for target in parent.targets)
    if isinstance(parent, ast.Return):
        owner = module.scopes[node].owner()
        calls = found.calls.get(owner, []) if owner is not None else []
        return any(isinstance(other.parents.get(call), ast.withitem) for call, other in calls)
    if isinstance(parent, ast.Call):
        # What is not known may enter what it is given, as ``closing`` does.
        targets = found.targets.get(parent, frozenset())
        return not targets or any(
            not isinstance(item, External)
            or item.name == CLOSING
            or item.name.startswith("quart_app.bridge.")
            for item in targets
        )
    return False


def _loaded(target: ast.expr) -> ast.expr:
    """``target`` as it looks where it is read."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    return target


def _items(node: ast.AST) -> list[ast.withitem]:
    assert isinstance(node, ast.With | ast.AsyncWith)
    return node.items
