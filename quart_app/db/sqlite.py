"""``sqlite3``, awaited: its functions, its classes, its errors, with ``await`` where the database works.

``await sqlite.connect(...)`` takes what ``sqlite3.connect`` takes. ``await connection.execute(...)`` gives a cursor whose
``fetchone``, ``fetchmany`` and ``fetchall`` are awaited, and which ``async for`` walks. ``async with connection:`` commits, or
rolls back on an error, and closes nothing. The other names of the ``sqlite3`` module (``Row``, ``PARSE_DECLTYPES``, the
errors) are here too.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection

from quart_app import bridge

from .errors import NotAwaitedError
from .threads import Worker

T = TypeVar("T")
Database = str | bytes | os.PathLike[str] | os.PathLike[bytes]

#: The arguments of ``sqlite3.connect`` after the first, in their order.
ARGUMENTS = (
    "timeout",
    "detect_types",
    "isolation_level",
    "check_same_thread",
    "factory",
    "cached_statements",
    "uri",
)
#: How many rows ``async for`` fetches at a time.
CHUNK = 64

#: Methods of ``sqlite3.Connection`` that set something up and are called as they are.
SET_UP = frozenset(
    {
        "create_aggregate",
        "create_collation",
        "create_function",
        "create_window_function",
        "enable_load_extension",
        "getlimit",
        "interrupt",
        "load_extension",
        "set_authorizer",
        "set_progress_handler",
        "set_trace_callback",
        "setlimit",
    }
)
#: The errors, which a connection carries too (PEP 249, optional extensions): ``except db.IntegrityError``.
ERRORS = frozenset(
    {
        "DataError",
        "DatabaseError",
        "Error",
        "IntegrityError",
        "InterfaceError",
        "InternalError",
        "NotSupportedError",
    }
    | {"OperationalError", "ProgrammingError", "Warning"}
)
#: Attributes of ``sqlite3.Connection`` that may be set.
SETTABLE = frozenset({"autocommit", "isolation_level", "row_factory", "text_factory"})


async def connect(database: Database, *args: Any, **options: Any) -> Connection:
    """Open a database; see :func:`sqlite3.connect` for the arguments."""
    if len(args) > len(ARGUMENTS):
        raise TypeError(
            f"connect() takes at most {1 + len(ARGUMENTS)} positional arguments ({1 + len(args)} given)"
        )
    options.update(zip(ARGUMENTS, args, strict=False))
    # The connection works in a thread of its own, and one statement at a time; sqlite3's own check is in the way then.
    options["check_same_thread"] = False

    def connector() -> sqlite3.Connection:
        raw: sqlite3.Connection = sqlite3.connect(database, **options)
        return raw

    worker = Worker(connector, CHUNK)
    _ = await worker
    return Connection(worker)


class _ConnectionType(type):
    """``await Connection(database)`` connects, as sqlite3's class does when it is called.

    And ``isinstance(connection, Connection)`` holds for the connections that SQLAlchemy hands to its listeners.
    """

    def __call__(cls, database: Any, *args: Any, **options: Any) -> Any:
        if isinstance(database, Worker):
            return super().__call__(database)
        return connect(database, *args, **options)

    def __instancecheck__(cls, instance: object) -> bool:
        return super().__instancecheck__(instance) or (
            cls is Connection and isinstance(instance, AsyncAdapt_aiosqlite_connection)
        )


class Connection(metaclass=_ConnectionType):
    """An open database."""

    _worker: Worker
    _raw: sqlite3.Connection
    _closed: bool

    def __init__(self, worker: Worker) -> None:
        object.__setattr__(self, "_worker", worker)
        object.__setattr__(self, "_raw", worker._conn)
        object.__setattr__(self, "_closed", False)

    def __getattr__(self, name: str) -> Any:
        if name in ("_worker", "_raw", "_closed"):
            raise AttributeError(name)
        if name in SET_UP | SETTABLE | ERRORS or name in ("in_transaction", "total_changes"):
            return getattr(self._raw, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in SETTABLE:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        setattr(self._raw, name, value)

    async def _run(self, function: Callable[..., T], *args: Any, **options: Any) -> T:
        if self._closed:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
        worker: Any = self._worker
        result: T = await worker._execute(function, *args, **options)
        return result

    def cursor(self, factory: Callable[[sqlite3.Connection], sqlite3.Cursor] = sqlite3.Cursor) -> Cursor:
        """Return a new cursor."""
        return Cursor(self, self._raw.cursor(factory))

    async def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        """Execute a statement; return the cursor with its results."""
        return Cursor(self, await self._run(self._raw.execute, sql, parameters))

    async def executemany(self, sql: str, parameters: Iterable[Any], /) -> Cursor:
        """Execute a statement once for each of ``parameters``."""
        return Cursor(self, await self._run(self._raw.executemany, sql, parameters))

    async def executescript(self, script: str, /) -> Cursor:
        """Execute a script of several statements."""
        return Cursor(self, await self._run(self._raw.executescript, script))

    async def commit(self) -> None:
        """Commit."""
        await self._run(self._raw.commit)

    async def rollback(self) -> None:
        """Roll back."""
        await self._run(self._raw.rollback)

    async def close(self) -> None:
        """Close the database without committing; closing twice does nothing."""
        if not self._closed:
            object.__setattr__(self, "_closed", True)
            await self._worker.close()

    async def iterdump(self, **options: Any) -> AsyncIterator[str]:
        """Yield the database as SQL."""
        for line in await self._run(lambda: list(self._raw.iterdump(**options))):
            yield line

    async def backup(self, target: Connection | sqlite3.Connection, **options: Any) -> None:
        """Copy the database into another one."""
        raw = target._raw if isinstance(target, Connection) else target
        await self._run(self._raw.backup, raw, **options)

    async def __aenter__(self) -> Connection:
        return self

    async def __aexit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            await self.commit()
        else:
            await self.rollback()


class Cursor:
    """The results of a statement, and where the next ones come from."""

    def __init__(self, connection: Connection, raw: sqlite3.Cursor) -> None:
        #: The connection it belongs to.
        self.connection = connection
        self._raw = raw

    async def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        """Execute a statement."""
        await self.connection._run(self._raw.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Any], /) -> Cursor:
        """Execute a statement once for each of ``parameters``."""
        await self.connection._run(self._raw.executemany, sql, parameters)
        return self

    async def executescript(self, script: str, /) -> Cursor:
        """Execute a script of several statements."""
        await self.connection._run(self._raw.executescript, script)
        return self

    async def fetchone(self) -> Any:
        """Return the next row, or ``None``."""
        return await self.connection._run(self._raw.fetchone)

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next ``size`` rows, or ``arraysize``."""
        return await self.connection._run(self._raw.fetchmany, self.arraysize if size is None else size)

    async def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        return await self.connection._run(self._raw.fetchall)

    async def close(self) -> None:
        """Close the cursor."""
        self._raw.close()

    @property
    def lastrowid(self) -> int | None:
        """The id of the row that was inserted last."""
        return self._raw.lastrowid

    @property
    def rowcount(self) -> int:
        """How many rows were changed; -1 if that is not known."""
        return self._raw.rowcount

    @property
    def description(self) -> Any:
        """The columns of the result."""
        return self._raw.description

    @property
    def arraysize(self) -> int:
        """How many rows :meth:`fetchmany` returns."""
        return self._raw.arraysize

    @arraysize.setter
    def arraysize(self, size: int) -> None:
        self._raw.arraysize = size

    @property
    def row_factory(self) -> Any:
        """What makes a row of a tuple."""
        return self._raw.row_factory

    @row_factory.setter
    def row_factory(self, factory: Any) -> None:
        self._raw.row_factory = factory

    async def __aiter__(self) -> AsyncIterator[Any]:
        while rows := await self.fetchmany(CHUNK):
            for row in rows:
                yield row

    def __iter__(self) -> Iterator[Any]:
        if not bridge.in_bridge():
            raise NotAwaitedError(
                "Iterate over a cursor with `async for`, or over `await cursor.fetchall()`."
            )
        return iter(bridge.wait(self.fetchall()))


def __getattr__(name: str) -> Any:
    return getattr(sqlite3, name)
