"""aiosqlite connections whose threads end with their use, keep no process alive, and give every lock back.

aiosqlite's own worker fails loudly when the loop that waited for a result is closed by then, and holds on to what it did last.
A connection of its own that is stopped and closed at once, as happens to a cancelled statement, may stay open with its transaction; and
SQLite keeps a closed connection's lock as long as somebody holds an unfinished cursor, a traceback for example.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import weakref
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any, cast

import aiosqlite
from aiosqlite.core import set_exception, set_result

#: What a function returns to end the thread it runs in.
STOP = object()


class RawConnection(sqlite3.Connection):
    """A connection that closes its cursors too."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._open_cursors: weakref.WeakSet[sqlite3.Cursor] = weakref.WeakSet()

    def cursor(self, *args: Any, **options: Any) -> Any:
        """Return a new cursor."""
        cursor: sqlite3.Cursor = super().cursor(*args, **options)
        self._open_cursors.add(cursor)
        return cursor

    def close(self) -> None:
        """Close the connection and what is left of its statements."""
        for cursor in list(self._open_cursors):
            with contextlib.suppress(sqlite3.Error):
                cursor.close()
        super().close()


class Worker(aiosqlite.Connection):
    """An aiosqlite connection with a thread of ours."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], chunk: int = 64) -> None:
        super().__init__(self._open, chunk)
        # The thread holds the connection: it must not be garbage, and complain, before the thread has closed it.
        self._held: list[sqlite3.Connection] = []
        self._thread = Thread(target=_work, args=(self._tx, self._held), name="sqlite", daemon=True)
        self._open_raw = connector

    def _open(self) -> sqlite3.Connection:
        raw = self._open_raw()
        self._held.append(raw)
        return raw

    def open_now(self) -> None:
        """Open without waiting, for what takes no time."""
        self._connection = self._open()
        self._thread.start()

    def stop(self) -> asyncio.Future[Any] | None:
        """Close after what is being done, and end the thread; the result need not be awaited."""
        self._running = False
        try:
            future = asyncio.get_running_loop().create_future()
        except RuntimeError:
            future = None
        self._tx.put_nowait((future, partial(_close, self._held)))
        return future

    async def close(self) -> None:
        """Close after what is being done."""
        if self._connection is not None:
            self._connection = None
            future = self.stop()
            if future is not None:
                await future

    def abandon(self) -> None:
        """Close without a word: nobody is left to be told."""
        if self._connection is not None:
            self._connection = None
            self._tx.put_nowait((None, partial(_close, self._held)))

    def __del__(self) -> None:
        """End the thread; it closes the connection."""
        self.abandon()


async def connect(database: Any, **options: Any) -> Worker:
    """Open a database as ``aiosqlite.connect`` does."""
    chunk = options.pop("iter_chunk_size", 64)
    options.setdefault("factory", RawConnection)
    connection = Worker(lambda: cast(sqlite3.Connection, sqlite3.connect(database, **options)), chunk)
    _ = await connection
    return connection


def _close(held: list[sqlite3.Connection]) -> object:
    while held:
        held.pop().close()
    return STOP


def _work(queue: Any, _held: list[sqlite3.Connection]) -> None:
    while _do(*queue.get()):
        pass


def _do(future: Any, function: Callable[[], Any]) -> bool:
    try:
        result = function()
    except BaseException as error:
        _post(future, set_exception, error)
        return True
    _post(future, set_result, result)
    return result is not STOP


def _post(future: Any, setter: Callable[..., None], outcome: Any) -> None:
    if future is not None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            future.get_loop().call_soon_threadsafe(setter, future, outcome)
