"""Schemas of marshmallow-sqlalchemy: they load the objects they are asked for through a session that needs no ``await``.

``sqla_session = db.session``, ``schema.load(data, session=db.session)`` and Flask-Marshmallow's own choice of a session stay as they are
written. marshmallow-sqlalchemy calls ``session.get(...)`` in the middle of a plain ``load()``: it gets the synchronous session of the
same scope, the same transaction included, which waits in the bridge.
"""

from __future__ import annotations

import importlib
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session


def in_bridge(session: Any) -> Any:
    """The synchronous session inside an awaited one or a scoped one; anything else is given back."""
    if isinstance(session, async_scoped_session):
        session = session()
    return session.sync_session if isinstance(session, AsyncSession) else session


class SessionInBridge(property):
    """The ``session`` of a schema, handed out as :func:`in_bridge` makes it."""

    def __get__(self, schema: Any, owner: type | None = None) -> Any:
        """Give the schema's session, ready for calls without ``await``."""
        found = super().__get__(schema, owner)
        return found if found is self else in_bridge(found)


def adapt_schemas() -> None:
    """Have the schemas of marshmallow-sqlalchemy, if it is installed, work with awaited sessions."""
    try:
        mixin = importlib.import_module("marshmallow_sqlalchemy.load_instance_mixin").LoadInstanceMixin
    except ImportError:  # it is not installed, or older than 1.0, which does not know SQLAlchemy 2
        return
    session = mixin.Schema.session
    if not isinstance(session, SessionInBridge):
        mixin.Schema.session = SessionInBridge(session.fget, session.fset, doc=session.__doc__)
