"""What factories of factory_boy make: objects of the model that their ``Meta`` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import ancestry, type_expressions
from .types import NOTHING, ClassRef, Type, Types, container

if TYPE_CHECKING:
    from .inference import Inference
    from .symbols import ClassInfo

FACTORY = "factory.Factory"
_ONE = frozenset({f"{FACTORY}.build", f"{FACTORY}.create"})
_MANY = frozenset({f"{FACTORY}.build_batch", f"{FACTORY}.create_batch"})


def by_class(inference: Inference, cls: ClassInfo) -> Types:
    """What calling ``cls`` gives if it is a factory; nothing if it is none, or names no model."""
    return named_model(inference, cls) if ancestry.derives(inference, cls, FACTORY) else NOTHING


def named_model(inference: Inference, cls: ClassInfo) -> Types:
    """Objects of the model that the ``Meta`` of a class names, or that of one of its bases."""
    for base in ancestry.lineage(inference, cls):
        if isinstance(base, str):
            continue
        for meta in inference.attribute(frozenset({ClassRef(base)}), "Meta"):
            model = inference.attribute(frozenset({meta}), "model")
            if found := type_expressions.instances_of(inference, model):
                return found
    return NOTHING


def by_method(inference: Inference, name: str, receiver: Type | None) -> Types:
    """What ``receiver.create()`` and its kin give, by the method's qualified name."""
    if name not in _ONE | _MANY or not isinstance(receiver, ClassRef):
        return NOTHING
    made = by_class(inference, receiver.info)
    return container("list", made) if name in _MANY and made else made
