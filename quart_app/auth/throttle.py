"""How often somebody may try to sign in: per account and per address, exact however many try at once.

A try is counted before the password is looked at. Fifty tries that arrive together are counted one by one, and no more than the
limit get as far as the password.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from werkzeug.exceptions import TooManyRequests

from .errors import AuthSetupError
from .state import connection

_SWEEP_ABOVE = 10_000


class Store(Protocol):
    """Counts."""

    async def hit(self, key: str, window: float) -> tuple[int, float]:
        """Count one try for ``key``; return how many there are, and in how many seconds they are forgotten."""

    async def forget(self, key: str) -> None:
        """Forget the tries for ``key``."""


class MemoryStore:
    """Counts in this process. Several workers each count for themselves; they need :class:`RedisStore`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}
        self._sweep_above = _SWEEP_ABOVE

    async def hit(self, key: str, window: float) -> tuple[int, float]:
        """Count one try for ``key``."""
        now = self._clock()
        with self._lock:
            if len(self._counts) > self._sweep_above:
                self._counts = {name: entry for name, entry in self._counts.items() if entry[1] > now}
                # Twice as many, so that a crowd of live counts is not walked through with every try.
                self._sweep_above = max(_SWEEP_ABOVE, 2 * len(self._counts))
            count, until = self._counts.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + window
            self._counts[key] = (count + 1, until)
            return count + 1, until - now

    async def forget(self, key: str) -> None:
        """Forget the tries for ``key``."""
        with self._lock:
            self._counts.pop(key, None)


# One step for Redis, so that two workers never read the same count, and a count never stays for ever.
_HIT = """
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {count, left}
"""


class RedisStore:
    """Counts in Redis, for all workers on all machines.

    Args:
        redis: A client of ``redis.asyncio``.
        prefix: What the keys start with.
    """

    def __init__(self, redis: Any, *, prefix: str = "quart_app:throttle:") -> None:
        self._redis = redis
        self._prefix = prefix

    async def hit(self, key: str, window: float) -> tuple[int, float]:
        """Count one try for ``key``."""
        reply: Awaitable[list[int]] = self._redis.eval(
            _HIT, 1, self._prefix + key, max(1, round(window * 1000))
        )
        count, left = await reply
        return int(count), int(left) / 1000

    async def forget(self, key: str) -> None:
        """Forget the tries for ``key``."""
        await self._redis.delete(self._prefix + key)


class SignInThrottle:
    """Lets only so many tries through to the password.

    Args:
        store: Where to count; this process's memory when left out.
        per_account: How many tries one account has in a window, from wherever they come.
        per_address: How many tries one address has in a window, for whatever accounts.
        window: Its length in seconds. It begins with the first try.
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        per_account: int = 10,
        per_address: int = 100,
        window: float = 900,
    ) -> None:
        if per_account < 1 or per_address < 1 or window <= 0:
            raise AuthSetupError("per_account and per_address must be 1 or more, and window more than 0.")
        self._store = store or MemoryStore()
        self._per_account = per_account
        self._per_address = per_address
        self._window = window

    async def admit(self, account: str, address: str | None = None) -> None:
        """Count a try, before the password is looked at.

        Args:
            account: The name as it was typed, whether such an account exists or not.
            address: Where the try comes from; the address of the running request when left out.

        Raises:
            TooManyRequests: There were too many; its ``Retry-After`` says how long to wait. The answer is the same for an
                account that does not exist.
        """
        if address is None:
            context = connection()
            address = context.request_websocket.remote_addr if context is not None else None
        waits: list[float] = []
        for kind, name, limit in (
            ("account", _normal(account), self._per_account),
            ("address", address, self._per_address),
        ):
            if name is None:
                continue
            count, left = await self._store.hit(_key(kind, name), self._window)
            if count > limit:
                waits.append(left)
        if waits:
            raise TooManyRequests(retry_after=math.ceil(max(waits)))

    async def succeeded(self, account: str) -> None:
        """Forget the tries for an account whose user has signed in. Those of the address stay."""
        await self._store.forget(_key("account", _normal(account)))


def _normal(account: str) -> str:
    return account.strip().casefold()


def _key(kind: str, name: str) -> str:
    # A digest: what was typed may be long, odd, or a password in the wrong field.
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{kind}:{digest}"
