"""Objects that follow their relatives into the session, as they did before SQLAlchemy 2.0.

Until 2.0, ``Item(author=user)`` put the item into the user's session if the models know the way back (``User.items``),
and ``commit()`` stored it without an ``add()``. SQLAlchemy 2.0 leaves it out, with a warning at most.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import InstanceState, QueryableAttribute, RelationshipProperty, object_session


def cascade_backrefs(base: type[Any]) -> None:
    """Let the objects of all models that derive from ``base`` follow their relatives into the session.

    Call it before the models are defined. It is the behaviour of SQLAlchemy before 2.0; new code adds what it wants stored
    with ``db.session.add()``.
    """
    event.listen(base, "attribute_instrument", _watch, propagate=True)


def _watch(_model: type[Any], key: str, attribute: QueryableAttribute[Any]) -> None:
    if not isinstance(attribute.property, RelationshipProperty):
        return

    def appended(owner: InstanceState[Any], value: Any, initiator: Any) -> None:
        _follow(owner, key, value, initiator)

    def replaced(owner: InstanceState[Any], value: Any, _old: Any, initiator: Any) -> None:
        _follow(owner, key, value, initiator)

    if attribute.property.uselist:
        event.listen(attribute, "append", appended, raw=True)
    else:
        event.listen(attribute, "set", replaced, raw=True)


def _follow(owner: InstanceState[Any], key: str, value: Any, initiator: Any) -> None:
    """Take ``value`` into the session of ``owner``, whose relationship ``key`` was changed from its other side."""
    session = owner.session
    if session is None or value is None or initiator.key == key:
        return
    if owner.mapper.relationships[key].cascade.save_update and object_session(value) is None:
        session.add(value)
