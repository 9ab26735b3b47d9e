"""Async SQLAlchemy with the habits of Flask-SQLAlchemy: the old words, with ``await`` in front of what waits.

``SQLAlchemy`` is the extension object. ``quart_app.db.plain`` is for applications that use SQLAlchemy without it,
``quart_app.db.sqlite`` for those that use ``sqlite3`` itself.
"""

from . import reflection as reflection  # SQLAlchemy inspects our engines from here on
from .engine import Engine, make_engine
from .errors import ConcurrentSessionError, DatabaseURLError, MissingDriverError, NotAwaitedError
from .extension import SQLAlchemy
from .model import BindMetaMixin, BindMixin, DefaultMeta, DefaultMetaNoName, Model, NameMetaMixin, NameMixin
from .pagination import Pagination
from .query import AsyncQuery, BaseQuery, Query
from .scope import ScopedSession, SessionScope
from .session import AsyncSession, Session, SignallingSession
from .tracking import before_models_committed, get_debug_queries, get_recorded_queries, models_committed

__all__ = [
    "AsyncQuery",
    "AsyncSession",
    "BaseQuery",
    "BindMetaMixin",
    "BindMixin",
    "ConcurrentSessionError",
    "DatabaseURLError",
    "DefaultMeta",
    "DefaultMetaNoName",
    "Engine",
    "MissingDriverError",
    "Model",
    "NameMetaMixin",
    "NameMixin",
    "NotAwaitedError",
    "Pagination",
    "Query",
    "SQLAlchemy",
    "ScopedSession",
    "Session",
    "SessionScope",
    "SignallingSession",
    "before_models_committed",
    "get_debug_queries",
    "get_recorded_queries",
    "make_engine",
    "models_committed",
]
