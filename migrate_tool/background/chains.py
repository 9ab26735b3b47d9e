"""From what is started to what reads the request: the chains, and what may be done about each."""

from __future__ import annotations

import ast
from collections import deque
from dataclasses import dataclass, field

from migrate_tool.catalog import Consumer
from migrate_tool.colour.boundaries import Boundaries
from migrate_tool.model import Project
from migrate_tool.model.symbols import FunctionInfo, ModuleInfo
from migrate_tool.model.types import External, FunctionRef
from migrate_tool.project.trees import walk

from .calls import Calls
from .needs import Need, Needs, own_context, written_in_g
from .starts import JOBS, Start, starts

_COPIES = "flask.copy_current_request_context"
_FINE = {Consumer.WORKER, Consumer.SPAWNS, Consumer.PASSES}


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """One function of the project calls another."""

    caller: FunctionInfo
    callee: FunctionInfo
    node: ast.Call
    module: ModuleInfo

    @property
    def place(self) -> str:
        """``path:line``."""
        return f"{self.module.path}:{self.node.lineno}"


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """From a start over calls to a read."""

    start: Start
    edges: tuple[Edge, ...]
    need: Need

    @property
    def functions(self) -> list[FunctionInfo]:
        """Everything on it, the work itself first."""
        return [self.start.target, *(edge.callee for edge in self.edges)]

    def words(self) -> str:
        """The chain in one line."""
        steps = [f"{self.start.target.qualname}"]
        steps += [f"{edge.callee.qualname} ({edge.place})" for edge in self.edges]
        return f"{' -> '.join(steps)} reads {self.need.text} ({self.need.place})"


@dataclass(slots=True)
class Plan:
    """What is to be done in the whole project."""

    found: Calls
    #: What each function gets, by the value: its name there.
    parameters: dict[FunctionInfo, dict[str, str]] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    #: The starts that pass a value, with the chains that say why.
    passing: dict[Start, dict[str, Chain]] = field(default_factory=dict)
    #: The reads that a parameter takes the place of.
    replaced: dict[Need, str] = field(default_factory=dict)
    #: Chains that cannot be closed, with the reason.
    blocked: list[tuple[Chain, str]] = field(default_factory=list)
    #: Functions that are called where no start passes anything, too.
    both_ways: set[FunctionInfo] = field(default_factory=set)
    #: ``copy_current_request_context`` inside of background work.
    late_copies: list[tuple[Start, FunctionInfo, ast.AST]] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.chains or self.late_copies)


def plan(project: Project) -> Plan | None:
    """Follow all background work of the project; None if there is none."""
    if not any(_starts_work(module) for module in project.modules.values()):
        return None
    found = Calls(project)
    begun = list(starts(found))
    if not begun:
        return None
    return _Planner(found, begun).plan


#: What starts work elsewhere; a project that imports none of them is spared a second look.
_LIBRARIES = {
    "threading",
    "concurrent",
    "celery",
    "rq",
    "flask_rq",
    "flask_rq2",
    "apscheduler",
    "flask_apscheduler",
}
_LIBRARIES |= {"flask_executor", "quart_app"}


def _starts_work(module: ModuleInfo) -> bool:
    for node in module.of_type(ast.Import, ast.ImportFrom):
        names = (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in getattr(node, "names", ())]
        )
        if any(name.partition(".")[0] in _LIBRARIES for name in names):
            return True
    return False


class _Planner:
    def __init__(self, found: Calls, begun: list[Start]) -> None:
        self.found = found
        self.limits = Boundaries(found.survey)
        self.plan = Plan(found)
        self.needs = Needs(found)
        self._edges: dict[FunctionInfo, list[Edge]] = {}
        per_start = {start: self._chains(start) for start in begun}
        self.plan.chains = [chain for chains in per_start.values() for chain in chains]
        self._decide(per_start)
        self._both_ways()

    def _calls(self, function: FunctionInfo) -> list[Edge]:
        """The functions of the project that ``function`` calls."""
        edges = self._edges.get(function)
        if edges is None:
            edges = self._edges[function] = []
            module = function.module
            for node in self.found.within(function):
                targets = self.found.targets(node, module)
                called = {item.info for item in targets if isinstance(item, FunctionRef)}
                # In an order of their own: of two ways of one length the report names the same one every time.
                for callee in sorted(called, key=lambda item: (item.where, item.node.lineno)):
                    edges.append(Edge(function, callee, node, module))
        return edges

    # -- following ----------------------------------------------------------------------------------------------

    def _chains(self, start: Start) -> list[Chain]:
        ways: dict[FunctionInfo, tuple[Edge, ...]] = {}
        queue: deque[tuple[FunctionInfo, tuple[Edge, ...]]] = deque([(start.target, ())])
        while queue:
            function, way = queue.popleft()
            if function in ways or own_context(function):
                continue
            ways[function] = way
            queue.extend((edge.callee, (*way, edge)) for edge in self._calls(function))
        written = set().union(*(written_in_g(function) for function in ways)) if ways else set()
        chains = []
        for function, way in ways.items():
            for node in self._late_copies(function):
                self.plan.late_copies.append((start, function, node))
            for need in self.needs.of(function):
                if need.roots == {"flask.g"} and need.name in written:
                    continue
                chains.append(Chain(start, way, need))
        return chains

    def _late_copies(self, function: FunctionInfo) -> list[ast.AST]:
        found: list[ast.AST] = []
        for node in walk(function.node):
            if isinstance(node, ast.Name | ast.Attribute) and node in function.module.scopes:
                if node in function.decorators or any(node in walk(item) for item in function.decorators):
                    continue
                types = self.found.project.types.types(node, function.module.scopes[node])
                if any(isinstance(item, External) and item.name == _COPIES for item in types):
                    found.append(node)
        return found[:1]

    # -- deciding -------------------------------------------------------------------------------------------------

    def _decide(self, per_start: dict[Start, list[Chain]]) -> None:
        accepted: list[Chain] = []
        background = {
            function for chains in per_start.values() for chain in chains for function in chain.functions
        }
        for chains in per_start.values():
            for chain in chains:
                reason = self._blocked(chain, background)
                if reason:
                    self.plan.blocked.append((chain, reason))
                else:
                    accepted.append(chain)
        for chain in accepted:
            value = chain.need.value
            between = self._between(chain)
            for function in between:
                self._parameter(function, chain.need)
            self.plan.edges += [
                edge
                for function in between
                for edge in self._calls(function)
                if edge.callee in between and edge not in self.plan.edges
            ]
            self.plan.passing.setdefault(chain.start, {}).setdefault(value, chain)
            self.plan.replaced[chain.need] = self.plan.parameters[chain.need.function][value]

    def _between(self, chain: Chain) -> list[FunctionInfo]:
        """Every function on any way from the work to the read."""
        reached = self._reached(chain.start.target)
        callers: dict[FunctionInfo, set[FunctionInfo]] = {}
        for function in reached:
            for edge in self._calls(function):
                callers.setdefault(edge.callee, set()).add(function)
        found = [chain.need.function]
        for function in found:
            found += [
                caller for caller in callers.get(function, ()) if caller in reached and caller not in found
            ]
        return found

    def _reached(self, target: FunctionInfo) -> set[FunctionInfo]:
        found: set[FunctionInfo] = set()
        queue = [target]
        while queue:
            function = queue.pop()
            if function not in found and not own_context(function):
                found.add(function)
                queue += [edge.callee for edge in self._calls(function)]
        return found

    def _parameter(self, function: FunctionInfo, need: Need) -> None:
        names = self.plan.parameters.setdefault(function, {})
        if need.value not in names:
            # One name along the whole chain, unless a function uses it for something else.
            taken = set(function.scope.bindings) | set(names.values())
            name = need.name
            if name in taken:
                name = f"acting_{name}"
            while name in taken:
                name += "_"
            names[need.value] = name

    def _blocked(self, chain: Chain, background: set[FunctionInfo]) -> str:
        if chain.need.reason:
            return f"{chain.need.text} {chain.need.reason}"
        if chain.start.owner is None:
            return "it is started at import, where there is no request"
        if chain.start.owner in background:
            return f"{chain.start.owner.qualname} is background work itself"
        if chain.start.passing == "none":
            return f"{chain.start.what} passes no further arguments here"
        if chain.start.passing == "mapping" and len(chain.start.node.args) > chain.start.mapping:
            return "kwargs is given by position"
        for function in self._between(chain):
            reason = self._closed(function)
            if reason:
                return reason
        return ""

    def _closed(self, function: FunctionInfo) -> str:
        node = function.node
        if isinstance(node, ast.Lambda):
            return "a lambda takes no further argument"
        if node.args.posonlyargs:
            return f"{function.qualname} has positional-only parameters"
        if len(self.limits.group(function)) > 1:
            return f"{function.qualname} is overridden"
        for name, api in self.limits.library_decorators(function):
            if name not in JOBS and (api is None or api.decorates not in _FINE):
                return f"{function.qualname} is decorated with {name}"
        return ""

    def _both_ways(self) -> None:
        named = {start.named for start in self.plan.passing}
        for function, names in self.plan.parameters.items():
            called = (
                caller
                for node, module in self.found.of(function)
                if (caller := module.scopes[node].owner()) not in self.plan.parameters
                or not names.keys() <= self.plan.parameters[caller].keys()
            )
            if any(True for _ in called) or self.found.is_used(function, named):
                self.plan.both_ways.add(function)
        # What a function hands on that may be without a value is handed on to functions that may be, too.
        changed = True
        while changed:
            changed = False
            for edge in self.plan.edges:
                if edge.caller in self.plan.both_ways and edge.callee not in self.plan.both_ways:
                    self.plan.both_ways.add(edge.callee)
                    changed = True
