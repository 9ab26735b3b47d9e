"""What ``sqlite://`` and ``sqlite:///:memory:`` mean: one database of an engine, shared by everybody who connects.

There is one SQLite connection, opened by the first use, and usable from several event loops: its work is done in a thread
of its own, one statement after the other. Nobody waits for it to be free, so a test may hold a session while the request it
makes holds another. The price is that they share one transaction: what one has written, the others see before the commit.
A session that has written nothing neither commits nor rolls back what another has written.
"""

from __future__ import annotations

import sqlite3
import threading
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakSet

import aiosqlite
from aiosqlite.context import contextmanager
from sqlalchemy.exc import SAWarning
from sqlalchemy.pool import NullPool
from sqlalchemy.util import await_only

from .threads import Worker


class Shared:
    """The connection itself, and what its faces must know of each other."""

    def __init__(self, connection: Worker) -> None:
        self.connection: Any = connection
        #: The faces that have written since the last commit or rollback.
        self.writers: WeakSet[SharedConnection] = WeakSet()
        #: The functions that SQL can call, by name and number of arguments.
        self.functions: dict[tuple[str, int], Callable[..., Any]] = {}


class SharedDatabase:
    """An in-memory database: opened by its first use, whoever makes it, on whatever loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shared: Shared | None = None

    async def connect(self, *args: Any, **options: Any) -> SharedConnection:
        """Return one more face of the connection."""
        with self._lock:
            if self._shared is None:
                options["check_same_thread"] = False
                worker = Worker(partial(sqlite3.connect, *args, **options))
                worker.open_now()
                self._shared = Shared(worker)
            return SharedConnection(self._shared)

    @property
    def is_open(self) -> bool:
        """Whether anybody has used it."""
        return self._shared is not None

    async def close(self) -> None:
        """Close the connection: the database is gone, the next use makes a new one."""
        with self._lock:
            shared, self._shared = self._shared, None
        if shared is not None:
            await shared.connection.close()


class SharedConnection:
    """What one checkout sees of the shared connection."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared  # not the database, whose end is the thread's end
        self._lost = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shared.connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("_shared", "_lost"):
            super().__setattr__(name, value)
        else:
            setattr(self._shared.connection, name, value)

    @contextmanager
    async def cursor(self) -> aiosqlite.Cursor:
        """Return a cursor whose statements are told apart from the other sessions'."""
        return aiosqlite.Cursor(self, await self._execute(self._shared.connection._conn.cursor))  # type: ignore[arg-type]

    async def _execute(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Run ``function`` on the connection's thread, and notice whether it wrote."""
        return await self._shared.connection._execute(self._noticing, function, *args, **options)

    def _noticing(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        raw = self._shared.connection._conn
        before = (raw.in_transaction, raw.total_changes)
        try:
            return function(*args, **options)
        finally:
            # In a transaction that another face has opened a changed schema counts no rows.
            if raw.in_transaction and (before != (True, raw.total_changes) or _changes_the_schema(args)):
                self._shared.writers.add(self)

    async def commit(self) -> None:
        """Commit, if this checkout has written."""
        if self._lost:
            self._lost = False
            warnings.warn(
                "What this session had written is gone: another session rolled back the transaction that all sessions"
                " of an in-memory SQLite database share. Use a file, or one session after the other.",
                SAWarning,
                stacklevel=2,
            )
        await self._finish(self._shared.connection.commit)

    async def rollback(self) -> None:
        """Roll back, if this checkout has written."""
        self._lost = False
        lost = [writer for writer in self._shared.writers if writer is not self]
        if await self._finish(self._shared.connection.rollback):
            for writer in lost:
                writer._lost = True

    async def _finish(self, end: Callable[[], Any]) -> bool:
        if self not in self._shared.writers:
            return False
        self._shared.writers.clear()
        await end()
        return True

    async def create_function(
        self, name: str, num_params: int, func: Callable[..., Any], **options: Any
    ) -> None:
        """Let SQL call ``func``. Every checkout does it again; SQLite refuses that while a statement runs."""
        functions = self._shared.functions
        if functions.get((name, num_params)) is not func:
            functions[name, num_params] = func
            await self._shared.connection.create_function(name, num_params, func, **options)

    async def close(self) -> None:
        """Close nothing: the connection is everybody's."""

    def stop(self) -> None:
        """Close nothing either."""


def _changes_the_schema(args: tuple[Any, ...]) -> bool:
    """Whether what is executed, by its first argument, is a statement that makes, alters or drops something."""
    statement = args[0] if args and isinstance(args[0], str) else ""
    return statement.lstrip().upper().startswith(("CREATE", "ALTER", "DROP"))


class MemoryPool(NullPool):
    """Hands out faces of the shared connection, which cost nothing and wait for nobody."""

    database: SharedDatabase

    def recreate(self) -> MemoryPool:
        """Return this pool: after :meth:`dispose` the next use opens a new database."""
        return self

    def dispose(self) -> None:
        """Close the shared connection."""
        await_only(self.database.close())
