"""Query classes of the project: what ``Model.query`` is, and what dynamic relationships have of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import members, model_classes
from .ancestry import derives, lineage
from .symbols import ClassInfo
from .types import NOTHING, ClassRef, Instance, Type, Types

if TYPE_CHECKING:
    from .inference import Inference

QUERY = "sqlalchemy.orm.Query"
#: What ``scoped_session.query_property()`` gives: read on a model, a query of that model.
QUERY_PROPERTY = "sqlalchemy.orm.QueryProperty"
_KEYWORD = "query_class"


def of_query_class(inference: Inference, cls: ClassInfo) -> Types:
    """``Model.query`` where the model, or the extension object, names a query class of the project."""
    chosen: Types = NOTHING
    for ancestor in lineage(inference, cls):
        if isinstance(ancestor, ClassInfo) and not chosen:
            chosen = members.own_attribute(inference, ancestor, _KEYWORD, ClassRef(cls)) or NOTHING
    if not chosen:
        chosen = model_classes.given(inference, _KEYWORD)
    model = frozenset[Type]({Instance(cls)})
    return frozenset(Instance(item.info, (model,)) for item in chosen if isinstance(item, ClassRef))


def of_model(inference: Inference, item: Type, owner: Type) -> Type:
    """What a model's attribute is: a query of that model, if a property or an annotation (``query: Query``) says no more."""
    if not isinstance(item, Instance) or item.args:
        return item
    if item.of != QUERY_PROPERTY and not _is_query(inference, item):
        return item
    model = Instance(owner.info) if isinstance(owner, ClassRef) else owner
    if not isinstance(model, Instance) or _is_query(inference, model):
        return item
    return Instance(QUERY if item.of == QUERY_PROPERTY else item.of, (frozenset({model}),))


def own_method(inference: Inference, owner: Type, name: str) -> Types:
    """What a query that the library makes has of the class that the extension object was given: ``author.books.newest()``."""
    if not isinstance(owner, Instance) or not isinstance(owner.of, str) or not _is_query(inference, owner):
        return NOTHING
    return frozenset().union(
        *(
            members.class_attribute(inference, item.info, name, Instance(item.info, owner.args))
            for item in model_classes.given(inference, _KEYWORD)
            if isinstance(item, ClassRef) and _says(inference, item.info, name)
        )
    )


def _says(inference: Inference, cls: ClassInfo, name: str) -> bool:
    """Whether the class itself, or one of the project's above it, has ``name``."""
    return any(
        isinstance(ancestor, ClassInfo) and (name in ancestor.scope.bindings or name in ancestor.attributes)
        for ancestor in lineage(inference, cls)
    )


def _is_query(inference: Inference, item: Instance) -> bool:
    if isinstance(item.of, str):
        return inference.catalog.is_subclass(inference.catalog.canonical(item.of), QUERY)
    return derives(inference, item.of, QUERY)
