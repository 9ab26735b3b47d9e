"""Which calls may be calls of certain things of libraries, told by their names before anything is inferred."""

from __future__ import annotations

import ast
from collections.abc import Collection

from migrate_tool.model.project import Project
from migrate_tool.model.spelling import last_name
from migrate_tool.model.symbols import ModuleInfo
from migrate_tool.model.types import External

from .calls import Calls

#: Where a class is named without being handed on.
_ONLY_NAMED = frozenset({"isinstance", "issubclass"})
#: What stands around it in an annotation, or in a list of classes.
_BETWEEN = (ast.Subscript, ast.BinOp, ast.Tuple)


def named_like(project: Project, wanted: Collection[str]) -> set[str]:
    """The last names under which the project may have ``wanted``, qualified names of libraries."""
    catalog = project.catalog
    names = {name.rpartition(".")[2] for name in wanted}
    names |= {alias.rpartition(".")[2] for alias, name in catalog.aliases.items() if name in wanted}
    return names.union(*(project.calls.aliases(name) for name in names))


class Candidates:
    """The calls that may call one of the things ``wanted``."""

    def __init__(self, found: Calls, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self._names = named_like(found.project, wanted)
        #: Whether one of them is kept under another name or handed on: then any call may be one.
        self._all = any(
            self._escapes(found, module, node)
            for name in self._names
            for node, module in found.reads.get(name, ())
        )

    def may_be(self, callee: ast.expr) -> bool:
        """Whether a call of ``callee`` may be one."""
        return self._all or last_name(callee) in self._names

    def _escapes(self, found: Calls, module: ModuleInfo, node: ast.Name | ast.Attribute) -> bool:
        part: ast.AST = node
        parent = module.parents.get(part)
        while isinstance(parent, _BETWEEN):
            part, parent = parent, module.parents.get(parent)
        if isinstance(parent, ast.ClassDef) or _annotates(parent, part):
            return False
        if isinstance(parent, ast.Call) and last_name(parent.func) in _ONLY_NAMED:
            return False
        catalog = found.project.catalog
        return any(
            isinstance(item, External)
            and ((known := catalog.find(item.name)) is not None and known[0] in self._wanted)
            for item in found.project.types.types(node, module.scopes[node])
        )


def _annotates(parent: ast.AST | None, node: ast.AST) -> bool:
    if isinstance(parent, ast.AnnAssign):
        return parent.annotation is node
    return isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and not (
        node in parent.args.defaults or node in parent.args.kw_defaults
    )
