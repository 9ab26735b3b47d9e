"""How long the columns are that password hashes go into."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

from migrate_tool.model import Project
from migrate_tool.model.symbols import ClassInfo, ModuleInfo
from migrate_tool.model.types import ClassRef, FunctionRef

from .python_file import PythonFile, argument

#: An attribute, and the classes that it may be of.
_Attribute: TypeAlias = tuple[str, set[ClassInfo | None]]

_COLUMNS = ("Column", "mapped_column")
_TEXT_TYPES = frozenset({"CHAR", "NVARCHAR", "String", "Unicode", "VARCHAR"})


def shortest_column(file: PythonFile, call: ast.Call) -> int | None:
    """The length of the shortest column that gets what ``call`` returns; None where none is known that has one."""
    lengths: list[int] = []
    found = [*_attributes(file.project, file.module, call), *_returned(file.project, file.module, call)]
    for attribute, owners in found:
        declared = _declared(file.project, attribute)
        own = [length for of, length in declared if of in owners]
        lengths += own or [length for _, length in declared]
    return min(lengths, default=None)


def _returned(project: Project, module: ModuleInfo, value: ast.expr) -> Iterator[_Attribute]:
    """The attributes that get ``value`` from calls of the function that returns it."""
    maker = module.scopes[value].owner()
    if maker is None or not isinstance(module.parents.get(value), ast.Return):
        return
    for call, other in project.calls.named(maker.name):
        if any(
            isinstance(item, FunctionRef) and item.info is maker
            for item in project.types.types(call.func, other.scopes[call])
        ):
            yield from _attributes(project, other, call)


def _attributes(project: Project, module: ModuleInfo, value: ast.expr) -> Iterator[_Attribute]:
    """The attributes that get ``value``, at once or through one local name, with the classes they may be of."""
    yield from _given_to(project, module, value)
    parent = module.parents.get(value)
    if isinstance(parent, ast.Assign):
        owner = module.scopes[parent].owner()
        for target in parent.targets:
            if not isinstance(target, ast.Name):
                continue
            for name in module.named(target.id):
                if isinstance(name.ctx, ast.Load) and module.scopes[name].owner() is owner:
                    yield from _given_to(project, module, name)


def _given_to(project: Project, module: ModuleInfo, value: ast.expr) -> Iterator[_Attribute]:
    parent = module.parents.get(value)
    if isinstance(parent, ast.keyword) and parent.arg is not None:
        call = module.parents.get(parent)
        if isinstance(call, ast.Call):
            types = project.types.types(call.func, module.scopes[call])
            yield parent.arg, {item.info for item in types if isinstance(item, ClassRef)}
    elif isinstance(parent, ast.Assign):
        for target in parent.targets:
            if isinstance(target, ast.Attribute):
                owner = module.scopes[target].owner()
                own = isinstance(target.value, ast.Name) and target.value.id == "self" and owner is not None
                yield target.attr, {owner.cls} if own and owner is not None else set()


def _declared(project: Project, attribute: str) -> list[tuple[ClassInfo | None, int]]:
    """The columns of this name in the project: of which class, how long."""
    found: list[tuple[ClassInfo | None, int]] = []
    for maker in _COLUMNS:
        for call, module in project.calls.named(maker):
            statement = module.parents.get(call)
            targets = (
                statement.targets
                if isinstance(statement, ast.Assign)
                else [statement.target]
                if isinstance(statement, ast.AnnAssign)
                else []
            )
            scope = module.scopes[call]
            named = any(isinstance(target, ast.Name) and target.id == attribute for target in targets)
            if named and scope.cls is not None and (length := _length(call)) is not None:
                found.append((scope.cls, length))
    return found


def _length(column: ast.Call) -> int | None:
    """The length in ``Column("name", String(128))``."""
    for item in [*column.args[:2], *(keyword.value for keyword in column.keywords if keyword.arg == "type_")]:
        if not isinstance(item, ast.Call):
            continue
        called = item.func.attr if isinstance(item.func, ast.Attribute) else getattr(item.func, "id", "")
        length = argument(item, "length", 0)
        if called in _TEXT_TYPES and isinstance(length, ast.Constant) and type(length.value) is int:
            return length.value
    return None
