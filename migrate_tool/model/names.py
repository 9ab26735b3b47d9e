"""Where a name that is read was bound: Python's scopes, ``global``, and star imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .symbols import Binding, Scope

if TYPE_CHECKING:
    from .project import Project


class Names:
    """Looks names up; what was found for a name in a scope is kept."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._found: dict[Scope, dict[str, list[list[Binding]]]] = {}

    def bindings(self, name: str, scope: Scope) -> list[list[Binding]]:
        """The bindings of the innermost scope that binds ``name`` (a list of at most one list)."""
        known = self._found.get(scope)
        if known is None:
            known = self._found[scope] = {}
        found = known.get(name)
        if found is None:
            found = known[name] = self._look_up(name, scope)
        return found

    def _look_up(self, name: str, scope: Scope) -> list[list[Binding]]:
        for candidate in scope.chain():
            if candidate.outer_names and candidate.outer_names.get(name) == "global":
                candidate = scope.module.scope
            found = candidate.bindings.get(name)
            if found is not None:
                return [found]
            for star in candidate.stars:
                bindings = self._starred(star, name)
                if bindings:
                    return [bindings]
        return []

    def _starred(self, module_name: str, name: str, seen: frozenset[str] = frozenset()) -> list[Binding]:
        module = self._project.module(module_name)
        if module is None or module_name in seen or (name.startswith("_")):
            return []
        if name in module.scope.bindings:
            return module.scope.bindings[name]
        for star in module.scope.stars:
            if bindings := self._starred(star, name, seen | {module_name}):
                return bindings
        return []
