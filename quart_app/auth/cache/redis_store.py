"""Copies in Redis, for all workers on all machines."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..errors import AuthSetupError
from .stores import MISS

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from .codec import Codec

_log = logging.getLogger("quart_app.auth.cache")

#: The pending key that stands for all users.
_ALL = None
#: More than so many users that Redis could not be told of are forgotten together.
_MOST_PENDING = 10_000


class RedisStore:
    """Redis keeps, for each user, a copy and the version of the last change; and one version for all users.

    A copy carries the versions that were read before its load began. It counts only while they are the current ones, so
    one that was loaded before a change is worthless after it, whenever it is written.

    Args:
        url: Of the server.
        codec: Writes and reads the copies.
        seconds: How long a copy lives.
        prefix: What all keys begin with.
        fingerprint: Tells the copies of other fields from ours.
        timeout: How long Redis may take, in seconds; then it is down.
        retry: How long Redis is left alone when it is down, in seconds.
    """

    def __init__(
        self,
        url: str,
        codec: Codec,
        seconds: float,
        prefix: str,
        fingerprint: str,
        *,
        timeout: float = 1.0,
        retry: float = 1.0,
    ) -> None:
        self._url = url
        self._codec = codec
        self._seconds = seconds
        self._prefix = prefix
        self._entries = f"{prefix}:{fingerprint}:"
        self._timeout = timeout
        self._retry = retry
        self._client: Redis | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._down_until: float | None = None
        #: Users that Redis has not been told of yet, with the time when no copy of them can be alive any more.
        self._pending: dict[str | None, float] = {}
        self._teller: asyncio.Task[None] | None = None

    # Reading and writing

    async def read(self, key: str) -> tuple[Any, Any]:
        """See :class:`~.stores.Store`. While Redis is down nothing is known, and nothing is kept."""
        if not self._may_ask() or key in self._pending or _ALL in self._pending:
            return None, MISS
        name = self._entries + key
        answer = await self._try(lambda redis: redis.mget(name, self._version(key), self._version(_ALL)))
        if answer is None or key in self._pending or _ALL in self._pending:
            return None, MISS
        data, *versions = answer
        token = [version and version.decode("ascii", "replace") for version in versions]
        if data is None:
            return token, MISS
        try:
            found = self._codec.load(data, name, token)
        except Exception as error:  # whatever stands there, it is not ours
            _log.warning("The user cache in Redis holds something else than a copy at %r: %s", name, error)
            found = None
        return token, MISS if found is None else found

    async def write(self, key: str, token: Any, value: Any, begun: float) -> None:
        """See :class:`~.stores.Store`."""
        left = self._seconds - (time.monotonic() - begun)
        if token is None or left <= 0.001 or not self._may_ask():
            return
        name = self._entries + key
        data = self._codec.dump(name, token, value, time.time() + left)
        await self._try(lambda redis: redis.set(name, data, px=int(left * 1000)))

    # Forgetting

    def forget(self, keys: Iterable[str] | None) -> None:
        """See :class:`~.stores.Store`. Until Redis has been told, this process does not ask it for these users."""
        until = time.monotonic() + self._seconds + self._timeout
        for key in [_ALL] if keys is None else keys:
            self._pending.pop(key, None)
            self._pending[key] = until
        if len(self._pending) > _MOST_PENDING:
            self._pending = {_ALL: until}
        with contextlib.suppress(RuntimeError):  # without a loop, whoever asks next tells
            _ = self._start_telling(asyncio.get_running_loop())

    async def settle(self) -> None:
        """See :class:`~.stores.Store`. Who waits here may be cancelled; the telling goes on."""
        end = time.monotonic() + self._timeout
        mine = dict(self._pending)
        while mine and self._down_until is None:
            left = end - time.monotonic()
            if left <= 0 or not any(self._pending.get(key) == until for key, until in mine.items()):
                return
            await asyncio.wait({self._start_telling(asyncio.get_running_loop())}, timeout=left)

    def _start_telling(self, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        if self._teller is None or self._teller.done() or self._teller.get_loop() is not loop:
            self._teller = loop.create_task(self._tell_all())
        return self._teller

    async def _tell_all(self) -> None:
        while self._pending:
            if not await self._tell():
                await asyncio.sleep(self._retry)
            now = time.monotonic()
            for key in [key for key, until in self._pending.items() if until <= now]:
                del self._pending[key]  # no copy from before the change is alive

    async def _tell(self) -> bool:
        telling = dict(self._pending)
        life = int((self._seconds + self._timeout) * 2000) + 60_000

        async def send(redis: Redis) -> bool:
            pipeline = redis.pipeline(transaction=False)
            for key in telling:
                _ = pipeline.set(self._version(key), secrets.token_hex(8), px=life)
                if key is not None:
                    _ = pipeline.delete(self._entries + key)
            await pipeline.execute()
            return True

        if not await self._try(send):
            return False
        for key, until in telling.items():
            if self._pending.get(key) == until:
                del self._pending[key]
        return True

    def _version(self, key: str | None) -> str:
        return f"{self._prefix}:v:{key}" if key is not _ALL else f"{self._prefix}:all"

    # The server

    def _may_ask(self) -> bool:
        return self._down_until is None or time.monotonic() >= self._down_until

    async def _try(self, ask: Callable[[Redis], Awaitable[Any]]) -> Any:
        """Ask Redis; ``None`` if it does not answer, which is logged once an outage."""
        from redis.exceptions import RedisError

        try:
            client = self._connected()
            async with asyncio.timeout(self._timeout):
                answer = await ask(client)
        except (RedisError, OSError, TimeoutError) as error:
            if self._down_until is None:
                _log.warning(
                    "Redis does not answer the user cache; the database does until it is back: %s",
                    str(error) or "too slow",
                )
            self._down_until = time.monotonic() + self._retry
            return None
        if self._down_until is not None:
            self._down_until = None
            _log.warning("Redis answers the user cache again.")
        return answer

    def _connected(self) -> Redis:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client, self._loop = self._connect(), loop
        return self._client

    def _connect(self) -> Redis:
        try:
            from redis.asyncio import BlockingConnectionPool, Redis
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff
        except ImportError:
            raise AuthSetupError(
                "The user cache in Redis needs the package `redis`: pip install redis"
            ) from None
        pool = BlockingConnectionPool.from_url(
            self._url,
            max_connections=20,
            timeout=self._timeout,
            socket_timeout=None,  # _try has one time limit for all of it, and two more cost a sixth of a read
            socket_connect_timeout=self._timeout,
            retry=Retry(NoBackoff(), 0),
        )
        return Redis(connection_pool=pool)

    async def close(self) -> None:
        """Give the connections back; what Redis was not told yet is tried once more."""
        if (
            self._teller is not None
            and not self._teller.done()
            and self._teller.get_loop() is asyncio.get_running_loop()
        ):
            self._teller.cancel()
            await asyncio.wait({self._teller})
        if self._pending and self._may_ask():
            await self._tell()
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.aclose()
            await client.connection_pool.disconnect()
