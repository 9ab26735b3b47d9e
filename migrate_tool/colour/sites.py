"""The places of a project that may have to wait, and what is kept about them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from migrate_tool.catalog import Api, Consumer
from migrate_tool.model.alembic import AlembicFile, alembic_file
from migrate_tool.model.decorators import decorator_consumers, decorator_names
from migrate_tool.model.project import Project
from migrate_tool.model.symbols import FunctionInfo, ModuleInfo, Scope
from migrate_tool.model.types import Type, Types

from .hands import Hands, Taken

#: A property that waits by itself where it is read without ``await``.
AWAITED_PROPERTY = "quart_app.bridge.awaited_property"

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


def site_at(kind: SiteKind, node: ast.AST, module: ModuleInfo, scope: Scope, what: str, api: Api) -> Site:
    """A place where ``node`` waits for what the catalogue says of ``what``."""
    return Site(kind, node, module, scope, what, api.rule or "FQ901", scope.owner())


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
