"""What the calls of a project are: what they may call, what waits among that, and what tests put in its place."""

from __future__ import annotations

import ast

from migrate_tool.catalog import Api
from migrate_tool.model.ancestry import lineage
from migrate_tool.model.project import Project
from migrate_tool.model.results import CALLABLES, THREADS
from migrate_tool.model.symbols import ClassInfo, FunctionInfo, ModuleInfo, Scope
from migrate_tool.model.types import ClassRef, External, FunctionRef, Instance, Type, ordered

from .by_name import awaited_by_name
from .hands import Taken
from .sites import Site, Survey, Use, site_at
from .surveyed_loops import classes, may_be_plain

#: Builtins that iterate over an argument at once: an awaited iterable must be collected first.
COLLECTORS = frozenset(
    f"builtins.{name}"
    for name in (
        "list",
        "sorted",
        "tuple",
        "set",
        "frozenset",
        "sum",
        "min",
        "max",
        "any",
        "all",
        "enumerate",
        "zip",
    )
) | {"builtins.reversed", "builtins.dict", "builtins.map", "builtins.filter", "builtins.str.join", "str.join"}
COLLECTORS |= {
    "list.extend",
    "set.update",
    "set.union",
    "dict.update",
    "collections.Counter",
    "collections.deque",
}
COLLECTORS |= {"itertools.chain", "itertools.islice", "itertools.groupby", "functools.reduce"}

#: What tests replace functions with, for as long as they run.
REPLACING = frozenset(
    {"pytest.MonkeyPatch.setattr", "unittest.mock.patch", "unittest.mock.patch.object", "builtins.setattr"}
)

_JOINS = frozenset(f"{thread}.join" for thread in THREADS)


def survey_calls(found: Survey, module: ModuleInfo) -> None:
    """Record what every call of a module may call, and where that waits."""
    types = found.project.types
    for node in module.of_type(ast.Call):
        assert isinstance(node, ast.Call)
        scope = module.scopes[node]
        targets = types.types(node.func, scope)
        found.targets[node] = targets
        _handed_results(found, node, module)
        for target in ordered(targets):
            if isinstance(target, FunctionRef):
                found.calls.setdefault(target.info, []).append((node, module))
            elif isinstance(target, Instance) and isinstance(target.of, ClassInfo):
                for method in types.attribute(frozenset({target}), "__call__"):
                    if isinstance(method, FunctionRef):
                        found.calls.setdefault(method.info, []).append((node, module))
            elif isinstance(target, Instance):
                called = _called_instance(found.project, target)
                if called is not None:
                    found.add(site_at("call", node, module, scope, *called), native=True)
                    break
            elif isinstance(target, External):
                if target.name in _JOINS and isinstance(target.receiver, Instance):
                    _join(found, node, module, target.receiver)
                if target.name == "builtins.getattr":
                    read = awaited_by_name(found.project, node, scope)
                    if read is not None:
                        found.add(site_at("read", node, module, scope, *read), found.is_native(read[1]))
                        break
                known = found.project.catalog.find(target.name)
                if known is not None and known[1].awaited and known[1].kind != "value":
                    found.add(
                        site_at("call", node, module, scope, known[0], known[1]), found.is_native(known[1])
                    )
                    break
                if (known[0] if known is not None else target.name) in COLLECTORS:
                    _collected(found, node, module, scope)
            elif isinstance(target, ClassRef):
                known_class = _awaited_class(found.project, target.info)
                if known_class is not None:
                    found.add(site_at("call", node, module, scope, *known_class))
                    break


def _handed_results(found: Survey, node: ast.Call, module: ModuleInfo) -> None:
    """``limit(on_breach=answer("page.html"))`` hands on the function that a call gives, as ``limit(on_breach=f)`` does."""
    for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
        if isinstance(value, ast.Call):
            for item in found.project.types.types(value, module.scopes[value]):
                if isinstance(item, FunctionRef):
                    found.uses.setdefault(item.info, []).append(Use(value, module))


def _called_instance(project: Project, value: Instance) -> tuple[str, Api] | None:
    """What waits when ``value`` is called: a library's ``__call__``, or what is annotated to give an awaitable."""
    assert isinstance(value.of, str)
    if value.of in CALLABLES:
        for item in value.args[-1] if value.args else ():
            api = (
                project.catalog.api(item.of)
                if isinstance(item, Instance) and isinstance(item.of, str)
                else None
            )
            if api is not None and api.awaitable:
                return "what is annotated as awaitable", api
        return None
    known = project.catalog.find(f"{value.of}.__call__")
    return known if known is not None and known[1].awaited else None


def _join(found: Survey, node: ast.Call, module: ModuleInfo, thread: Instance) -> None:
    if found.hands.taken(module, node) is Taken.YES:
        return
    scope = module.scopes[node]
    for arg in thread.args:
        for item in arg:
            if isinstance(item, FunctionRef):
                site = Site(
                    "call",
                    node,
                    module,
                    scope,
                    "quart_app.tasks.BackgroundThread.join",
                    "FQ401",
                    scope.owner(),
                    item.info,
                )
                found.joins.setdefault(item.info, []).append(site)


def _awaited_class(project: Project, cls: ClassInfo) -> tuple[str, Api] | None:
    """The library base whose construction must be awaited (a form that reads the request), if there is one."""
    for base in lineage(project.types, cls):
        if (
            isinstance(base, str)
            and (api := project.catalog.api(base))
            and api.kind == "class"
            and api.awaited
        ):
            return base, api
    return None


def _collected(found: Survey, node: ast.Call, module: ModuleInfo, scope: Scope) -> None:
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            continue
        for name, api in classes(found.project, argument, scope):
            if api.iterated and not isinstance(argument, ast.Await):
                site = site_at("collected", argument, module, scope, name, api)
                site.either = may_be_plain(found.project, argument, scope)
                found.seeds.append(site)
                break


def survey_replacements(found: Survey, module: ModuleInfo) -> None:
    """``monkeypatch.setattr(module, "f", g)``, ``monkeypatch.setattr("module.f", g)``, ``mock.patch(..., new=g)``."""
    types = found.project.types
    for node in module.of_type(ast.Call):
        assert isinstance(node, ast.Call)
        names = {item.name for item in found.targets[node] if isinstance(item, External)}
        if not names & REPLACING:
            continue
        scope = module.scopes[node]
        originals, rest = replaced(found.project, node, scope)
        given = [
            *rest,
            *(k.value for k in node.keywords if k.arg in {"new", "side_effect", "wraps", "value"}),
        ]
        for value in given:
            for item in types.types(value, scope):
                if isinstance(item, FunctionRef):
                    for original in originals:
                        found.replacements.setdefault(original, []).append(item.info)


def replaced(project: Project, node: ast.Call, scope: Scope) -> tuple[list[FunctionInfo], list[ast.expr]]:
    """The functions that a patching call replaces, and its arguments behind the target."""
    if not node.args:
        return [], []
    first = node.args[0]
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return _functions(project.lookup(first.value)), node.args[1:]
    if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) and isinstance(node.args[1].value, str):
        owner = project.types.types(first, scope)
        return _functions(project.types.attribute(owner, node.args[1].value)), node.args[2:]
    return [], []


def _functions(types: frozenset[Type]) -> list[FunctionInfo]:
    return [item.info for item in types if isinstance(item, FunctionRef)]
