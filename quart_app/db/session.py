"""The session: SQLAlchemy's ``AsyncSession`` with Flask-SQLAlchemy's habits, and the synchronous one inside it."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, NoInspectionAvailable, UnboundExecutionError
from sqlalchemy.ext import asyncio as sa_asyncio
from sqlalchemy.orm.exc import UnmappedClassError
from sqlalchemy.util import greenlet_spawn

from .engine import Engine
from .guard import OneTaskAtATime
from .identities import forget_deleted, forget_keys, keep_primary_keys
from .query import AsyncQuery

if TYPE_CHECKING:
    from .extension import SQLAlchemy

T = TypeVar("T")

logger = logging.getLogger(__name__)

#: Called with the session and the mapper after ``bulk_save_objects`` and its like.
bulk_listeners: list[Callable[[orm.Session, Any], None]] = []


def executable(statement: Any) -> Any:
    """The statement of a query that was given where a statement is meant, which SQLAlchemy 2.1 refuses and 2.0 did itself."""
    return statement.__clause_element__() if isinstance(statement, orm.Query) else statement


class Session(orm.Session):
    """The synchronous session that an :class:`AsyncSession` drives. It lets one task at a time work with it."""

    def __init__(self, *args: Any, db: SQLAlchemy | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._db = db
        self._explicit_bind = bool(options.get("bind") or options.get("binds") or args)
        self._guard = OneTaskAtATime()

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **options: Any) -> Any:
        """Choose the engine by the bind key of the model or table that is asked for."""
        if bind is not None or self._db is None or self._explicit_bind:
            return super().get_bind(mapper, clause=clause, bind=bind, **options)
        engines = self._db._engines_of_sessions()
        if mapper is not None:
            try:
                mapper = sa.inspect(mapper)
            except NoInspectionAvailable as error:
                raise UnmappedClassError(mapper) from error
            clause = mapper.local_table
        key = bind_key_of(clause)
        if key not in engines:
            if key is not None:
                raise UnboundExecutionError(f"Bind key {key!r} is not in SQLALCHEMY_BINDS.")
            return super().get_bind(mapper, clause=clause, **options)
        return engines[key].sync_engine

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        chosen = cls.__dict__.get("get_bind")
        if chosen is not None:  # it chooses among db.engines, which are the awaited ones

            @functools.wraps(chosen)
            def get_bind(*args: Any, **options: Any) -> Any:
                engine = chosen(*args, **options)
                return getattr(engine, "sync_engine", engine)

            cls.get_bind = get_bind  # type: ignore[method-assign]

    def execute(self, statement: Any, *args: Any, **options: Any) -> Any:  # noqa: D102 - as inherited; so are those below
        with self._guard:
            statement = executable(statement)
            forget_deleted(self, statement)
            return super().execute(statement, *args, **options)

    def scalar(self, statement: Any, *args: Any, **options: Any) -> Any:  # noqa: D102
        with self._guard:
            statement = executable(statement)
            forget_deleted(self, statement)
            return super().scalar(statement, *args, **options)

    def scalars(self, statement: Any, *args: Any, **options: Any) -> Any:  # noqa: D102
        with self._guard:
            statement = executable(statement)
            forget_deleted(self, statement)
            return super().scalars(statement, *args, **options)

    def delete(self, instance: object) -> None:  # noqa: D102
        forget_keys([instance])
        super().delete(instance)

    def delete_all(self, instances: Iterable[object]) -> None:  # noqa: D102
        instances = list(instances)
        forget_keys(instances)
        super().delete_all(instances)

    def connection(self, *args: Any, **options: Any) -> Any:  # noqa: D102
        with self._guard:
            return super().connection(*args, **options)

    def flush(self, *args: Any, **options: Any) -> None:  # noqa: D102
        with self._guard:
            super().flush(*args, **options)

    def commit(self) -> None:  # noqa: D102
        with self._guard:
            super().commit()

    def rollback(self) -> None:  # noqa: D102
        with self._guard:
            super().rollback()

    # The bulk methods send neither of the ORM's events.

    def bulk_save_objects(self, objects: Iterable[object], *args: Any, **options: Any) -> None:  # noqa: D102
        objects = list(objects)
        super().bulk_save_objects(objects, *args, **options)
        for kind in {type(item) for item in objects}:
            self._say_bulk(kind)

    def bulk_insert_mappings(self, mapper: Any, *args: Any, **options: Any) -> None:  # noqa: D102
        super().bulk_insert_mappings(mapper, *args, **options)
        self._say_bulk(mapper)

    def bulk_update_mappings(self, mapper: Any, *args: Any, **options: Any) -> None:  # noqa: D102
        super().bulk_update_mappings(mapper, *args, **options)
        self._say_bulk(mapper)

    def _say_bulk(self, mapped: Any) -> None:
        for listener in bulk_listeners:
            listener(self, sa.inspect(mapped))


keep_primary_keys(Session)


def bind_key_of(clause: Any) -> str | None:
    """Return the bind key of the table that ``clause`` is or writes to; ``None`` is the default bind."""
    table = clause.table if isinstance(clause, sa.UpdateBase) else clause
    if isinstance(table, sa.Table):
        key: str | None = table.metadata.info.get("bind_key")
        return key
    return None


#: Flask-SQLAlchemy's name, before 3.0, for the class that applications subclass to choose the engine themselves.
SignallingSession = Session


class AsyncSession(sa_asyncio.AsyncSession):
    """An ``AsyncSession`` that also has ``query()`` and the bulk methods."""

    sync_session_class = Session
    query_cls: type[AsyncQuery[Any]] = AsyncQuery
    _given_bind: Any = None

    def __init__(
        self, bind: Any = None, *, query_cls: type[AsyncQuery[Any]] | None = None, **options: Any
    ) -> None:
        super().__init__(bind, **options)
        if query_cls is not None:
            self.query_cls = query_cls

    def begin(self, nested: bool = False) -> sa_asyncio.AsyncSessionTransaction:
        """Begin a transaction, or a savepoint in the one there is; see :meth:`sqlalchemy.orm.Session.begin`."""
        return self.begin_nested() if nested else super().begin()

    @property
    def bind(self) -> Any:
        """The engine or connection the session was given, else the application's default engine, as Flask-SQLAlchemy 2 has it."""
        db = getattr(self.sync_session, "_db", None)
        return db.engines.get(None) if self._given_bind is None and db is not None else self._given_bind

    @bind.setter
    def bind(self, given: Any) -> None:
        self._given_bind = given

    def get_bind(self, *args: Any, **options: Any) -> Any:
        """Return the engine or connection that the session uses for a model or table, as the awaited one that ``db.engine`` is."""
        found: Any = super().get_bind(*args, **options)
        awaited = sa_asyncio.AsyncConnection if isinstance(found, Connection) else Engine
        return awaited._retrieve_proxy_for_target(found)

    def _is_clean(self) -> bool:
        return self.sync_session._is_clean()

    def query(self, *entities: Any, **options: Any) -> AsyncQuery[Any]:
        """Return an awaited query for these entities or columns."""
        return self.query_cls(entities, session=self, **options)

    def add(self, instance: object, _warn: object = True) -> None:
        """Place one object into the session; a second one is ignored, as ever, but not in silence.

        ``session.add(a, b)`` went through where SQLAlchemy's own ``_warn`` could still be given by position: ``b`` was taken
        for that and never stored.
        """
        if not isinstance(_warn, bool):
            logger.warning("session.add() adds one object: %r was left out; add_all() adds several.", _warn)
        super().add(instance)

    async def close(self) -> None:
        """Roll back what was not committed, and give the connection back."""
        try:
            await super().close()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            # The server has gone, and has rolled back. Who closes a session wants nothing else from it: a request that
            # has its answer must not fail for that, after its commit.
            await self.invalidate()

    async def bulk_save_objects(self, objects: Iterable[object], *args: Any, **options: Any) -> None:
        """Insert or update objects in bulk; see :meth:`sqlalchemy.orm.Session.bulk_save_objects`."""
        await greenlet_spawn(self.sync_session.bulk_save_objects, objects, *args, **options)

    async def bulk_insert_mappings(
        self, mapper: Any, mappings: Iterable[dict[str, Any]], *args: Any, **options: Any
    ) -> None:
        """Insert rows in bulk; see :meth:`sqlalchemy.orm.Session.bulk_insert_mappings`."""
        await greenlet_spawn(self.sync_session.bulk_insert_mappings, mapper, mappings, *args, **options)

    async def bulk_update_mappings(self, mapper: Any, mappings: Iterable[dict[str, Any]]) -> None:
        """Update rows in bulk; see :meth:`sqlalchemy.orm.Session.bulk_update_mappings`."""
        await greenlet_spawn(self.sync_session.bulk_update_mappings, mapper, mappings)


def session_factory(options: Mapping[str, Any]) -> sa_asyncio.async_sessionmaker[AsyncSession]:
    """Return a factory of sessions from the options of a ``sessionmaker``.

    Args:
        options: What ``sessionmaker`` takes; what SQLAlchemy 2.0 no longer has is left out. ``class_`` may be a class of
            synchronous sessions: the awaited one then drives that.
    """
    options = dict(options)
    for name in ("autocommit", "future", "enable_baked_queries", "weak_identity_map"):
        options.pop(name, None)
    if "extension" in options:
        raise TypeError("SessionExtension is gone since SQLAlchemy 1.4: use sqlalchemy.event.listen instead.")
    chosen: Any = options.pop("class_", None) or AsyncSession
    if isinstance(chosen, type) and issubclass(chosen, orm.Session):
        if not issubclass(chosen, Session):
            chosen = type(chosen.__name__, (chosen, Session), {})
        options["sync_session_class"] = chosen
        chosen = AsyncSession
    # A class of its own for each factory, as a sessionmaker has: who listens to one hears nothing of the others.
    driven = options.get("sync_session_class") or chosen.sync_session_class
    options["sync_session_class"] = type(driven.__name__, (driven,), {})
    return sa_asyncio.async_sessionmaker(class_=chosen, **options)
