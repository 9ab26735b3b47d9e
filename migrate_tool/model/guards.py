"""What guards a route: the libraries' decorators, and those that the project wrote itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrate_tool.project.trees import walk

from .members import CURRENT_USER, direct
from .spelling import last_name
from .symbols import FunctionInfo, ModuleInfo
from .types import FunctionRef

if TYPE_CHECKING:
    from .project import Project

LIBRARY_GUARDS = frozenset(
    {"flask_login.login_required", "flask_login.fresh_login_required", "flask_principal.Permission.require"}
)
ROUTES = frozenset(
    f"flask.sansio.scaffold.Scaffold.{name}" for name in ("route", "get", "post", "put", "patch", "delete")
)
#: What runs before a view, and may refuse in its place.
HOOKS = frozenset({"flask.sansio.scaffold.Scaffold.before_request", "flask.Blueprint.before_app_request"})

#: How guards of libraries that the catalogue does not know are called.
_BY_NAME = re.compile(r"(?:^|_)(?:required|requires?|accepted|protected)(?:_|$)")
_IDENTITY = frozenset({CURRENT_USER, "flask.session", "flask.g"})
_IDENTITY_ATTRIBUTES = frozenset(name.rpartition(".")[2] for name in _IDENTITY)
_CREDENTIALS = frozenset({"authorization", "headers", "cookies"})
_REFUSALS = frozenset({"flask.redirect", "flask_login.LoginManager.unauthorized"})
_REFUSING = frozenset(name.rpartition(".")[2] for name in _REFUSALS)
_REFUSED = frozenset({401, 403})
#: One guard may be defined several times, for production and for tests. What can be more functions than this is whatever a wrapper was
#: given to call: that one of all those views refuses somebody guards none of the others.
_MOST_DEFINITIONS = 4
_ERRORS = frozenset({"Unauthorized", "Forbidden", "PermissionDenied"})


class Guards:
    """Recognises guards; one object for a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._own: dict[FunctionInfo, bool] = {}

    def names(self, node: ast.expr, module: ModuleInfo) -> frozenset[str]:
        """The catalogue's names of what ``node`` can be."""
        types = self.project.types
        return types.library_names(types.types(node, module.scopes[node]))

    def of(self, node: ast.expr, module: ModuleInfo) -> str | None:
        """The name of the guard that ``node`` is, as decorator or as a call that wraps a view; None if it is none."""
        target = node.func if isinstance(node, ast.Call) else node
        if isinstance(node, ast.Call) and last_name(target) == "sync_decorator" and node.args:
            return self.of(node.args[0], module)
        names = self.names(target, module)
        for name in sorted(names & LIBRARY_GUARDS):
            return name
        functions = [
            item.info
            for item in self.project.types.types(target, module.scopes[target])
            if isinstance(item, FunctionRef)
        ]
        if functions:
            guarding = sorted(function.where for function in functions if self.guarding(function))
            if len(functions) > _MOST_DEFINITIONS and len(guarding) < len(functions):
                return None
            return guarding[0] if guarding else None
        last = last_name(target)
        return (
            last if last and _BY_NAME.search(last) and (names or isinstance(target, ast.Attribute)) else None
        )

    def guarding(self, function: FunctionInfo) -> bool:
        """Whether ``function``, used as a decorator or called in a view, may refuse the visitor."""
        if function not in self._own:
            self._own[function] = False  # the answer to a question that comes back to itself
            self._own[function] = self._refuses(function) or self._applies_a_guard(function)
        return self._own[function]

    def _refuses(self, function: FunctionInfo) -> bool:
        # First what can be seen without inferring anything: most functions refuse nobody.
        inside = list(_inside(function, function.node))
        return any(self._is_refusal(node, function.module) for node in inside) and any(
            self._asks_who_it_is(node, function.module) for node in inside
        )

    def _asks_who_it_is(self, node: ast.AST, module: ModuleInfo) -> bool:
        if isinstance(node, ast.Attribute) and node.attr in _CREDENTIALS:
            return "flask.request" in self.names(node.value, module)
        return bool(self._named(node, module) & _IDENTITY)

    def _named(self, node: ast.AST, module: ModuleInfo) -> set[str]:
        """What of a library ``node`` names by import or behind a module's dot; nothing is inferred for other names."""
        if isinstance(node, ast.Name) or (
            isinstance(node, ast.Attribute) and node.attr in _IDENTITY_ATTRIBUTES
        ):
            return {
                known[0] if (known := self.project.catalog.find(item.name)) else item.name
                for item in direct(self.project.types, node, module.scopes[node])
            }
        return set()

    def _is_refusal(self, node: ast.AST, module: ModuleInfo) -> bool:
        if isinstance(node, ast.Constant):
            return node.value in _REFUSED and type(node.value) is int
        if isinstance(node, ast.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            return last_name(raised) in _ERRORS
        return (
            isinstance(node, ast.Call)
            and last_name(node.func) in _REFUSING
            and bool(self.names(node.func, module) & _REFUSALS)
        )

    def _applies_a_guard(self, function: FunctionInfo) -> bool:
        """``def admin(view): return login_required(check(view))``."""
        given = {parameter.node.arg for parameter in function.parameters}
        for node in _inside(function, function.node):
            if (
                isinstance(node, ast.Call)
                and any(isinstance(item, ast.Name) and item.id in given for item in node.args)
                and self.of(node.func, function.module)
            ):
                return True
        return False

    def in_body(self, function: FunctionInfo) -> Iterator[str]:
        """Guards that a view asks itself: by a call, by ``with``, or by looking at the user and refusing."""
        asked = refused = False
        for statement in [] if isinstance(function.node, ast.Lambda) else function.node.body:
            for node in _inside(function, statement):
                if isinstance(node, ast.Call) and (name := self.of(node, function.module)):
                    yield name
                asked = asked or CURRENT_USER in self._named(node, function.module)
                refused = refused or self._is_refusal(node, function.module)
        if asked and refused:
            yield CURRENT_USER


def _inside(function: FunctionInfo, node: ast.AST) -> Iterator[ast.AST]:
    """``node`` and what is below it, as far as the model has read it."""
    return (item for item in walk(node) if not isinstance(item, ast.expr) or item in function.module.scopes)
