"""A connection pool for an engine that is used on several event loops, one after the other or side by side.

A connection of an async driver belongs to the loop that opened it. So the pool of an engine holds a pool for each
loop; whoever connects gets a connection of the loop that runs. When a loop shuts down, its pool is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import weakref
from collections.abc import AsyncGenerator
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool, PoolProxiedConnection
from sqlalchemy.util import await_only, greenlet_spawn

from .fair_queue import FairQueue
from .opening import Opened, abandon, close_with


class LoopsLock:
    """A lock for tasks of different event loops. It is held shortly and seldom, so who has to wait looks again and again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        while not self._lock.acquire(blocking=False):
            await_only(asyncio.sleep(0.001))

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class FairPool(AsyncAdaptedQueuePool):
    """A pool whose connections go to those who have waited longest, and that knows which ones are open."""

    _queue_class = FairQueue  # type: ignore[assignment]

    def __init__(self, creator: Any, **options: Any) -> None:
        opened: Opened = set()

        def open_one(rec: Any) -> Any:
            connection = creator(rec)
            opened.add(connection)
            return connection

        super().__init__(open_one, **options)
        self.opened = opened

    def _close_connection(self, connection: Any, *, terminate: bool = False) -> None:
        # No longer ours when this ends, however it ends.
        self.opened.discard(connection)
        super()._close_connection(connection, terminate=terminate)


class LoopPool(AsyncAdaptedQueuePool):
    """A queue pool for every event loop, with the same settings and the same event listeners."""

    def __init__(self, creator: Any, **options: Any) -> None:
        super().__init__(creator, **options)
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, _PoolOfLoop] = WeakKeyDictionary()

    def connect(self) -> PoolProxiedConnection:
        """Return a connection that belongs to the running loop."""
        return self.of_running_loop().connect()

    def of_running_loop(self) -> AsyncAdaptedQueuePool:
        """Return the pool of the running loop, made at first use."""
        loop = asyncio.get_running_loop()
        entry = self._pools.get(loop)
        if entry is None:
            self._forget_closed_loops()
            entry = self._pools[loop] = _PoolOfLoop(self, loop)
        return entry.pool

    def forget(self, loop: asyncio.AbstractEventLoop) -> None:
        """Drop the pool of ``loop``; its connections are closed already."""
        self._pools.pop(loop, None)

    def _forget_closed_loops(self) -> None:
        # Loops that were closed without asyncio.run's shutdown; nobody can wait for their connections any more.
        for loop, entry in list(self._pools.items()):
            if loop.is_closed():
                self.forget(loop)
                entry.abandon()

    def recreate(self) -> LoopPool:
        """Return this pool: a loop that connects again gets a new pool of its own."""
        return self

    def dispose(self) -> None:
        """Close the idle connections of the running loop; those of other loops go with their loops."""
        try:
            entry = self._pools.pop(asyncio.get_running_loop(), None)
        except RuntimeError:
            entry = None
        if entry is not None:
            await_only(entry.close())
        self._forget_closed_loops()

    def _invalidate(
        self, connection: Any, exception: BaseException | None = None, _checkin: bool = True
    ) -> None:
        self.of_running_loop()._invalidate(connection, exception, _checkin)

    def _of_running_loop_if_any(self) -> AsyncAdaptedQueuePool | None:
        try:
            entry = self._pools.get(asyncio.get_running_loop())
        except RuntimeError:
            return None
        return None if entry is None else entry.pool

    def status(self) -> str:
        """Return the state of the running loop's pool, in words."""
        pool = self._of_running_loop_if_any()
        return "Pool not in use by this loop" if pool is None else pool.status()

    def checkedin(self) -> int:
        """Return the number of idle connections of the running loop."""
        pool = self._of_running_loop_if_any()
        return 0 if pool is None else pool.checkedin()

    def checkedout(self) -> int:
        """Return the number of connections in use on the running loop."""
        pool = self._of_running_loop_if_any()
        return 0 if pool is None else pool.checkedout()

    def overflow(self) -> int:
        """Return the number of connections of the running loop beyond the pool's size."""
        pool = self._of_running_loop_if_any()
        return -self.size() if pool is None else pool.overflow()


class _PoolOfLoop:
    """One loop's pool and what closes it."""

    def __init__(self, whole: LoopPool, loop: asyncio.AbstractEventLoop) -> None:
        self.pool = FairPool(
            whole._invoke_creator,
            pool_size=whole.size(),
            max_overflow=whole._max_overflow,
            timeout=whole.timeout(),
            use_lifo=whole._pool.use_lifo,
            recycle=whole._recycle,
            pre_ping=whole._pre_ping,
            echo=whole.echo,
            logging_name=whole._orig_logging_name,
            reset_on_return=whole._reset_on_return,
            dialect=whole._dialect,
        )
        # Shared, not copied: a listener that is added later holds for the loops that are there already.
        self.pool.__dict__["dispatch"] = whole.dispatch
        close_with(self.pool, self.pool.opened, loop)
        # asyncio.run and its like end every asynchronous generator before they close the loop: the one moment at
        # which the connections of a loop can still be closed by it.
        self._end = _close_at_shutdown(weakref.ref(whole), weakref.ref(self.pool), loop)
        with contextlib.suppress(StopIteration):
            self._end.__anext__().__await__().send(None)

    async def close(self) -> None:
        """Close the idle connections."""
        await self._end.aclose()

    def abandon(self) -> None:
        """Let go of connections whose loop is closed, without waiting and without noise."""
        while self.pool.checkedin():
            record: Any = self.pool._pool.get(False)
            connection, record.dbapi_connection = record.dbapi_connection, None
            self.pool.opened.discard(connection)
            abandon(connection)


async def _close_at_shutdown(
    whole: weakref.ref[LoopPool], pool: weakref.ref[Pool], loop: asyncio.AbstractEventLoop
) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        # A generator that is collected together with its pool finds neither: `close_with` sees to the connections.
        if (engines := whole()) is not None:
            engines.forget(loop)
        if (of_loop := pool()) is not None:
            await greenlet_spawn(of_loop.dispose)
