"""What the project's calls call, worked out only where it is asked: of most code nobody asks, because it starts nothing.

The survey of the whole project answers the same; but where background work is told what it needs, the program changes, and
everything that was found out about it with it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import cached_property

from migrate_tool.colour.sites import Survey
from migrate_tool.colour.survey import survey
from migrate_tool.colour.surveyed_reads import is_decorator
from migrate_tool.model.project import Project
from migrate_tool.model.symbols import FunctionInfo, ModuleInfo
from migrate_tool.model.types import FunctionRef, Types


class Calls:
    """The calls of one project, by the functions in which they stand."""

    def __init__(self, project: Project) -> None:
        self.project = project
        #: Nothing is in it; only what it says of files counts.
        self.survey = Survey(project)
        self.modules = frozenset(self.survey.modules())

    def targets(self, node: ast.Call, module: ModuleInfo) -> Types:
        """Everything that a call may call."""
        return self.project.types.types(node.func, module.scopes[node])

    @cached_property
    def _by_owner(self) -> dict[FunctionInfo, list[ast.Call]]:
        found: dict[FunctionInfo, list[ast.Call]] = {}
        for module in self.survey.modules():
            for node in module.of_type(ast.Call):
                assert isinstance(node, ast.Call)
                owner = module.scopes[node].owner()
                if owner is not None:
                    found.setdefault(owner, []).append(node)
        return found

    @cached_property
    def reads(self) -> dict[str, list[tuple[ast.Name | ast.Attribute, ModuleInfo]]]:
        """Every read of a name, alone or behind a dot, that does not call it at once."""
        found: dict[str, list[tuple[ast.Name | ast.Attribute, ModuleInfo]]] = {}
        for module in self.survey.modules():
            for node in module.of_type(ast.Name, ast.Attribute):
                assert isinstance(node, ast.Name | ast.Attribute)
                parent = module.parents.get(node)
                if type(node.ctx) is ast.Load and not (isinstance(parent, ast.Call) and parent.func is node):
                    name = node.id if isinstance(node, ast.Name) else node.attr
                    found.setdefault(name, []).append((node, module))
        return found

    def within(self, function: FunctionInfo) -> list[ast.Call]:
        """The calls that stand in ``function``, not in a function inside of it."""
        return self._by_owner.get(function, [])

    def of(self, function: FunctionInfo) -> Iterator[tuple[ast.Call, ModuleInfo]]:
        """Every call of ``function``."""
        if self._needs_survey(function):
            yield from survey(self.project).calls.get(function, ())
            return
        project = self.project
        for node, module in {
            *project.calls.named(function.name),
            *project.calls.of_parameters,
            *project.calls.of_results,
        }:
            if module in self.modules and _holds(self.targets(node, module), function):
                yield node, module

    def is_used(self, function: FunctionInfo, without: Collection[ast.expr]) -> bool:
        """Whether ``function`` is read as a value, somewhere else than ``without``.

        Whatever holds it otherwise (a variable, a parameter, what another function gives) has it from a read by its name.
        """
        if self._needs_survey(function):
            return any(use.node not in without for use in survey(self.project).uses.get(function, ()))
        names = {function.name} | self.project.calls.aliases(function.name)
        return any(
            node not in without and _holds(self.project.types.types(node, module.scopes[node]), function)
            for name in names
            for node, module in self.reads.get(name, ())
            if not is_decorator(module.parents.get(node), node)
        )

    def _needs_survey(self, function: FunctionInfo) -> bool:
        """Whether it is called without its name: as an object, or by ``getattr``."""
        return function.name == "__call__" or any(
            isinstance(item, ast.Constant) and item.value == function.name
            for call, _ in self.project.calls.named("getattr")
            for item in call.args[1:2]
        )


def _holds(types: Types, function: FunctionInfo) -> bool:
    return any(isinstance(item, FunctionRef) and item.info is function for item in types)
