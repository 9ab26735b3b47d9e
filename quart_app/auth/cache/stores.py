"""Where copies of users are kept: the contract, and the process's own memory."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

#: Nothing is known of a user.
MISS: Final[Any] = object()


class Store(Protocol):
    """Keeps copies. A copy that was read from the database before a change must not be kept after it: hence the tokens."""

    async def read(self, key: str) -> tuple[Any, Any]:
        """Return a token for what is loaded from now on, and the copy or ``MISS``."""

    async def write(self, key: str, token: Any, value: Any, begun: float) -> None:
        """Keep ``value``, unless its user was forgotten since ``token`` was given.

        Args:
            key: The user's id.
            token: What :meth:`read` gave before the load.
            value: The copy.
            begun: When the load began, by ``time.monotonic()``.
        """

    def forget(self, keys: Iterable[str] | None) -> None:
        """Forget these users, or all, here at once; others are told by :meth:`settle`."""

    async def settle(self) -> None:
        """Wait, for a short while at most, until what was forgotten here is forgotten everywhere."""

    async def close(self) -> None:
        """Give back what is held."""


class MemoryStore:
    """The process's own memory: the least recently used copies make room, and none lives longer than ``seconds``.

    Other processes are not told of changes: there a copy lives on until its time is up.

    Args:
        seconds: How long a copy lives.
        size: How many there are at most.
        clock: Tells the time.
    """

    def __init__(self, seconds: float, size: int = 10_000, clock: Callable[[], float] | None = None) -> None:
        self._seconds = seconds
        self._size = size
        self._clock = clock or (lambda: time.monotonic())
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Any]] = OrderedDict()
        #: Changes are counted. A load that began before the last change of its user comes too late.
        self._changes = 0
        self._changed: OrderedDict[str, int] = OrderedDict()
        self._all_changed = 0

    def __len__(self) -> int:
        return len(self._kept)

    async def read(self, key: str) -> tuple[Any, Any]:
        """See :class:`Store`."""
        with self._lock:
            entry = self._kept.get(key)
            if entry is not None:
                if entry[0] > self._clock():
                    self._kept.move_to_end(key)
                    return None, entry[1]
                del self._kept[key]
            return self._changed.get(key, self._all_changed), MISS

    async def write(self, key: str, token: Any, value: Any, begun: float) -> None:
        """See :class:`Store`."""
        until = begun + self._seconds
        with self._lock:
            if token is None or token != self._changed.get(key, self._all_changed) or until <= self._clock():
                return
            self._kept[key] = (until, value)
            self._kept.move_to_end(key)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def forget(self, keys: Iterable[str] | None) -> None:
        """See :class:`Store`."""
        with self._lock:
            self._changes += 1
            if keys is None:
                self._kept.clear()
                self._changed.clear()
                self._all_changed = self._changes
                return
            for key in keys:
                self._kept.pop(key, None)
                self._changed[key] = self._changes
                self._changed.move_to_end(key)
            while len(self._changed) > self._size:
                # Whose change is no longer known individually counts as changed now: a load may lose needlessly.
                self._changed.popitem(last=False)
                self._all_changed = self._changes

    async def settle(self) -> None:
        """See :class:`Store`: there is nobody else."""

    async def close(self) -> None:
        """See :class:`Store`."""
        self.forget(None)
