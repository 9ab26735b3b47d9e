"""Every place that guards a route, so that a migration can be held to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from .ancestry import lineage
from .calls import VIEW_DECORATORS, decorators_in
from .guards import HOOKS, ROUTES, Guards
from .symbols import ClassInfo, FunctionInfo, ModuleInfo
from .types import ClassRef, FunctionRef

if TYPE_CHECKING:
    from .project import Project

_ADD_RULE = "flask.sansio.scaffold.Scaffold.add_url_rule"
_REGISTERING = frozenset(name.rpartition(".")[2] for name in (_ADD_RULE, *HOOKS))
_AS_VIEW = "flask.views.View.as_view"


@dataclass(frozen=True, slots=True)
class Guarded:
    """One route, hook or method, and what guards it.

    Attributes:
        path: The file.
        line: Where its function, or the call that registers it, stands.
        name: The function or method.
        route: How it is registered, as it is written in the source; "" for a method that a class registers.
        guards: The names of the guards that are in effect.
    """

    path: PurePosixPath
    line: int
    name: str
    route: str
    guards: frozenset[str]

    @property
    def key(self) -> tuple[PurePosixPath, str, str]:
        """What stays the same when the code around it changes."""
        return self.path, self.name, self.route


def inventory(project: Project, beside: list[Guarded] | None = None) -> list[Guarded]:
    """Everything in the project that is guarded, in order of file and line.

    Args:
        project: the program.
        beside: the places to be compared with; then only these are looked at, and found where they are open as well.
    """
    guards = Guards(project)
    found: list[Guarded] = []
    wanted = None if beside is None else {item.key[:2] for item in beside}
    paths = None if wanted is None else {path for path, _ in wanted}
    for module in project.modules.values():
        if paths is not None and module.path not in paths:
            continue
        for function in module.functions:
            if wanted is None or (module.path, function.qualname) in wanted:
                found += _function(guards, function)
        for call in module.of_type(ast.Call):
            assert isinstance(call, ast.Call)
            found += _added(guards, call, module)
    return sorted(
        (item for item in found if item.guards or beside is not None), key=lambda item: (item.path, item.line)
    )


def _function(guards: Guards, function: FunctionInfo) -> Iterator[Guarded]:
    """The routes and hooks above a function; each is guarded by what stands below it."""
    module, decorators = function.module, function.decorators
    line = getattr(function.node, "lineno", 0)
    registered = False
    for index, node in enumerate(decorators):
        target = node.func if isinstance(node, ast.Call) else node
        if guards.names(target, module) & (ROUTES | HOOKS):
            registered = True
            effective = {name for item in decorators[index + 1 :] if (name := guards.of(item, module))}
            effective |= set(guards.in_body(function))
            yield Guarded(module.path, line, function.qualname, _text(node), frozenset(effective))
    if not registered and function.cls is not None:
        effective = {name for item in decorators if (name := guards.of(item, module))}
        yield Guarded(module.path, line, function.qualname, "", frozenset(effective))


def _added(guards: Guards, call: ast.Call, module: ModuleInfo) -> Iterator[Guarded]:
    """``add_url_rule("/path", view_func=login_required(view))``, ``before_request(check)``."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _REGISTERING:
        return  # by its name, before anything is inferred: the migrated code has to be understood only so far
    names = guards.names(call.func, module)
    if names & HOOKS and call.args:
        view: ast.expr | None = call.args[0]
        route = _text(call.func)
    elif _ADD_RULE in names:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        view = given.get("view_func") or (call.args[2] if len(call.args) > 2 else None)
        rule = given.get("rule") or (call.args[0] if call.args else None)
        route = f"add_url_rule({_text(rule) if rule is not None else ''})"
    else:
        return
    if view is None:
        return
    name, effective = _view(guards, view, module)
    yield Guarded(module.path, call.lineno, name, route, frozenset(effective))


def _view(guards: Guards, node: ast.expr, module: ModuleInfo) -> tuple[str, set[str]]:
    """The name of what a view expression comes down to, and the guards around and on it."""
    effective: set[str] = set()
    while isinstance(node, ast.Call) and node.args and (name := guards.of(node.func, module)):
        effective.add(name)
        node = node.args[0]
    bound = node
    if isinstance(node, ast.Name):
        bound = _assigned(guards, node, module) or node
    if isinstance(bound, ast.Call) and _AS_VIEW in guards.names(bound.func, module):
        owner = bound.func.value if isinstance(bound.func, ast.Attribute) else bound.func
        for item in guards.project.types.types(owner, module.scopes[owner]):
            if isinstance(item, ClassRef):
                return item.info.qualname, effective | _of_class(guards, item.info)
    for item in guards.project.types.types(node, module.scopes[node]):
        if isinstance(item, FunctionRef):
            function = item.info
            effective |= {name for d in function.decorators if (name := guards.of(d, function.module))}
            return function.qualname, effective | set(guards.in_body(function))
    return _text(node), effective


def _assigned(guards: Guards, node: ast.Name, module: ModuleInfo) -> ast.expr | None:
    """``view = X.as_view("x")``: the call behind a name that is assigned once."""
    for bindings in guards.project.types.bindings(node.id, module.scopes[node]):
        values = [getattr(item, "value", None) for item in bindings]
        if len(values) == 1 and isinstance(values[0], ast.Call):
            return values[0]
    return None


def _of_class(guards: Guards, cls: ClassInfo) -> set[str]:
    """What ``decorators = [...]`` puts around every method, the class's own or the nearest ancestor's."""
    for ancestor in lineage(guards.project.types, cls):
        if not isinstance(ancestor, ClassInfo):
            continue
        for statement in ancestor.node.body:
            targets = (
                statement.targets
                if isinstance(statement, ast.Assign)
                else [statement.target]
                if isinstance(statement, ast.AnnAssign)
                else []
            )
            value = getattr(statement, "value", None)
            if (
                any(isinstance(t, ast.Name) and t.id in VIEW_DECORATORS for t in targets)
                and value is not None
            ):
                return {name for item in decorators_in(value) if (name := guards.of(item, ancestor.module))}
    return set()


def _text(node: ast.expr) -> str:
    return ast.unparse(node)


@dataclass(frozen=True, slots=True)
class Kept:
    """A guarded place of the source, and the guards that it no longer has afterwards."""

    guarded: Guarded
    lost: frozenset[str]


def compare(before: list[Guarded], after: list[Guarded]) -> list[Kept]:
    """For each place that was guarded: what it lost. Places of one key are matched in order."""
    exact: dict[tuple[PurePosixPath, str, str], list[Guarded]] = {}
    by_name: dict[tuple[PurePosixPath, str], list[Guarded]] = {}
    for item in after:
        exact.setdefault(item.key, []).append(item)
        by_name.setdefault(item.key[:2], []).append(item)
    result = []
    for item in before:
        # A registration that is written differently afterwards is still that of the same function.
        candidates = exact.get(item.key) or by_name.get(item.key[:2], [])[:1]
        kept = candidates.pop(0).guards if candidates else frozenset[str]()
        result.append(Kept(item, item.guards - kept))
    return result
