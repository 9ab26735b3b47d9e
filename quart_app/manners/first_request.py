"""``before_first_request``, which Flask had until 2.3."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class FirstRequest:
    """What is called once before the first request; requests that come meanwhile wait for it."""

    def __init__(self) -> None:
        self._functions: list[Callable[[], Any]] = []
        self._lock: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None

    def register(self, function: Callable[[], T]) -> Callable[[], T]:
        """Call ``function`` before the first request."""
        self._functions.append(function)
        return function

    async def run(self) -> None:
        """Call what was registered and has not been called; what fails is called again with the next request."""
        if not self._functions:
            return
        loop = asyncio.get_running_loop()
        if self._lock is None or self._lock[0] is not loop:
            self._lock = loop, asyncio.Lock()
        async with self._lock[1]:
            while self._functions:
                result = self._functions[0]()
                if inspect.isawaitable(result):
                    await result
                del self._functions[0]
