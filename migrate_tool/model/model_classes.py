"""The classes that an application gives to its extension object: ``SQLAlchemy(model_class=Base, query_class=Query)``.

``db.Model`` derives from the first, ``Model.query`` is an object of the second. Both come from the call that makes ``db``, which need not
stand in the module that reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .types import ClassRef, External, Type, Types

if TYPE_CHECKING:
    from .inference import Inference

#: What ``db.Model`` is, as far as the library goes.
MODEL = "flask_sqlalchemy.model.Model"


def given(inference: Inference, keyword: str) -> Types:
    """The classes of the project that are handed over by ``keyword``, to any extension object."""
    return frozenset(
        item
        for call, module in inference.project.calls_named("SQLAlchemy")
        for argument in call.keywords
        if argument.arg == keyword
        for item in inference.types(argument.value, module.scopes[call])
        if isinstance(item, ClassRef)
    )


def above(inference: Inference, base: External) -> list[Type]:
    """What stands between a model and the library's ``Model``, where ``base`` is taken from an extension object."""
    if base.receiver is None or inference.catalog.canonical(base.name) != MODEL:
        return []
    return sorted(given(inference, "model_class"), key=repr)
