"""Which functions become ``async def``, and what happens at every place that waits: solved for the whole project."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from migrate_tool.model.project import Project
from migrate_tool.model.symbols import FunctionInfo, ModuleInfo, Scope
from migrate_tool.model.types import ClassRef, External, FunctionRef, Instance

from .boundaries import Boundaries
from .elements import elements
from .generators import kept_generator
from .hands import Taken
from .kept_functions import keeps
from .model_attributes import loading_reads
from .model_properties import Readers
from .modes import ASYNC_MODES, Boundary
from .raising import raising
from .sites import Site, Survey
from .starting import closings, starting
from .survey import survey
from .unknown_receivers import BLOCK, unknown_receivers
from .views import views

#: What a place that waits becomes: ``await x``, ``await maybe_await(x)`` (some of what it may call is not async),
#: ``wait(x)`` in the bridge, ``run(x)`` where no loop may be running, ``maybe_wait(x)`` for what need not wait; "leave":
#: synchronous code that is right as it is.
Action = Literal["await", "maybe", "wait", "run", "maybe_wait", "leave"]


@dataclass(slots=True, eq=False)
class Decision:
    """What is done at one site, and why when it is not an ``await``."""

    site: Site
    action: Action
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Because:
    """Why a function turns async, where the reason is no place: in words, and the function whose own reason is behind it."""

    text: str
    by: FunctionInfo | None = None


@dataclass(slots=True)
class Colouring:
    """The solution.

    Attributes:
        reasons: every function that must become ``async def``, with the site that forced it.
        decisions: what happens at each site, by node and kind.
        boundaries: the functions that wait but stay synchronous.
    """

    survey: Survey
    limits: Boundaries
    reasons: dict[FunctionInfo, Site | Because] = field(default_factory=dict)
    decisions: dict[tuple[ast.AST, str], Decision] = field(default_factory=dict)
    boundaries: dict[FunctionInfo, Boundary] = field(default_factory=dict)
    _by_module: dict[ModuleInfo, list[Decision]] = field(default_factory=dict)

    def is_async(self, function: FunctionInfo | None) -> bool:
        """Whether ``function`` is ``async def`` after the migration."""
        return function is not None and (function.is_async or function in self.reasons)

    def becomes_async(self, function: FunctionInfo) -> bool:
        """Whether the migration makes ``function`` ``async def``."""
        return function in self.reasons and not function.is_async

    def owner_is_async(self, scope: Scope) -> bool:
        """Whether code in ``scope`` may await."""
        return self.is_async(scope.owner())

    def decision(self, node: ast.AST, kind: str) -> Decision | None:
        """What happens at ``node``."""
        return self.decisions.get((node, kind))

    def decisions_in(self, module: ModuleInfo) -> list[Decision]:
        """What happens in one file, once everything is decided."""
        if not self._by_module:
            for decision in self.decisions.values():
                self._by_module.setdefault(decision.site.module, []).append(decision)
        return self._by_module.get(module, [])


def solve(project: Project) -> Colouring:
    """Colour the project: from what must be awaited, over callers, to a fixpoint."""
    found = survey(project).own()
    found.seeds += [*elements(found), *starting(found), *closings(found), *raising(found)]
    colouring = Colouring(found, Boundaries(found))
    _Solver(colouring).solve()
    return colouring


class _Solver:
    def __init__(self, colouring: Colouring) -> None:
        self.colouring = colouring
        self.survey = colouring.survey
        self.types = colouring.survey.project.types
        self.queue: deque[Site] = deque(site for site in self.survey.seeds if not site.soft)
        self.placed: list[Site] = []
        #: Found while colouring: only changed where the function around them is async for another reason.
        self.soft: list[Site] = []
        self.readers = Readers(colouring.survey)

    def solve(self) -> None:
        for function in list(self.survey.project.functions()):
            if function.is_async:
                self._callers(function)
                self.queue.extend(self.survey.joins.get(function, ()))
        for function in list(self.survey.handed_back):
            self._callers(function)
        self._spread()
        for view in views(self.colouring.limits):
            self._colour(view, Because("it is a view, which Quart awaits"))
        self._spread()
        if self.survey.project.uses_flask:
            self.soft += loading_reads(self.survey, set(self.colouring.reasons))
        self.placed += [*(site for site in self.survey.seeds if site.soft), *self.soft]
        self.placed += unknown_receivers(
            self.survey, list(filter(self.colouring.is_async, self._functions()))
        )
        for site in self.placed:
            self.colouring.decisions.setdefault((site.node, site.kind), self._decide(site))

    def _functions(self) -> Iterator[FunctionInfo]:
        return self.survey.project.functions()

    def _spread(self) -> None:
        """Place every site that is waiting, and those that colouring its function brings."""
        while self.queue:
            site = self.queue.popleft()
            self.placed.append(site)
            owner = site.owner
            if owner is None or self.colouring.is_async(owner):
                continue
            boundary = self.colouring.limits.of(owner)
            if boundary.mode in ASYNC_MODES:
                self._colour(owner, site)
            else:
                self.colouring.boundaries[owner] = boundary

    def _colour(self, function: FunctionInfo, reason: Site | Because) -> None:
        pending: list[tuple[FunctionInfo, Site | Because]] = [(function, reason)]
        while pending:
            current, why = pending.pop()
            if current in self.colouring.reasons:
                continue
            if self.colouring.limits.of(current).mode not in ASYNC_MODES:
                continue
            self.colouring.reasons[current] = why
            self.queue.extend(self.survey.joins.get(current, ()))
            if not current.is_async:
                self._callers(current)
                if self.colouring.limits.of(current).mode == "property":
                    self._readers_of(current)
            why = Because(f"it overrides or is overridden by {current.where}", current)
            pending += [
                (other, why) for other in self.colouring.limits.group(current) if other is not current
            ]
            for replacement in self.survey.replacements.get(current, ()):
                # It is called in the place of a function that is awaited, whatever it may be else.
                if replacement not in self.colouring.reasons and not isinstance(replacement.node, ast.Lambda):
                    self.colouring.reasons[replacement] = Because(
                        f"a test puts it in the place of {current.where}", current
                    )
            for decorated, decorator in self._wrapped_by(current):
                because = Because(f"decorated with {decorator.where}, whose wrapper awaits", current)
                if keeps(self.survey.project, decorator):
                    self._callers(decorated)
                    continue
                pending.append((decorated, because))
                if self.colouring.limits.of(decorated).mode not in ASYNC_MODES:
                    # It stays as it is, but what a call of it gives is what the wrapper gives.
                    self._callers(decorated)

    def _callers(self, function: FunctionInfo) -> None:
        """Every call of a coloured function is a place that waits."""
        if function.is_generator:
            return
        native = function.is_async or function in self.survey.handed_back
        for call, module in self.survey.calls.get(function, ()):
            scope = module.scopes[call]
            site = Site("call", call, module, scope, function.where, "FQ901", scope.owner(), function)
            taken = self.survey.hands.taken(module, call, native)
            if taken is Taken.NO:
                self.queue.append(site)
            elif taken is Taken.BACK:
                self.soft.append(site)
                if self.survey.hand_back(site):
                    assert site.owner is not None
                    self._callers(site.owner)

    def _readers_of(self, getter: FunctionInfo) -> None:
        """Every read of a property that waits: another property of a model waits too, all others may."""
        for site in self.readers.of(getter):
            if site.owner is not None and self.colouring.limits.of(site.owner).mode == "property":
                site.soft = False
                self.queue.append(site)
            else:
                self.soft.append(site)

    def _wrapped_by(self, wrapper: FunctionInfo) -> list[tuple[FunctionInfo, FunctionInfo]]:
        """The functions that are decorated so that calling them calls ``wrapper``."""
        found: list[tuple[FunctionInfo, FunctionInfo]] = []
        outer = wrapper.outer.owner()
        # ``@logged`` and ``@logged(level=2)``: what takes options gives the wrapper itself where it is handed the function.
        while outer is not None:
            if any(
                isinstance(item, FunctionRef) and item.info is wrapper
                for item in self.types.function_value(outer)
            ):
                found += [(function, outer) for function in self.types.decorated_by(outer)]
            outer = outer.outer.owner()
        return found

    # -- decisions -------------------------------------------------------------------------------------------

    def _decide(self, site: Site) -> Decision:
        owner = site.owner
        if site.soft and not self.colouring.is_async(owner):
            return Decision(site, "leave")
        if site.unknown:
            return self._decide_unknown(site)
        if owner is None:
            return Decision(site, "run", "at import time no loop runs")
        if self.colouring.is_async(owner):
            if kept_generator(self.survey, site):
                if site.kind in {"property", "whole"}:
                    return Decision(site, "leave")
                return Decision(
                    site, "wait", "a generator expression with await inside would be asynchronous"
                )
            return Decision(site, "maybe" if self._mixed(site) else "await")
        boundary = self.colouring.limits.of(owner)
        if self._mixed(site):
            return Decision(site, "maybe_wait", boundary.reason)
        return Decision(site, "run" if boundary.mode == "run" else "wait", boundary.reason)

    def _decide_unknown(self, site: Site) -> Decision:
        if not self.colouring.is_async(site.owner):
            by_name = isinstance(site.node, ast.Call) and isinstance(site.node.func, ast.Name)
            if by_name and site.what != BLOCK:
                return Decision(site, "leave")
            return Decision(
                site, "maybe_wait", "it is not known what it is called on, and nothing else waits here"
            )
        if kept_generator(self.survey, site):
            return Decision(
                site, "maybe_wait", "a generator expression with await inside would be asynchronous"
            )
        return Decision(site, "maybe", "it is not known what it is called on")

    def _is_of_unknown(self, member: External) -> bool:
        """Whether it belongs to an object of a class that nothing here describes: a mock that a test puts in the place of a session."""
        cls = member.receiver.of if isinstance(member.receiver, Instance) else None
        catalog = self.survey.project.catalog
        if not isinstance(cls, str) or "." not in cls:
            return False
        return catalog.api(cls) is None and catalog.find(member.name) is None

    def _mixed(self, site: Site) -> bool:
        """Whether some of what a call may call stays synchronous."""
        if site.kind != "call" or not isinstance(site.node, ast.Call):
            return False
        catalog = self.survey.project.catalog
        for target in self.survey.targets.get(site.node, frozenset()):
            if isinstance(target, FunctionRef) and not (
                self.colouring.is_async(target.info) or target.info in self.survey.handed_back
            ):
                return True
            if isinstance(target, External):
                api = catalog.api(target.name)
                if api is not None and not (api.awaited or api.starts or api.awaitable):
                    return True
                if api is None and self._is_of_unknown(target):
                    return True
            if isinstance(target, ClassRef | Instance):
                continue
        return False
