"""Primary keys that are known: a commit expires what objects hold, but not who they are.

After a commit SQLAlchemy loads an object anew when any attribute of it is read, its primary key included, though the session
knows that one: it finds the object by it. So ``url_for("post", id=post.id)`` behind ``await session.commit()`` costs a statement
that nothing awaits. Here the key stays where the session's identity says it, and everything else is loaded as before.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.orm.state import InstanceState


def keep_primary_keys(session_class: type[orm.Session]) -> None:
    """Let the objects in sessions of ``session_class`` keep their primary keys at the end of a transaction."""
    event.listen(session_class, "after_transaction_end", _after_transaction_end)


def _after_transaction_end(session: orm.Session, transaction: orm.SessionTransaction) -> None:
    if transaction.parent is None:
        for state in session.identity_map.all_states():
            if state.expired:
                _fill(state)


def _fill(state: InstanceState[Any]) -> None:
    key = state.key
    if key is None:
        return
    for name, value in zip(_names(state.mapper), key[1], strict=True):
        if name is not None and type(value) in _PLAIN:
            state.dict.setdefault(name, value)


#: Given as something else, an object would have something else than what the database returns.
_PLAIN = frozenset({int, str})
_known: WeakKeyDictionary[orm.Mapper[Any], tuple[str | None, ...]] = WeakKeyDictionary()


def _names(mapper: orm.Mapper[Any]) -> tuple[str | None, ...]:
    """The attributes that hold the primary key, ``None`` for a column that may return another value than it was given."""
    names = _known.get(mapper)
    if names is None:
        names = _known[mapper] = tuple(
            mapper.get_property_by_column(column).key if _returns_what_it_got(column.type) else None
            for column in mapper.primary_key
        )
    return names


def _returns_what_it_got(kind: sa.types.TypeEngine[Any]) -> bool:
    """Whole numbers and plain text; ``CHAR`` is padded by some databases, an ``Enum`` has objects of its own."""
    text = isinstance(kind, sa.String) and not isinstance(kind, sa.CHAR | sa.NCHAR | sa.Enum)
    return isinstance(kind, sa.Integer) or text
