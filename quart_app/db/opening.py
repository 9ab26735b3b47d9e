"""Connections that neither keep the request that opened them alive, nor outlive the engine they were opened for.

An event loop calls back in the context in which it was told to watch a socket. A connection that waits in a pool would so hold what
that context holds: the request that happened to open it, its user, its session and its application. And a driver's connection that
is collected before it was closed complains, so somebody has to hold it until it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.util import greenlet_spawn

#: The drivers whose loop watches the socket of an idle connection. aiosqlite has threads; psycopg watches while it waits.
WATCHING = frozenset({"aiomysql", "asyncmy", "asyncpg"})

#: Connections of one pool that are open, in SQLAlchemy's clothes.
Opened = set[Any]

_closing: set[asyncio.Task[None]] = set()


def open_outside_of_requests(engine: Engine) -> None:
    """Have the connections of an engine opened in a context of their own, which is empty.

    Args:
        engine: The synchronous engine below an ``AsyncEngine``; engines of drivers that watch no socket are left alone.
    """
    if engine.dialect.driver not in WATCHING:
        return

    def connecting(dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        creator = options.get("async_creator_fn") or getattr(dialect.dbapi, dialect.driver).connect
        options["async_creator_fn"] = outside_of_requests(creator)

    event.listen(engine, "do_connect", connecting)


def outside_of_requests(creator: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return ``creator`` as a coroutine function that runs in an empty context.

    Args:
        creator: What opens a connection, as the ``connect`` of a driver.
    """

    async def opened(*args: Any, **options: Any) -> Any:
        async def connect() -> Any:
            return await creator(*args, **options)

        task = asyncio.get_running_loop().create_task(connect(), context=Context())
        try:
            return await task
        except asyncio.CancelledError:
            if task.done() and not task.cancelled() and task.exception() is None:
                with contextlib.suppress(Exception):
                    task.result().terminate()  # it came in the moment in which nobody wanted it any more
            raise

    return opened


def close_with(pool: object, opened: Opened, loop: asyncio.AbstractEventLoop) -> None:
    """Close the connections of a pool that is dropped without having been closed.

    Args:
        pool: The pool.
        opened: Its open connections, which this keeps alive as long as the pool.
        loop: Whose connections they are.
    """
    weakref.finalize(pool, _close_orphans, opened, loop).atexit = False


def _close_orphans(opened: Opened, loop: asyncio.AbstractEventLoop) -> None:
    # The collector may call this at any place and in any thread.
    def start() -> None:
        task = loop.create_task(_close(opened), context=Context())
        _closing.add(task)
        task.add_done_callback(ended)

    def ended(task: asyncio.Task[None]) -> None:
        _closing.discard(task)
        _abandon(opened)  # what a cancelled task, at the end of the loop, had no time for

    if opened:
        try:
            loop.call_soon_threadsafe(start)
        except RuntimeError:
            _abandon(opened)


async def _close(opened: Opened) -> None:
    while opened:
        connection = opened.pop()
        try:
            await greenlet_spawn(connection.terminate)
        except Exception:
            # The server is gone, or the loop ends: nobody is left who could be told.
            abandon(connection)


def _abandon(opened: Opened) -> None:
    while opened:
        abandon(opened.pop())


def abandon(connection: Any) -> None:
    """Let go of a connection at once, without waiting and without noise; its loop may be closed.

    Args:
        connection: In SQLAlchemy's clothes.
    """
    with contextlib.suppress(Exception):
        driver = connection.driver_connection
        (driver.abandon if hasattr(driver, "abandon") else driver.terminate)()
