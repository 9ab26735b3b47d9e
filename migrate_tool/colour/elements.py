"""Places where something that is iterated asynchronously gives its elements without a loop: ``query[0]``, ``*query``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrate_tool.catalog import Api
from migrate_tool.model.elements import indexed
from migrate_tool.model.members import values
from migrate_tool.model.symbols import ModuleInfo, Parameter
from migrate_tool.model.types import Instance

from .sites import Site, Survey, site_at
from .surveyed_loops import classes, may_be_plain


def elements(found: Survey) -> Iterator[Site]:
    """Every index, slice, star, unpacking, membership test and ``+=`` that waits."""
    for module in found.modules():
        yield from _items(found, module)
        for node in module.of_type(ast.Starred, ast.Assign, ast.Compare, ast.AugAssign):
            for taken in _taken_whole(node):
                # Nothing is added to a query: what is, is a tuple or a list that stands under the same name.
                if isinstance(taken, ast.BinOp) or _is_rest(found, taken, module):
                    continue
                for name, api in classes(found.project, taken, module.scopes[taken]):
                    if api.iterated:
                        site = site_at("collected", taken, module, module.scopes[taken], name, api)
                        site.either = may_be_plain(found.project, taken, module.scopes[taken])
                        yield site
                        break


def _is_rest(found: Survey, node: ast.expr, module: ModuleInfo) -> bool:
    """Whether ``node`` names a ``*args``: a tuple, although the name may be given a query further down."""
    return isinstance(node, ast.Name) and any(
        isinstance(binding, Parameter) and binding.kind == "args"
        for bindings in found.project.types.bindings(node.id, module.scopes[node])
        for binding in bindings
    )


def _items(found: Survey, module: ModuleInfo) -> Iterator[Site]:
    for node in module.of_type(ast.Subscript):
        assert isinstance(node, ast.Subscript)
        if not isinstance(node.ctx, ast.Load) or node not in module.scopes:
            continue
        scope = module.scopes[node]
        types = values(found.project.types, found.project.types.types(node.value, scope))
        instances = [item for item in types if isinstance(item, Instance)]
        if not instances or not all(indexed(found.project.types, item) for item in instances):
            continue
        # ``query[1:3].all()`` has been migrated already: a slice was a list before.
        parent = module.parents.get(node)
        if isinstance(node.slice, ast.Slice) and isinstance(parent, ast.Attribute) and parent.attr == "all":
            continue
        known: list[tuple[str, Api]] = classes(found.project, node.value, scope)
        name, api = next(item for item in known if item[1].indexed)
        yield site_at("item", node, module, scope, name, api)


def _taken_whole(node: ast.AST) -> list[ast.expr]:
    """The parts of ``node`` whose elements are all taken at once."""
    if isinstance(node, ast.Starred) and isinstance(node.ctx, ast.Load):
        return [node.value]
    if isinstance(node, ast.Assign) and any(isinstance(item, ast.Tuple | ast.List) for item in node.targets):
        return [node.value]
    if isinstance(node, ast.Compare):
        pairs = zip(node.ops, node.comparators, strict=True)
        return [given for operator, given in pairs if isinstance(operator, ast.In | ast.NotIn)]
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        return [node.value]
    return []
