"""Primary keys that are known: a commit expires what objects hold, but not who they are.

After a commit SQLAlchemy loads an object anew when any attribute of it is read, its primary key included, though the session
knows that one: it finds the object by it. So ``url_for("post", id=post.id)`` behind ``await session.commit()`` costs a statement
that nothing awaits. Here the key stays where the session's identity says it, and everything else is loaded as before.

What a session itself deletes, or finds gone, has a key no longer: reading it asks the database, as with SQLAlchemy alone, and
raises ``ObjectDeletedError`` where that does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.orm.base import PassiveFlag
from sqlalchemy.orm.state import InstanceState


def keep_primary_keys(session_class: type[orm.Session]) -> None:
    """Let the objects in sessions of ``session_class`` keep their primary keys at the end of a transaction."""
    event.listen(session_class, "after_transaction_end", _after_transaction_end)
    event.listen(session_class, "persistent_to_deleted", _persistent_to_deleted)
    event.listen(session_class, "before_flush", _before_flush)


def forget_keys(objects: Iterable[object]) -> None:
    """Leave it to SQLAlchemy what reading the keys of ``objects`` does: they are about to be deleted.

    Args:
        objects: Mapped objects, or anything else, which is passed over.
    """
    for thing in objects:
        state = sa.inspect(thing, raiseerr=False)
        if isinstance(state, InstanceState):
            _forget(state)


def forget_deleted(session: orm.Session, statement: Any) -> None:
    """Forget the keys of what a statement may delete.

    Args:
        session: The session that is about to execute it.
        statement: Any statement; only ``DELETE`` and words that say so matter.
    """
    table = None
    if isinstance(statement, sa.TextClause):
        if not _DELETES.search(statement.text):
            return
    elif getattr(statement, "is_delete", False):
        table = statement.table
    else:
        return
    for state in session.identity_map.all_states():
        if table is None or table in state.mapper.tables:
            _forget(state)


def _after_transaction_end(session: orm.Session, transaction: orm.SessionTransaction) -> None:
    if transaction.parent is None:
        for state in session.identity_map.all_states():
            if state.expired:
                _fill(state)


def _persistent_to_deleted(session: orm.Session, instance: object) -> None:
    if not session._flushing:  # a flush has read what it deletes
        forget_keys([instance])


def _before_flush(session: orm.Session, *_: object) -> None:
    """Load the rest of an object whose key changes: a write of it may ask for that where the key is neither old nor new."""
    for thing in session.dirty:
        state: InstanceState[Any] = sa.inspect(thing)
        changed = state.committed_state
        if state.expired_attributes and any(
            known is not None and known[0] in changed for known in _names(state.mapper)
        ):
            state._load_expired(state, PassiveFlag.PASSIVE_OFF)


def _forget(state: InstanceState[Any]) -> None:
    for known in _names(state.mapper):
        # Neither what was loaded nor what was set since.
        if (
            known is not None
            and known[0] in state.expired_attributes
            and known[0] not in state.committed_state
        ):
            state.dict.pop(known[0], None)


def _fill(state: InstanceState[Any]) -> None:
    key = state.key
    if key is None:
        return
    for known, value in zip(_names(state.mapper), key[1], strict=True):
        # Given as something else ("7" for a number), an object would have something else than what the database returns.
        if known is not None and type(value) is known[1]:
            state.dict.setdefault(known[0], value)


_DELETES = re.compile(r"\b(?:delete|truncate)\b", re.IGNORECASE)
_known: WeakKeyDictionary[orm.Mapper[Any], tuple[tuple[str, type] | None, ...]] = WeakKeyDictionary()


def _names(mapper: orm.Mapper[Any]) -> tuple[tuple[str, type] | None, ...]:
    """The attributes that hold the primary key, and what they are; ``None`` for a column that may return another value than
    it was given.
    """
    names = _known.get(mapper)
    if names is None:
        names = _known[mapper] = tuple(
            (mapper.get_property_by_column(column).key, kind) if kind is not None else None
            for column, kind in ((column, _returned_as_given(column.type)) for column in mapper.primary_key)
        )
    return names


def _returned_as_given(kind: sa.types.TypeEngine[Any]) -> type | None:
    """Whole numbers and plain text; ``CHAR`` is padded by some databases, an ``Enum`` has objects of its own."""
    if isinstance(kind, sa.Integer):
        return int
    text = isinstance(kind, sa.String) and not isinstance(kind, sa.CHAR | sa.NCHAR | sa.Enum)
    return str if text else None
