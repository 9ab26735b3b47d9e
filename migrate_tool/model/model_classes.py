"""The classes that an application gives to its extension object: ``SQLAlchemy(model_class=Base, query_class=Query)``.

``db.Model`` derives from the first, ``Model.query`` is an object of the second. Both come from the call that makes ``db``, which need not
stand in the module that reads them. What ``declarative_base(cls=Base)`` returns derives from ``Base`` likewise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .types import ClassRef, External, Type, Types

if TYPE_CHECKING:
    from .inference import Inference

#: What ``db.Model`` is, as far as the library goes.
MODEL = "flask_sqlalchemy.model.Model"
#: What a call of ``declarative_base`` returns.
MADE_BASE = "sqlalchemy.orm.DeclarativeBase"


def given(inference: Inference, keyword: str, maker: str = "SQLAlchemy") -> Types:
    """The classes of the project that are handed over by ``keyword``, to any call of ``maker`` or of a class derived from it."""
    return frozenset(
        item
        for name in sorted(_derived(inference, maker))
        for call, module in inference.project.calls.named(name)
        for argument in call.keywords
        if argument.arg == keyword
        for item in inference.types(argument.value, module.scopes[call])
        if isinstance(item, ClassRef)
    )


def _derived(inference: Inference, maker: str) -> set[str]:
    """``maker`` and what the classes are called that name it, or one of them, as their base; their ancestors are not known yet."""
    named: set[str] = set()
    asked = {maker}
    while asked:
        named |= asked
        asked = set().union(*(inference.project.names_of_heirs.get(name, ()) for name in asked)) - named
    return named


def above(inference: Inference, base: External) -> list[Type]:
    """What stands between a model and the library's ``Model``, where ``base`` is taken from an extension object.

    Or between it and SQLAlchemy's base, where ``base`` is what ``declarative_base(cls=...)`` returned.
    """
    if base.name == MADE_BASE and base.receiver is None:
        return sorted(given(inference, "cls", "declarative_base"), key=repr)
    if base.receiver is None or inference.catalog.canonical(base.name) != MODEL:
        return []
    return sorted(given(inference, "model_class"), key=repr)
