"""Engines: SQLAlchemy's ``AsyncEngine``, made from the URL of a synchronous one and usable on any event loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import text
from sqlalchemy.engine import URL, Connection, CursorResult, Result
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction, create_async_engine
from sqlalchemy.pool import QueuePool, SingletonThreadPool, StaticPool
from sqlalchemy.sql import Executable
from sqlalchemy.util import greenlet_spawn

from .habits import keep_habits
from .inspection import Inspector
from .lost import replace_lost_connections
from .memory import MemoryPool, SharedDatabase
from .opening import open_outside_of_requests
from .pool import LoopPool, LoopsLock
from .raw import RawConnection
from .reads import read_without_transaction
from .threads import connect
from .urls import Target, translate

P = ParamSpec("P")
T = TypeVar("T")

#: Options of synchronous drivers and of SQLAlchemy before 2.0 that mean nothing any more.
OBSOLETE = frozenset(
    {
        "convert_unicode",
        "encoding",
        "executemany_batch_page_size",
        "executemany_mode",
        "executemany_values_page_size",
        "future",
        "native_unicode",
        "server_side_cursors",
        "strategy",
        "use_batch_mode",
        "use_native_hstore",
        "use_native_unicode",
    }
)

#: Options of pools that hold a number of connections ready.
QUEUE_OPTIONS = frozenset({"max_overflow", "pool_size", "pool_timeout", "pool_use_lifo"})
POOL_OPTIONS = QUEUE_OPTIONS | {"pool_pre_ping", "pool_recycle"}


class OpenTransaction(AsyncTransaction):
    """A transaction that tests ask, before they roll it back, whether its connection still has it."""

    __slots__ = ()

    @property
    def _deactivated_from_connection(self) -> bool:
        transaction = self.sync_transaction
        return transaction is None or transaction._deactivated_from_connection


class EngineConnection(AsyncConnection):
    """An ``AsyncConnection`` with such transactions."""

    __slots__ = ()

    def begin(self) -> OpenTransaction:
        """Begin a transaction, where it is awaited or entered."""
        return OpenTransaction(self)

    def begin_nested(self) -> OpenTransaction:
        """Begin a savepoint, where it is awaited or entered."""
        return OpenTransaction(self, nested=True)


class Engine(AsyncEngine):
    """An ``AsyncEngine`` with the shortcuts that synchronous code is used to."""

    __slots__ = ()
    _connection_cls = EngineConnection

    async def run_sync(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """Call ``function`` with a synchronous connection, in a transaction that is committed afterwards.

        ``await engine.run_sync(Base.metadata.create_all)`` is ``Base.metadata.create_all(engine)`` of old.
        """
        async with self.begin() as connection:
            return await connection.run_sync(function, *args, **options)

    async def execute(self, statement: str | Executable, *multiparams: Any, **params: Any) -> Result[Any]:
        """Execute one statement in a transaction of its own, as ``engine.execute`` did before SQLAlchemy 2.0.

        Args:
            statement: What to execute.
            multiparams: A dictionary of parameters, or several, or a list of them.
            params: Parameters by name.
        """
        parameters: Any = (
            params if not multiparams else multiparams[0] if len(multiparams) == 1 else list(multiparams)
        )
        async with self.begin() as connection:
            result: CursorResult[Any] = await connection.execute(
                text(statement) if isinstance(statement, str) else statement, parameters or None
            )
            return result.freeze()() if result.returns_rows else result

    async def raw_connection(self) -> Any:
        """Take a connection of the driver's from the pool, with an awaited DB-API (:class:`.raw.RawConnection`)."""
        fairy = await greenlet_spawn(self.sync_engine.raw_connection)
        return RawConnection(fairy, numbered=self.dialect.paramstyle == "numeric_dollar")

    async def has_table(self, table_name: str, schema: str | None = None) -> bool:
        """Whether there is such a table, as ``engine.has_table`` told until SQLAlchemy 1.4."""
        return bool(await Inspector(self).has_table(table_name, schema))

    async def table_names(self, schema: str | None = None) -> list[str]:
        """The names of the tables, as ``engine.table_names`` gave them until SQLAlchemy 1.4."""
        return list(await Inspector(self).get_table_names(schema))


def make_engine(url: str | URL, **options: Any) -> Engine:
    """Make an engine; see :func:`sqlalchemy.create_engine` for the options.

    Args:
        url: A database URL, of a synchronous or of an async driver.
        options: What ``create_engine`` takes; what only synchronous drivers know is left out or translated.

    Returns:
        An engine that holds connections of its own for every event loop that uses it.
    """
    target = translate(url, options.pop("connect_args", None))
    options = {name: value for name, value in options.items() if name not in OBSOLETE}
    if target.is_memory:
        return _memory_engine(target, options)
    poolclass = options.pop("pool_class", None)
    poolclass = options.pop("poolclass", poolclass)
    options["poolclass"] = _of_every_loop(poolclass)
    if not issubclass(options["poolclass"], QueuePool):
        options = {name: value for name, value in options.items() if name not in QUEUE_OPTIONS}
    if target.url.get_backend_name() in ("mysql", "mariadb"):
        target.url = (
            target.url
            if "charset" in target.url.query
            else target.url.update_query_dict({"charset": "utf8mb4"})
        )
        options.setdefault("pool_recycle", 7200)
    return _engine(target, options)


def _of_every_loop(poolclass: type[Any] | None) -> type[Any]:
    """Return the pool that does on async drivers what ``poolclass`` does on synchronous ones."""
    if poolclass is None or issubclass(poolclass, SingletonThreadPool):
        return LoopPool
    return LoopPool if issubclass(poolclass, QueuePool) and not issubclass(poolclass, LoopPool) else poolclass


def _memory_engine(target: Target, options: Mapping[str, Any]) -> Engine:
    database = SharedDatabase()
    target.connect_args.setdefault("async_creator_fn", database.connect)
    kept = {name: value for name, value in options.items() if name not in POOL_OPTIONS}
    kept.pop("pool_class", None)
    if kept.get("poolclass", StaticPool) not in (StaticPool, SingletonThreadPool):
        target.connect_args.pop("async_creator_fn")
        return _engine(target, kept)
    engine = _engine(target, {**kept, "poolclass": MemoryPool})
    pool = engine.sync_engine.pool
    assert isinstance(pool, MemoryPool)
    pool.database = database
    return engine


def _engine(target: Target, options: Mapping[str, Any]) -> Engine:
    if target.url.drivername == "sqlite+aiosqlite":
        target.connect_args.setdefault("async_creator_fn", connect)
    if target.connect_args:
        options = {**options, "connect_args": target.connect_args}
    engine = Engine(create_async_engine(target.url, **options).sync_engine)
    open_outside_of_requests(engine.sync_engine)
    read_without_transaction(engine.sync_engine)
    replace_lost_connections(engine.sync_engine)
    keep_habits(engine.sync_engine)
    # The first connection of all prepares the dialect, and others wait for it: on other loops too.
    engine.sync_engine.pool.dispatch.connect._exec_once_mutex = LoopsLock()  # type: ignore[attr-defined]
    return engine
