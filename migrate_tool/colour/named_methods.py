"""Methods that a library is told of by their name: ``price = fields.Method("find_price")``."""

from __future__ import annotations

import ast

from migrate_tool.model.ancestry import subclasses
from migrate_tool.model.project import Project
from migrate_tool.model.symbols import ClassInfo, FunctionInfo
from migrate_tool.model.types import External

#: By what is called: the arguments that name a method of the class in whose body that stands. It is called and not awaited.
_NAMING: dict[str, tuple[tuple[int, str], ...]] = {
    "marshmallow.fields.Method": ((0, "serialize"), (1, "deserialize")),
}


def named_methods(project: Project) -> dict[FunctionInfo, str]:
    """The methods that are called by name, each with what was told the name."""
    found: dict[FunctionInfo, str] = {}
    for last in {name.rpartition(".")[2] for name in _NAMING}:
        for call, module in project.calls.named(last):
            scope = module.scopes[call]
            if scope.cls is None or scope.kind != "class":
                continue
            for target in project.types.types(call.func, scope):
                if isinstance(target, External) and target.name in _NAMING:
                    for method in _methods(project, scope.cls, call, target.name):
                        found[method] = target.name
    return found


def _methods(project: Project, cls: ClassInfo, call: ast.Call, name: str) -> list[FunctionInfo]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    names = set()
    for position, keyword in _NAMING[name]:
        value = given.get(keyword, call.args[position] if position < len(call.args) else None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            names.add(value.value)
    family = [cls, *subclasses(project.types, cls)]
    return [other.methods[wanted] for other in family for wanted in names if wanted in other.methods]
