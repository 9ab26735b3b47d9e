"""One load, however many tasks ask for it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Generic, TypeVar

from .errors import RecursiveLoadError

T = TypeVar("T")

_leading: ContextVar[tuple[object, ...]] = ContextVar("quart_app_auth_leading", default=())


class SingleFlight(Generic[T]):
    """The first task that asks does the work itself, in its own context; the others wait for its outcome.

    A failure is everybody's failure. If the leader is cancelled, one of those who wait takes over.
    """

    __slots__ = ("_flight", "_what")

    def __init__(self, what: str) -> None:
        self._what = what
        self._flight: asyncio.Future[T] | None = None

    def led_here(self) -> bool:
        """Whether the running code is part of the load."""
        return self in _leading.get()

    async def run(self, load: Callable[[], Awaitable[T]]) -> T:
        """Return what ``load`` gives, called once for all that ask meanwhile.

        Raises:
            RecursiveLoadError: ``load`` itself asks.
        """
        loop = asyncio.get_running_loop()
        while True:
            flight = self._flight
            if self.led_here():
                raise RecursiveLoadError(
                    f"{self._what} was awaited by the code that loads it (the user loader, or a receiver of a signal"
                    " that is sent before it has loaded). It would wait for itself for ever."
                )
            if flight is None or flight.get_loop() is not loop:
                return await self._lead(load, loop)
            # Not `await flight`: cancelling one that waits would cancel the flight for all.
            await asyncio.wait((flight,))
            if not flight.cancelled():
                return flight.result()

    async def _lead(self, load: Callable[[], Awaitable[T]], loop: asyncio.AbstractEventLoop) -> T:
        flight = self._flight = loop.create_future()
        token = _leading.set((*_leading.get(), self))
        try:
            value = await load()
        except Exception as error:
            flight.set_exception(error)
            flight.exception()  # retrieved: nobody may be waiting
            raise
        except BaseException:
            flight.cancel()
            raise
        else:
            flight.set_result(value)
            return value
        finally:
            _leading.reset(token)
            if self._flight is flight:
                self._flight = None
