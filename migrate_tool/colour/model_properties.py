"""Properties of models that wait: ``await project.awaitable_attrs.balance``, or through the bridge where nobody can await.

The property becomes ``async def`` under ``awaited_property``, and so do the properties that read it. Any other reader stays as he is where
nothing else makes him a coroutine, and so does who reads it from an object that nobody knows: then it waits in the bridge, as before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrate_tool.model.ancestry import lineage
from migrate_tool.model.decorators import decorator_names
from migrate_tool.model.inference import Inference
from migrate_tool.model.symbols import ClassInfo, FunctionInfo, ModuleInfo, Scope
from migrate_tool.model.types import Instance
from migrate_tool.project.trees import walk

from .sites import Site, Survey

#: What has ``awaitable_attrs`` that know of such properties.
_MODELS = frozenset({"flask_sqlalchemy.model.Model", "alchemical.Model"})


def is_property_of_model(types: Inference, function: FunctionInfo) -> bool:
    """Whether ``function`` is under ``@property`` alone, without a setter, in a model of ours."""
    if function.cls is None or function.is_generator or len(function.decorators) != 1:
        return False
    if not isinstance(function.node, ast.FunctionDef) or len(function.parameters) != 1:
        return False
    names = [name for _, name in decorator_names(types, function)]
    return (
        names == ["builtins.property"]
        and is_model(types, function.cls)
        and not _has_setter(function.cls, function.name)
    )


def is_model(types: Inference, cls: ClassInfo) -> bool:
    """Whether ``cls`` has ``awaitable_attrs``."""
    return not _MODELS.isdisjoint(
        types.catalog.canonical(base) for base in lineage(types, cls) if isinstance(base, str)
    )


def _has_setter(cls: ClassInfo, name: str) -> bool:
    """Whether anything in the class's body names the property: ``@name.setter``, ``other = synonym(descriptor=name)``."""
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for statement in cls.node.body
        for node in _evaluated(statement)
    )


def _evaluated(statement: ast.stmt) -> Iterator[ast.AST]:
    """What runs with the class's body: of a function its decorators and defaults."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        for part in (*statement.decorator_list, *statement.args.defaults):
            yield from walk(part)
    else:
        yield from walk(statement)


class Readers:
    """Finds the places that read a property of a model."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self._attributes: dict[str, list[tuple[ast.Attribute, ModuleInfo]]] | None = None

    def of(self, getter: FunctionInfo) -> Iterator[Site]:
        """Every read of what ``getter`` gives, from an object that is a model for sure."""
        if self._attributes is None:
            self._attributes = {}
            for module in self.survey.modules():
                for node in module.of_type(ast.Attribute):
                    assert isinstance(node, ast.Attribute)
                    if isinstance(node.ctx, ast.Load):
                        self._attributes.setdefault(node.attr, []).append((node, module))
        for node, module in self._attributes.get(getter.name, ()):
            scope = module.scopes[node]
            if self._is_read(getter, node, scope):
                yield Site(
                    "property", node, module, scope, getter.where, "FQ904", scope.owner(), getter, soft=True
                )

    def _is_read(self, getter: FunctionInfo, node: ast.Attribute, scope: Scope) -> bool:
        types = self.survey.project.types
        # Not of ``current_user``: who is not signed in is no model.
        owners = types.types(node.value, scope)
        return bool(owners) and all(
            isinstance(item, Instance)
            and isinstance(item.of, ClassInfo)
            and _method(types, item.of, getter.name) is getter
            for item in owners
        )


def _method(types: Inference, cls: ClassInfo, name: str) -> FunctionInfo | None:
    for ancestor in lineage(types, cls):
        if isinstance(ancestor, ClassInfo) and name in ancestor.methods:
            return ancestor.methods[name]
    return None
