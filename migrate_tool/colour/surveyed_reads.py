"""What the names and attributes of a project give where they are read: functions, tasks, values that must be awaited."""

from __future__ import annotations

import ast

from migrate_tool.catalog import Api, Consumer
from migrate_tool.model.ancestry import lineage
from migrate_tool.model.decorators import decorator_consumers
from migrate_tool.model.members import direct, values
from migrate_tool.model.project import Project
from migrate_tool.model.symbols import ClassInfo, FunctionInfo, ModuleInfo, Scope
from migrate_tool.model.types import External, FunctionRef, Instance, Types

from .sites import Site, Survey, Use, site_at
from .spent_tasks import spent

#: What a model has for those who await: each of its attributes is a coroutine.
_AWAITABLE = "awaitable_attrs"


def survey_reads(found: Survey, module: ModuleInfo) -> None:
    """Record the functions that a module uses as values, and the names and attributes that wait where they are read."""
    types = found.project.types
    for node in module.of_type(ast.Name, ast.Attribute):
        assert isinstance(node, ast.Name | ast.Attribute)
        if not isinstance(node.ctx, ast.Load):
            continue
        scope = module.scopes[node]
        if isinstance(node, ast.Attribute) and _is_awaitable(node):
            awaited = f"{_AWAITABLE}.{node.attr}"
            found.add(Site("read", node, module, scope, awaited, "FQ905", scope.owner()), native=True)
            continue
        known = types.types(node, scope)
        tells = found.tells.get(known)
        if tells is None:
            tells = found.tells[known] = _tells(found.project, known)
        if not tells and not (isinstance(node, ast.Attribute) and node.attr in found.awaited_properties):
            continue
        parent = module.parents.get(node)
        called = isinstance(parent, ast.Call) and parent.func is node
        for item in known:
            if isinstance(item, FunctionRef) and not called and not is_decorator(parent, node):
                # The name of a property gives its value, so a reference here is the function itself.
                found.uses.setdefault(item.info, []).append(Use(node, module))
        if isinstance(node, ast.Attribute) and node.attr in found.awaited_properties:
            getter = _awaited_property(found.project, node, scope)
            if getter is not None:
                owner = scope.owner()
                found.add(
                    Site("read", node, module, scope, getter.where, "FQ901", owner, getter), native=True
                )
                continue
        if found.project.has_coroutines and (task := _task(found.project, known)) is not None:
            if spent(found.hands, module, node):
                found.seeds.append(site_at("read", node, module, scope, *task))
            continue
        for named in () if is_decorator(parent, node) else direct(types, node, scope):
            what = _awaited_value(found.project, named)
            if what is not None and not (called and _is_method_too(found.project, known)):
                iterated = found.project.catalog.api(what[1].type) if what[1].type else None
                found.add(
                    site_at("read", node, module, scope, *what),
                    entered=iterated is not None and iterated.iterated,
                )
                break


def _is_awaitable(node: ast.Attribute) -> bool:
    """Whether it is ``book.awaitable_attrs.author``."""
    return isinstance(node.value, ast.Attribute) and node.value.attr == _AWAITABLE


def _tells(project: Project, known: Types) -> bool:
    """Whether reading what can be ``known`` may be of interest: a function, a task, or a library's value that is awaited."""
    return _task(project, known) is not None or any(
        isinstance(item, FunctionRef)
        or (isinstance(item, External) and _awaited_value(project, item) is not None)
        for item in known
    )


def _awaited_value(project: Project, item: External) -> tuple[str, Api] | None:
    """The library's value that ``item`` is, with its name, if it must be awaited."""
    known = project.catalog.find(item.name)
    return known if known is not None and known[1].awaited and known[1].kind == "value" else None


def _task(project: Project, known: Types) -> tuple[str, Api] | None:
    """The class of the task, future or coroutine that something is, if it is one for sure."""
    result = None
    for item in known:
        if not isinstance(item, Instance) or not isinstance(item.of, str):
            return None
        api = project.catalog.api(item.of)
        if api is None or not api.awaitable:
            return None
        result = item.of, api
    return result


def _awaited_property(project: Project, node: ast.Attribute, scope: Scope) -> FunctionInfo | None:
    """The ``async def`` under ``@property`` that ``node`` reads, if it does."""
    for item in values(project.types, project.types.types(node.value, scope)):
        if isinstance(item, Instance) and isinstance(item.of, ClassInfo):
            for cls in lineage(project.types, item.of):
                method = cls.methods.get(node.attr) if isinstance(cls, ClassInfo) else None
                if method is not None:
                    if method.is_async and Consumer.ATTRIBUTE in decorator_consumers(project.types, method):
                        return method
                    break
    return None


def _is_method_too(project: Project, known: Types) -> bool:
    """Whether ``x.json()`` may be the method of another library's class: then that is what is called."""
    for item in known:
        if isinstance(item, External):
            api = project.catalog.api(item.name)
            if api is None or api.kind == "function":
                return True
    return False


def is_decorator(parent: ast.AST | None, node: ast.AST) -> bool:
    """Whether ``node`` stands above the function or class ``parent``."""
    return (
        isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node in parent.decorator_list
    )
