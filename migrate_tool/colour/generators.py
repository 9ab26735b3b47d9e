"""Generator expressions with something in them that waits: which may become lists, which may not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrate_tool.model.symbols import ModuleInfo, Scope
from migrate_tool.model.types import External

from .sites import Site, Survey

#: What uses up all of an iterable before it does anything else: a list is as good to it as a generator.
EXHAUSTING = frozenset(
    f"builtins.{name}"
    for name in ("list", "sorted", "tuple", "set", "frozenset", "sum", "min", "max", "dict", "str.join")
) | {"str.join", "list.extend", "set.update", "dict.update"}


def kept_generator(found: Survey, site: Site) -> bool:
    """Whether ``await`` at ``site`` would make a generator expression asynchronous that must not be."""
    return any(not exhausted(found, site.module, node) for node in made_lists(site))


def made_lists(site: Site) -> Iterator[ast.GeneratorExp]:
    """The generator expressions that must become lists for ``site`` to await."""
    scope: Scope | None = site.scope
    if scope is not None and site.kind == "comprehension" and outermost(site.module, site.node) is not None:
        scope = scope.parent
    while scope is not None and scope.kind == "comprehension":
        if isinstance(scope.node, ast.GeneratorExp):
            yield scope.node
        scope = scope.parent


def outermost(module: ModuleInfo, node: ast.AST) -> ast.GeneratorExp | None:
    """The generator expression whose first ``for`` is ``node``: what that iterates over is evaluated outside of it."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.GeneratorExp) and parent.generators[0] is node:
        return parent
    return None


def exhausted(found: Survey, module: ModuleInfo, node: ast.GeneratorExp) -> bool:
    """Whether what is handed this generator uses it up at once."""
    call = module.parents.get(node)
    if not isinstance(call, ast.Call) or node not in call.args:
        return False
    targets = found.targets.get(call, frozenset())
    names = {item.name for item in targets if isinstance(item, External)}
    return bool(names) and len(names) == len(targets) and names <= EXHAUSTING
