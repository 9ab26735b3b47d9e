"""What is entered by ``with`` and iterated by ``for``, as far as that waits."""

from __future__ import annotations

import ast

from migrate_tool.catalog import Api
from migrate_tool.model.ancestry import lineage
from migrate_tool.model.members import values
from migrate_tool.model.project import Project
from migrate_tool.model.symbols import ClassInfo, ModuleInfo, Scope
from migrate_tool.model.types import Instance, ordered

from .sites import Site, SiteKind, Survey, site_at

#: What holds its elements and waits for none.
_PLAIN = frozenset({"list", "tuple", "set", "frozenset", "dict"})


def survey_contexts(found: Survey, module: ModuleInfo) -> None:
    """Record the ``with`` statements of a module that must be ``async with``."""
    for node in module.of_type(ast.With):
        assert isinstance(node, ast.With)
        scope = module.scopes[node]
        for item in node.items:
            own = _own(found.project, item.context_expr, scope, "__aenter__", "__enter__")
            if own is not None:
                found.seeds.append(Site("with", node, module, scope, own.where, "FQ901", scope.owner()))
                break
            for name, api in classes(found.project, item.context_expr, scope):
                if api.entered:
                    site = site_at("with", node, module, scope, name, api)
                    site.soft = api.entered == "soft"
                    found.seeds.append(site)
                    break


def survey_loops(found: Survey, module: ModuleInfo) -> None:
    """Record the loops and comprehensions of a module that must be ``async for``."""
    for node in module.of_type(ast.For, ast.comprehension):
        assert isinstance(node, ast.For | ast.comprehension)
        if isinstance(node, ast.comprehension) and node.is_async:
            continue
        scope = module.scopes[node.iter]
        kind: SiteKind = "for" if isinstance(node, ast.For) else "comprehension"
        own = _own(found.project, node.iter, scope, "__aiter__", "__iter__")
        if own is not None:
            within = module.scopes[node]
            found.seeds.append(Site(kind, node, module, within, own.where, "FQ901", within.owner()))
            continue
        for name, api in classes(found.project, node.iter, scope):
            if api.iterated:
                site = site_at(kind, node, module, module.scopes[node], name, api)
                site.either = may_be_plain(found.project, node.iter, scope)
                found.seeds.append(site)
                break


def may_be_plain(project: Project, node: ast.expr, scope: Scope) -> bool:
    """Whether ``node`` can be a list or its like as well."""
    return any(
        isinstance(item, Instance) and item.of in _PLAIN
        for item in values(project.types, project.types.types(node, scope))
    )


def _own(project: Project, node: ast.expr, scope: Scope, wanted: str, plain: str) -> ClassInfo | None:
    """The project's class that ``node`` is an instance of, if that is only entered or iterated asynchronously."""
    for item in project.types.types(node, scope):
        if isinstance(item, Instance) and isinstance(item.of, ClassInfo):
            family = [cls for cls in lineage(project.types, item.of) if isinstance(cls, ClassInfo)]
            if any(wanted in cls.methods for cls in family) and not any(
                plain in cls.methods for cls in family
            ):
                return item.of
    return None


def enters_asynchronously(project: Project, node: ast.expr, scope: Scope) -> bool:
    """Whether ``node`` is an object of a class of the project that only ``async with`` enters."""
    return _own(project, node, scope, "__aenter__", "__enter__") is not None


def classes(project: Project, node: ast.expr, scope: Scope) -> list[tuple[str, Api]]:
    """The library classes that ``node`` can be an instance of."""
    result = []
    for item in ordered(values(project.types, project.types.types(node, scope))):
        names: list[str] = []
        if isinstance(item, Instance) and isinstance(item.of, str):
            names = [item.of, *project.catalog.ancestors(item.of)]
        elif isinstance(item, Instance) and isinstance(item.of, ClassInfo):
            names = [base for base in lineage(project.types, item.of) if isinstance(base, str)]
        for name in names:
            api = project.catalog.api(name)
            if api is not None:
                result.append((name, api))
    return result
