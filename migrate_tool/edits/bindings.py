"""Which names a file binds, and to what."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable

from migrate_tool.project.trees import walk

#: What an import binds a name to: (module, name), name "" for the module itself; None for anything that is no import.
Target = tuple[str, str] | None


def module_of(node: ast.ImportFrom) -> str:
    """The module as written, with its leading dots."""
    return "." * node.level + (node.module or "")


def target_of(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> tuple[str, str]:
    """What ``alias`` imports."""
    return (module_of(node), alias.name) if isinstance(node, ast.ImportFrom) else (alias.name, "")


def bound_by(target: tuple[str, str], local: str) -> tuple[str, Target]:
    """The name that an import binds and to what: ``import a.b`` binds ``a`` to ``a``."""
    module, name = target
    if not name and local == module:
        return module.partition(".")[0], (module.partition(".")[0], "")
    return local, target


def local_of(alias: ast.alias) -> str:
    """The name or dotted module under which the file has what ``alias`` imports."""
    return alias.asname or alias.name


class Bindings:
    """Every name that the file binds in any scope, with what it is bound to."""

    def __init__(self, tree: ast.Module) -> None:
        self._bound: dict[str, Counter[Target]] = {}
        #: Imports of the module body that always run: the local name by (module, name).
        self.top_level: dict[tuple[str, str], str] = {}
        for node in walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    self.bind(*bound_by(target_of(node, alias), local_of(alias)))
            else:
                for name in _bound_by(node):
                    self.bind(name, None)
        for statement in tree.body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                for alias in statement.names:
                    self.top_level.setdefault(target_of(statement, alias), local_of(alias))

    def bind(self, name: str, target: Target) -> None:
        """One more binding."""
        self._bound.setdefault(name, Counter())[target] += 1

    def unbind(self, name: str, target: Target) -> None:
        """One binding less."""
        counts = self._bound.get(name, Counter())
        counts[target] -= 1
        if counts[target] <= 0:
            del counts[target]

    def is_free(self, target: tuple[str, str], local: str) -> bool:
        """Whether the file binds ``local`` nowhere, or only to ``target``."""
        name, bound = bound_by(target, local)
        return all(known == bound for known in self._bound.get(name, ()))

    def free_name(self, name: str, module: str) -> str:
        """A name that says what it is and that the file binds nowhere."""
        base = f"{module.strip('.').rpartition('.')[2]}_{name}".strip("_")
        candidate, number = base, 2
        while self._bound.get(candidate):
            candidate, number = f"{base}_{number}", number + 1
        return candidate


def _bound_by(node: ast.AST) -> Iterable[str]:
    attribute = _NAMING.get(type(node))
    if attribute is None or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)):
        return ()
    names: str | list[str] | None = getattr(node, attribute)
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else names


#: What binds names, and the attribute that holds them.
_NAMING: dict[type[ast.AST], str] = {
    ast.Name: "id",
    ast.FunctionDef: "name",
    ast.AsyncFunctionDef: "name",
    ast.ClassDef: "name",
    ast.arg: "arg",
    ast.ExceptHandler: "name",
    ast.MatchAs: "name",
    ast.MatchStar: "name",
    ast.MatchMapping: "rest",
    ast.Global: "names",
    ast.Nonlocal: "names",
}
