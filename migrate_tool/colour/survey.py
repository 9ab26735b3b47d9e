"""One pass over the model: every place that may have to wait, every call and every other use of a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from migrate_tool.catalog import Api, Consumer
from migrate_tool.model.alembic import AlembicFile, alembic_file
from migrate_tool.model.ancestry import lineage
from migrate_tool.model.decorators import decorator_consumers, decorator_names
from migrate_tool.model.members import direct, values
from migrate_tool.model.project import Project
from migrate_tool.model.results import CALLABLES, THREADS
from migrate_tool.model.symbols import ClassInfo, FunctionInfo, ModuleInfo, Scope
from migrate_tool.model.types import ClassRef, External, FunctionRef, Instance, Type, Types

from .by_name import awaited_by_name
from .hands import Hands, Taken
from .of_versions import helpers_of_versions

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

#: A property that waits by itself where it is read without ``await``.
AWAITED_PROPERTY = "quart_app.bridge.awaited_property"

_JOINS = frozenset(f"{thread}.join" for thread in THREADS)

SiteKind = Literal[
    "call", "read", "with", "for", "comprehension", "collected", "item", "raising", "property", "whole"
]


@dataclass(slots=True, eq=False)
class Site:
    """A place that waits: it needs ``await``, ``async with`` or ``async for``, or the bridge."""

    kind: SiteKind
    node: ast.AST
    module: ModuleInfo
    scope: Scope
    #: What waits: the qualified name of a library's API, or ``path::qualname`` of a project function.
    what: str
    rule: str
    owner: FunctionInfo | None
    callee: FunctionInfo | None = None
    #: Only changed when the function around it is async for another reason.
    soft: bool = False
    #: It is not known what is called: what it gives may be plain.
    unknown: bool = False
    #: What is iterated may be plain as well: a parameter that gets a query here, a list there.
    either: bool = False

    @property
    def line(self) -> int:
        """The line in its file, from 1."""
        return int(
            getattr(self.node, "lineno", 0) or getattr(getattr(self.node, "target", None), "lineno", 0)
        )


@dataclass(slots=True, eq=False)
class Use:
    """A function used as a value: passed, stored, returned."""

    node: ast.expr
    module: ModuleInfo


@dataclass
class Survey:
    """What one pass over the project found."""

    project: Project
    seeds: list[Site] = field(default_factory=list)
    calls: dict[FunctionInfo, list[tuple[ast.Call, ModuleInfo]]] = field(default_factory=dict)
    uses: dict[FunctionInfo, list[Use]] = field(default_factory=dict)
    #: Functions that a test puts in the place of another: they have its colour.
    replacements: dict[FunctionInfo, list[FunctionInfo]] = field(default_factory=dict)
    #: ``thread.join()``, by what the thread runs: it waits if that is a coroutine function.
    joins: dict[FunctionInfo, list[Site]] = field(default_factory=dict)
    #: Assertions that become a ``with``, in which the project's function they are given is called.
    asserting: set[ast.Call] = field(default_factory=set)
    #: For each call, everything it may call.
    targets: dict[ast.Call, frozenset[Type]] = field(default_factory=dict)
    #: Plain functions that give the coroutine of a call to their callers, who await it: where they do so.
    handed_back: dict[FunctionInfo, list[Site]] = field(default_factory=dict)
    #: What Alembic's versions call: it stays synchronous.
    of_versions: set[FunctionInfo] = field(default_factory=set)
    #: Whether reading what has these possibilities is of interest.
    tells: dict[Types, bool] = field(default_factory=dict)
    hands: Hands = field(init=False)

    def __post_init__(self) -> None:
        self.hands = Hands(self.project)

    @cached_property
    def awaited_properties(self) -> frozenset[str]:
        """The names of the project's properties that are ``async def``."""
        return frozenset(
            function.name
            for function in self.project.functions()
            if function.is_async
            and function.cls is not None
            and Consumer.ATTRIBUTE in decorator_consumers(self.project.types, function)
            and not any(name == AWAITED_PROPERTY for _, name in decorator_names(self.project.types, function))
        )

    def hand_back(self, site: Site) -> bool:
        """Record that the function around ``site`` gives it to its callers; whether that is news."""
        assert site.owner is not None
        site.soft = True
        news = site.owner not in self.handed_back
        self.handed_back.setdefault(site.owner, []).append(site)
        return news

    def add(self, site: Site, native: bool = False, entered: bool = False) -> None:
        """A seed, unless something takes care of what it gives.

        Args:
            site: the place.
            native: what is called was asynchronous before the migration: its coroutine may be handed on.
            entered: ``async with`` or ``async for`` takes it as well as ``await``.
        """
        taken = self.hands.taken(site.module, site.node, native, entered)
        if taken is Taken.BACK:
            self.hand_back(site)
        if taken is not Taken.YES:
            self.seeds.append(site)

    def is_native(self, api: Api) -> bool:
        """Whether what the catalogue describes was asynchronous before the migration."""
        return not api.rule or not self.project.uses_flask

    def modules(self) -> Iterator[ModuleInfo]:
        """The modules that are coloured: Alembic's stay synchronous, on a synchronous connection."""
        for module in self.project.modules.values():
            if alembic_file(module) is AlembicFile.NONE:
                yield module

    def own(self) -> Survey:
        """A copy, to add what is found while colouring."""
        handed_back = {function: list(sites) for function, sites in self.handed_back.items()}
        copy = replace(self, seeds=list(self.seeds), handed_back=handed_back)
        copy.hands = self.hands
        return copy


def survey(project: Project) -> Survey:
    """What every call, read, ``with`` and loop of the project is; looked at once and kept."""
    found = project.survey
    if not isinstance(found, Survey):
        found = project.survey = _survey(project)
    return found


def _survey(project: Project) -> Survey:
    found = Survey(project)
    for module in found.modules():
        _calls(found, module)
        _replacements(found, module)
        _reads(found, module)
        _contexts(found, module)
        _loops(found, module)
    helpers = helpers_of_versions(found)
    if helpers:
        found.of_versions = helpers
        found.seeds = [site for site in found.seeds if site.owner not in helpers]
    return found


def _replacements(found: Survey, module: ModuleInfo) -> None:
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


def _calls(found: Survey, module: ModuleInfo) -> None:
    types = found.project.types
    for node in module.of_type(ast.Call):
        assert isinstance(node, ast.Call)
        scope = module.scopes[node]
        targets = types.types(node.func, scope)
        found.targets[node] = targets
        _handed_results(found, node, module)
        for target in targets:
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
                found.seeds.append(site_at("collected", argument, module, scope, name, api))
                break


def _reads(found: Survey, module: ModuleInfo) -> None:
    types = found.project.types
    for node in module.of_type(ast.Name, ast.Attribute):
        assert isinstance(node, ast.Name | ast.Attribute)
        if not isinstance(node.ctx, ast.Load):
            continue
        scope = module.scopes[node]
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
            if found.hands.spent(module, node):
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


def _contexts(found: Survey, module: ModuleInfo) -> None:
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


def _loops(found: Survey, module: ModuleInfo) -> None:
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
                site.either = _may_be_plain(found.project, node.iter, scope)
                found.seeds.append(site)
                break


#: What holds its elements and waits for none.
_PLAIN = frozenset({"list", "tuple", "set", "frozenset", "dict"})


def _may_be_plain(project: Project, node: ast.expr, scope: Scope) -> bool:
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
    for item in values(project.types, project.types.types(node, scope)):
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


def site_at(kind: SiteKind, node: ast.AST, module: ModuleInfo, scope: Scope, what: str, api: Api) -> Site:
    """A place where ``node`` waits for what the catalogue says of ``what``."""
    return Site(kind, node, module, scope, what, api.rule or "FQ901", scope.owner())
