"""The queue of a connection pool in which who came first is served first.

SQLAlchemy's is an ``asyncio.Queue``. There a connection that comes back lies in the queue until the task that waits for it has its
turn of the loop, and whoever asks meanwhile takes it; the one who waited goes to the end of the line. On a loop that is
busy for long turns some wait until ``pool_timeout``. And while they wait, the queue counts as full, so connections beyond the
pool's size are closed, only to be opened again. Here a connection is put into the hands of the first who waits.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TypeVar

from sqlalchemy.util import await_only
from sqlalchemy.util.queue import Empty, Full, QueueCommon

T = TypeVar("T")


class FairQueue(QueueCommon[T]):
    """A queue for the tasks of one event loop, with the face that SQLAlchemy's pools use."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:
        self.maxsize = maxsize
        self.use_lifo = use_lifo
        self._items: deque[T] = deque()
        self._waiting: deque[asyncio.Future[T]] = deque()

    def empty(self) -> bool:
        """Whether nothing is there."""
        return not self._items

    def full(self) -> bool:
        """Whether no more is taken."""
        return 0 < self.maxsize <= len(self._items)

    def qsize(self) -> int:
        """Return how many are there."""
        return len(self._items)

    def put_nowait(self, item: T) -> None:
        """Give an item to the first who waits, or keep it."""
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():
                first.set_result(item)
                return
        if self.full():
            raise Full()
        self._items.append(item)

    def put(self, item: T, block: bool = True, timeout: float | None = None) -> None:  # noqa: ARG002
        """Give an item; a pool never waits for room."""
        self.put_nowait(item)

    def get_nowait(self) -> T:
        """Take an item. While somebody waits there is none."""
        if not self._items:
            raise Empty()
        return self._items.pop() if self.use_lifo else self._items.popleft()

    def get(self, block: bool = True, timeout: float | None = None) -> T:
        """Take an item, or wait for one at the end of the line."""
        if self._items or not block:
            return self.get_nowait()
        try:
            item: T = await_only(self._wait(timeout))
        except TimeoutError:
            raise Empty() from None
        return item

    async def _wait(self, timeout: float | None) -> T:
        place: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(timeout):
                return await place
        except BaseException:
            if place.done() and not place.cancelled():
                # It came together with the end of our patience: the next one is glad of it.
                self.put_nowait(place.result())
            else:
                # Whoever cancels this task cancels the place too, and then put_nowait() may have passed it by.
                with contextlib.suppress(ValueError):
                    self._waiting.remove(place)
            raise
