"""``AsyncTestCase``: unittest classes whose tests are awaited and driven by the bridge."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import unittest
from collections.abc import Awaitable, Callable
from typing import Any

from ..bridge import drive, install


class AsyncTestCase(unittest.IsolatedAsyncioTestCase):
    """unittest's asynchronous test case, with synchronous code below it able to wait.

    - ``setUp``, ``tearDown``, tests and cleanups may be ``async def`` or not; ``asyncSetUp`` and ``asyncTearDown`` work as in unittest.
      All of them run on one event loop, each test with a loop of its own, so an implicit load or ``run(...)`` in a
      synchronous ``setUp`` uses the loop that the test uses.
    - Context variables set in them (a pushed application context) are seen by what comes after; what ``setUpClass`` has set is seen too.
    - ``setUpClass`` and ``tearDownClass`` stay synchronous, and no loop runs there: ``run(...)`` works in them.
    """

    _asyncioRunner: Any  # noqa: N815
    _asyncioTestContext: contextvars.Context  # noqa: N815

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("setUpClass", "tearDownClass"):
            if inspect.iscoroutinefunction(getattr(cls, name)):
                raise TypeError(
                    f"{cls.__qualname__}.{name} is a coroutine function; unittest would not await it."
                    " Keep it synchronous and wait with quart_app.bridge.run()."
                )

    # unittest's own steps, by the names they have in CPython 3.11 to 3.14; a test runs them on each.

    def _setupAsyncioRunner(self) -> None:  # noqa: N802
        super()._setupAsyncioRunner()  # type: ignore[misc]
        # unittest copies the context when the test is collected, which is before setUpClass.
        self._asyncioTestContext = contextvars.copy_context()
        install(self._asyncioRunner.get_loop())

    def _callSetUp(self) -> None:  # noqa: N802
        self._callMaybeAsync(self.setUp)
        self._callAsync(self.asyncSetUp)

    def _callTearDown(self) -> None:  # noqa: N802
        self._callAsync(self.asyncTearDown)
        self._callMaybeAsync(self.tearDown)

    def _callAsync(self, func: Callable[..., Awaitable[Any]], /, *args: Any, **kwargs: Any) -> Any:  # noqa: N802
        return self._callMaybeAsync(func, *args, **kwargs)

    def _callMaybeAsync(self, func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:  # noqa: N802
        async def call() -> Any:
            result = func(*args, **kwargs)
            return await result if inspect.isawaitable(result) else result

        runner: asyncio.Runner = self._asyncioRunner
        return runner.run(drive(call()), context=self._asyncioTestContext)
