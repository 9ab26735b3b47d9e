"""SQLAlchemy as applications use it without an extension, awaited.

``create_engine``, ``sessionmaker``, ``scoped_session`` and ``Session`` take what SQLAlchemy's own take, at module level
too, and may be used on any event loop::

    engine = create_engine("sqlite:///app.db")
    Session = scoped_session(sessionmaker(bind=engine))
    Base = declarative_base()
    Base.query = Session.query_property()

    await create_all(Base.metadata, engine)
    user = await Session.query(User).filter_by(name="ada").first()
    await Session.commit()
    await Session.remove()
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quart.signals import appcontext_tearing_down
from sqlalchemy import MetaData, Table
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_object_session, async_sessionmaker
from sqlalchemy.orm import Mapper, backref, registry

from .dynamic import dynamic_loader, relationship
from .engine import Engine, make_engine
from .query import AsyncQuery, Query
from .scope import ScopedSession, end_context, own_sessions, running_context
from .session import AsyncSession, session_factory

__all__ = [
    "AsyncQuery",
    "Engine",
    "Query",
    "Session",
    "backref",
    "create_all",
    "create_engine",
    "create_table",
    "drop_all",
    "drop_table",
    "dynamic_loader",
    "mapper",
    "object_session",
    "own_sessions",
    "reflect",
    "relationship",
    "scoped_session",
    "sessionmaker",
]

#: ``async with Session(engine) as session``
Session = AsyncSession

#: The awaited session that an object belongs to, or ``None``.
object_session = async_object_session


def mapper(class_: type[Any], local_table: Any = None, *args: Any, **options: Any) -> Mapper[Any]:
    """Map a class to a table, as ``sqlalchemy.orm.mapper`` did until 1.4; see :meth:`sqlalchemy.orm.registry.map_imperatively`.

    The classes of one ``MetaData`` share a registry, where the strings of ``relationship("Name")`` look for them.
    """
    metadata = getattr(local_table, "metadata", None)
    if metadata is None:  # mapped to a join or a subquery, or below a class that is mapped
        return registry().map_imperatively(class_, local_table, *args, **options)
    shared: registry = metadata.info.setdefault("quart_app.registry", registry(metadata=metadata))
    return shared.map_imperatively(class_, local_table, *args, **options)


def create_engine(url: str | URL, **options: Any) -> Engine:
    """Make an engine; see :func:`sqlalchemy.create_engine`. The URL may name a synchronous driver."""
    return make_engine(url, **options)


class _SessionMaker:
    """What ``sessionmaker`` is: called, and named with its class of sessions in annotations."""

    def __call__(self, bind: Any = None, **options: Any) -> async_sessionmaker[AsyncSession]:
        """Return a factory of awaited sessions; see :class:`sqlalchemy.orm.sessionmaker`."""
        return session_factory({"bind": bind, **options})

    def __getitem__(self, _cls: Any) -> Any:
        """``sessionmaker[Session]``, the type of such a factory."""
        return async_sessionmaker[AsyncSession]

    def __instancecheck__(self, instance: Any) -> bool:
        """``isinstance(factory, sessionmaker)``."""
        return isinstance(instance, async_sessionmaker)


sessionmaker = _SessionMaker()


class _AnyScoped(type):
    """Makes whatever a scope's sessions are reached through an instance: code that asks is mostly handed ``db.session``."""

    def __instancecheck__(cls, instance: object) -> bool:
        return (
            isinstance(instance, ScopedSession)
            if cls is scoped_session
            else super().__instancecheck__(instance)
        )


class scoped_session(ScopedSession, metaclass=_AnyScoped):  # noqa: N801 - SQLAlchemy's name for it
    """What every part of an application calls ``Session``: the session of the application context.

    Outside an application context it is the thread's, as SQLAlchemy's own is. What ``await Session.remove()`` has not
    closed by the end of an application context is closed then.
    """

    def __init__(
        self, session_factory: async_sessionmaker[AsyncSession], scopefunc: Callable[[], Any] | None = None
    ) -> None:
        """Reach the sessions of ``session_factory`` by their scope, which ``scopefunc`` may tell."""
        super().__init__(session_factory, scopefunc)

        async def close(_app: Any, **_: Any) -> None:
            context = running_context()
            if context is not None:
                await end_context(self, context)

        self.close_at_teardown = close  # the signal holds its receivers weakly
        appcontext_tearing_down.connect(close)

    def __class_getitem__(cls, _session: Any) -> type[scoped_session]:
        """``scoped_session[Session]``, the type of such an object."""
        return cls


async def create_all(metadata: MetaData, bind: AsyncEngine | AsyncConnection, **options: Any) -> None:
    """``metadata.create_all(bind)``, awaited."""
    await _run(bind, metadata.create_all, options)


async def drop_all(metadata: MetaData, bind: AsyncEngine | AsyncConnection, **options: Any) -> None:
    """``metadata.drop_all(bind)``, awaited."""
    await _run(bind, metadata.drop_all, options)


async def create_table(table: Table, bind: AsyncEngine | AsyncConnection, **options: Any) -> None:
    """``table.create(bind)``, awaited."""
    await _run(bind, table.create, options)


async def drop_table(table: Table, bind: AsyncEngine | AsyncConnection, **options: Any) -> None:
    """``table.drop(bind)``, awaited."""
    await _run(bind, table.drop, options)


async def reflect(metadata: MetaData, bind: AsyncEngine | AsyncConnection, **options: Any) -> None:
    """``metadata.reflect(bind)``, awaited."""
    await _run(bind, metadata.reflect, options)


async def _run(
    bind: AsyncEngine | AsyncConnection, action: Callable[..., None], options: dict[str, Any]
) -> None:
    if isinstance(bind, AsyncConnection):
        await bind.run_sync(action, **options)
    else:
        async with bind.begin() as connection:
            await connection.run_sync(action, **options)
