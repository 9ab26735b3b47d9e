"""Where the functions of a project are called, handed on and used as decorators, found by name."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from .inference import SETS_DEFAULTS
from .spelling import last_name
from .symbols import Assigned, ClassInfo, FunctionInfo, ModuleInfo, Parameter

if TYPE_CHECKING:
    from .project import Project

#: Class attributes that hold decorators of views: Flask's, and those of Flask-RESTful and Flask-RESTX.
VIEW_DECORATORS = frozenset({"decorators", "method_decorators"})


def decorators_in(value: ast.expr | None) -> list[ast.expr]:
    """The decorators in a list, or in the lists of a dictionary by verb."""
    if isinstance(value, ast.Dict):
        return [item for listed in value.values for item in decorators_in(listed)]
    return list(value.elts) if isinstance(value, ast.List | ast.Tuple) else []


class Calls:
    """The calls of a project, by what they are called by."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._calls: dict[str, list[tuple[ast.Call, ModuleInfo]]] | None = None

    @cached_property
    def _aliases(self) -> dict[str, set[str]]:
        """``from x import original as alias``, ``x.alias = original``, ``set_defaults(alias=original)``: originals by alias."""
        found: dict[str, set[str]] = {}
        functions = {function.name for function in self._project.functions()}

        def hold(alias: str | None, value: ast.expr) -> None:
            original = last_name(value)
            if alias and original != alias and original in functions:
                found.setdefault(alias, set()).add(original)

        for module in self._project.modules.values():
            for node in module.of_type(ast.ImportFrom):
                assert isinstance(node, ast.ImportFrom)
                for alias in node.names:
                    if alias.asname and alias.asname != alias.name:
                        found.setdefault(alias.asname, set()).add(alias.name)
            for node in module.of_type(ast.Assign):
                assert isinstance(node, ast.Assign)
                for target in node.targets:
                    hold(last_name(target), node.value)
            for node in module.of_type(ast.Call):
                assert isinstance(node, ast.Call)
                if last_name(node.func) == SETS_DEFAULTS:
                    for keyword in node.keywords:
                        hold(keyword.arg, keyword.value)
        return found

    def aliases(self, name: str) -> set[str]:
        """The other names under which ``name`` is imported somewhere."""
        return {alias for alias, originals in self._aliases.items() if name in originals}

    def named(self, name: str) -> list[tuple[ast.Call, ModuleInfo]]:
        """Every call and decorator whose callee ends in ``name`` (import aliases included)."""
        if self._calls is None:
            self._calls = {}
            for module in self._project.modules.values():
                for call in module.of_type(ast.Call):
                    assert isinstance(call, ast.Call)
                    called = last_name(call.func)
                    if called:
                        self._calls.setdefault(called, []).append((call, module))
            direct = {known: list(calls) for known, calls in self._calls.items()}
            for alias, originals in self._aliases.items():
                for original in originals:
                    self._calls.setdefault(original, []).extend(direct.get(alias, ()))
        return self._calls.get(name, [])

    @cached_property
    def of_parameters(self) -> list[tuple[ast.Call, ModuleInfo]]:
        """Calls of what a function was given as an argument: ``view(*args)`` in a decorator."""
        found = []
        for module in self._project.modules.values():
            for call in module.of_type(ast.Call):
                assert isinstance(call, ast.Call)
                if isinstance(call.func, ast.Name):
                    for scope in module.scopes[call].chain():
                        if call.func.id in scope.bindings:
                            if any(isinstance(item, Parameter) for item in scope.bindings[call.func.id]):
                                found.append((call, module))
                            break
        return found

    @cached_property
    def decorators_of_classes(self) -> list[tuple[ClassInfo, ast.expr]]:
        """The elements of ``decorators = [...]`` and ``method_decorators`` in class bodies: what class-based views are decorated with."""
        return [
            (cls, item)
            for cls in self._project.classes()
            for node in cls.node.body
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id in VIEW_DECORATORS for target in node.targets)
            for item in decorators_in(node.value)
        ]

    @cached_property
    def decorators_of_apis(self) -> list[tuple[ast.Call, ModuleInfo, ast.expr]]:
        """The elements of ``decorators=[...]`` in calls: ``Api(app, decorators=[f])`` decorates every view."""
        return [
            (call, module, item)
            for module in self._project.modules.values()
            for call in module.of_type(ast.Call)
            if isinstance(call, ast.Call)
            for keyword in call.keywords
            if keyword.arg == "decorators"
            for item in decorators_in(keyword.value)
        ]

    @cached_property
    def of_results(self) -> list[tuple[ast.Call, ModuleInfo]]:
        """Calls of what a call gives: ``permission_required("x")(view)``."""
        found = []
        for module in self._project.modules.values():
            for call in module.of_type(ast.Call):
                assert isinstance(call, ast.Call)
                if isinstance(call.func, ast.Call):
                    found.append((call, module))
        return found

    @cached_property
    def _passing(self) -> dict[str, list[tuple[ast.Call, ModuleInfo]]]:
        """Calls by the last name of an argument that may be a function: a first argument, ``target=``, ``function=``."""
        found: dict[str, list[tuple[ast.Call, ModuleInfo]]] = {}
        for module in self._project.modules.values():
            for call in module.of_type(ast.Call):
                assert isinstance(call, ast.Call)
                given = [keyword.value for keyword in call.keywords if keyword.arg in {"target", "function"}]
                for argument in [*call.args[:1], *given]:
                    name = last_name(argument)
                    if name:
                        found.setdefault(name, []).append((call, module))
        return found

    def passing(self, name: str) -> list[tuple[ast.Call, ModuleInfo]]:
        """Every call that hands on something called ``name``, with or without arguments for it."""
        return self._passing.get(name, [])

    @cached_property
    def _keyword_writes(self) -> dict[tuple[FunctionInfo | None, str, str], list[Assigned]]:
        """``kwargs["name"] = value``, by the function in which it stands and both names."""
        found: dict[tuple[FunctionInfo | None, str, str], list[Assigned]] = {}
        for module in self._project.modules.values():
            for node in module.of_type(ast.Assign):
                assert isinstance(node, ast.Assign)
                for target in node.targets:
                    if (
                        isinstance(target, ast.Subscript)
                        and isinstance(target.value, ast.Name)
                        and isinstance(target.slice, ast.Constant)
                        and isinstance(target.slice.value, str)
                    ):
                        scope = module.scopes[target]
                        key = scope.owner(), target.value.id, target.slice.value
                        found.setdefault(key, []).append(Assigned(node.value, scope))
        return found

    def put_by_name(self, call: ast.Call, name: str, module: ModuleInfo) -> list[Assigned]:
        """What ``call(**kwargs)`` gives the parameter ``name``, where the function around it put it into ``kwargs``."""
        owner = module.scopes[call].owner()
        return [
            value
            for keyword in call.keywords
            if keyword.arg is None and isinstance(keyword.value, ast.Name)
            for value in self._keyword_writes.get((owner, keyword.value.id, name), ())
        ]
