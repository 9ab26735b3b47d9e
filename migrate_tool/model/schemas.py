"""What schemas of marshmallow make of the data they load."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrate_tool.catalog.marshmallow import OF_MODELS, OLD_OF_MODELS, SCHEMA

from . import ancestry, decorators, made
from .symbols import ClassInfo
from .types import NOTHING, Instance, Type, Types, container

if TYPE_CHECKING:
    from .inference import Inference

_LOADING = frozenset({f"{SCHEMA}.load", f"{SCHEMA}.loads"})
_POST_LOAD = "marshmallow.post_load"


def by_method(inference: Inference, name: str, receiver: Type | None) -> Types:
    """What ``schema.load(...)`` gives: one object or a list of them, which only the call's ``many`` tells apart."""
    if not isinstance(receiver, Instance) or not isinstance(receiver.of, ClassInfo):
        return NOTHING
    found = inference.catalog.find(name)
    if found is None or found[0] not in _LOADING:
        return NOTHING
    one = _of_schema(inference, receiver.of)
    return one | container("list", one) if one else NOTHING


def _of_schema(inference: Inference, schema: ClassInfo) -> Types:
    lineage = ancestry.lineage(inference, schema)
    own = [item for item in lineage if isinstance(item, ClassInfo)]
    for cls in own:
        hooks = [
            method
            for method in cls.methods.values()
            if _POST_LOAD in {name for _, name in decorators.decorator_names(inference, method)}
        ]
        if hooks:
            return frozenset[Type]().union(*(inference.function_value(method) for method in hooks))
    if OF_MODELS in lineage and (OLD_OF_MODELS in lineage or any(map(_makes_objects, own))):
        return made.named_model(inference, schema)
    return NOTHING


def _makes_objects(cls: ClassInfo) -> bool:
    """Whether the ``Meta`` of a schema says ``load_instance = True``."""
    return any(
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is True
        and any(isinstance(target, ast.Name) and target.id == "load_instance" for target in statement.targets)
        for meta in cls.node.body
        if isinstance(meta, ast.ClassDef) and meta.name == "Meta"
        for statement in meta.body
    )
