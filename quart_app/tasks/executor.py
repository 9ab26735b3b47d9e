"""``Executor``: Flask-Executor's words for work in the background, awaited."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import inspect
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from quart import Quart, current_app, g

from .tracking import logger, start

PENDING, RUNNING, FINISHED, CANCELLED = "PENDING", "RUNNING", "FINISHED", "CANCELLED"


class Execution:
    """What ``submit`` returns. Results are awaited; everything else is asked as of a ``concurrent.futures.Future``."""

    def __init__(self) -> None:
        self._state = PENDING
        self._outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        # An error is logged when it happens; that nobody fetches it here is nothing to warn about.
        self._outcome.add_done_callback(lambda outcome: outcome.cancelled() or outcome.exception())
        self._callbacks: list[Callable[[concurrent.futures.Future[Any]], Any]] = []
        self._task: asyncio.Task[None] | None = None

    async def result(self, timeout: float | None = None) -> Any:
        """Wait for the end and give what the function returned, or raise what it raised.

        Raises:
            TimeoutError: it takes longer than ``timeout`` seconds.
        """
        async with asyncio.timeout(timeout):
            return await asyncio.shield(self._outcome)

    async def exception(self, timeout: float | None = None) -> BaseException | None:
        """Wait for the end and give what it raised, or None."""
        async with asyncio.timeout(timeout):
            await asyncio.wait([self._outcome])
        return self._outcome.exception()

    def done(self) -> bool:
        """Whether it has ended."""
        return self._outcome.done()

    def running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._state == RUNNING

    def cancelled(self) -> bool:
        """Whether it was cut off."""
        return self._outcome.cancelled()

    def cancel(self) -> bool:
        """Cut it off, unless it has ended."""
        return self._task is not None and self._task.cancel()

    def add_done_callback(self, function: Callable[[concurrent.futures.Future[Any]], Any]) -> None:
        """Have ``function``, sync or async, called at the end with a future that is done: nothing of it is awaited."""
        self._callbacks.append(function)

    def _ended(self, _task: asyncio.Task[None]) -> None:
        # Here and not in the coroutine: cancelled before its first step, that never runs.
        if not self._outcome.done():
            self._state = CANCELLED
            self._outcome.cancel()


class Executions:
    """``executor.futures``: what was submitted under a key, the oldest dropped beyond ``max_length``."""

    def __init__(self, max_length: int = 50) -> None:
        self.max_length = max_length
        self._kept: OrderedDict[Any, Execution] = OrderedDict()

    def __contains__(self, execution: object) -> bool:
        return execution in self._kept.values()

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, key: Any, execution: Execution) -> None:
        """Keep one.

        Raises:
            ValueError: the key is in use.
        """
        if key in self._kept:
            raise ValueError(f"future_key {key} already exists")
        self._kept[key] = execution
        while len(self._kept) > self.max_length:
            self._kept.popitem(last=False)

    def pop(self, key: Any) -> Execution | None:
        """Take one out."""
        return self._kept.pop(key, None)

    def _state(self, key: Any) -> str | None:
        return self._kept[key]._state if key in self._kept else None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def ask(key: Any, *args: Any, **kwargs: Any) -> Any:
            return getattr(self._kept[key], name)(*args, **kwargs) if key in self._kept else None

        return ask


class ExecutorJob:
    """A function that ``@executor.job`` decorates: ``function.submit(...)``."""

    def __init__(self, executor: Executor, function: Callable[..., Any]) -> None:
        self.executor = executor
        self.fn = function

    def submit(self, *args: Any, **kwargs: Any) -> Execution:
        """Run it in the background."""
        return self.executor.submit(self.fn, *args, **kwargs)

    def submit_stored(self, future_key: Any, *args: Any, **kwargs: Any) -> Execution:
        """Run it in the background and keep it in ``executor.futures``."""
        return self.executor.submit_stored(future_key, self.fn, *args, **kwargs)

    async def map(self, *iterables: Iterable[Any], **kwargs: Any) -> list[Any]:
        """Run it for each element; wait for all results."""
        return await self.executor.map(self.fn, *iterables, **kwargs)


class Executor:
    """Runs functions in the background, as Flask-Executor does.

    A coroutine function becomes a task of the loop, another function runs in a thread. Each has an application context of its own, so
    a database session of its own, with a copy of ``g``; it still sees the request that submitted it, which is right for short
    work only: pass longer work what it needs. At most ``EXECUTOR_MAX_WORKERS`` (10) run at a time. Errors are logged.

    Args:
        app: The application; or call :meth:`init_app` later.
        name: Put in front of its settings' names.
    """

    def __init__(self, app: Quart | None = None, name: str = "") -> None:
        self.name = name
        self.futures = Executions()
        self._callbacks: list[Callable[[concurrent.futures.Future[Any]], Any]] = []
        self._limits: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Quart) -> None:
        """Serve ``app``."""
        length = app.config.get(self._setting("FUTURES_MAX_LENGTH"))
        if length is not None:
            self.futures.max_length = int(length)
        app.extensions[f"{self.name}executor"] = self

    def submit(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Execution:
        """Run ``fn`` in the background.

        Raises:
            RuntimeError: there is no application context, or no event loop.
        """
        app: Quart = current_app._get_current_object()  # type: ignore[attr-defined]
        execution = Execution()
        execution._callbacks += self._callbacks
        push = app.config.get(self._setting("PUSH_APP_CONTEXT"), True)
        kept = {key: g.get(key) for key in g} if push else {}
        work = self._work(app, execution, kept, fn, args, kwargs)
        name = getattr(fn, "__qualname__", repr(fn))
        execution._task = start(work, app=app, name=name, context=contextvars.copy_context())
        execution._task.add_done_callback(execution._ended)
        return execution

    def submit_stored(self, future_key: Any, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Execution:
        """Run ``fn`` in the background and keep it in ``futures``."""
        execution = self.submit(fn, *args, **kwargs)
        self.futures.add(future_key, execution)
        return execution

    async def map(
        self, fn: Callable[..., Any], *iterables: Iterable[Any], timeout: float | None = None
    ) -> list[Any]:
        """Run ``fn`` for each element; wait for all results."""
        submitted = [self.submit(fn, *args) for args in zip(*iterables, strict=False)]
        async with asyncio.timeout(timeout):
            return [await execution.result() for execution in submitted]

    def job(self, fn: Callable[..., Any]) -> ExecutorJob:
        """Decorate a function with ``submit``."""
        return ExecutorJob(self, fn)

    def add_default_done_callback(self, fn: Callable[[concurrent.futures.Future[Any]], Any]) -> None:
        """Have ``fn`` called at the end of everything that is submitted from now on, as in ``add_done_callback``."""
        self._callbacks.append(fn)

    def _setting(self, name: str) -> str:
        return f"{self.name.upper()}_EXECUTOR_{name}" if self.name else f"EXECUTOR_{name}"

    def _limit(self, app: Quart) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        for old in [other for other in self._limits if other.is_closed()]:
            del self._limits[old]
        if loop not in self._limits:
            self._limits[loop] = asyncio.Semaphore(int(app.config.get(self._setting("MAX_WORKERS")) or 10))
        return self._limits[loop]

    async def _work(
        self,
        app: Quart,
        execution: Execution,
        kept: dict[str, Any],
        fn: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        try:
            async with self._limit(app), _context_with(app, kept):
                execution._state = RUNNING
                called = (
                    fn(*args, **kwargs)
                    if inspect.iscoroutinefunction(fn)
                    else asyncio.to_thread(fn, *args, **kwargs)
                )
                result = await called
        except Exception as raised:
            execution._state = FINISHED
            logger.exception("%s failed", getattr(fn, "__qualname__", fn))
            execution._outcome.set_exception(raised)
        else:
            execution._state = FINISHED
            execution._outcome.set_result(result)
        finished: concurrent.futures.Future[Any] = concurrent.futures.Future()
        if error := execution._outcome.exception():
            finished.set_exception(error)
        else:
            finished.set_result(execution._outcome.result())
        # In a context, so with a session, of their own as well: the one that submitted may be ending just now.
        async with _context_with(app, kept):
            for callback in execution._callbacks:
                called_back = callback(finished)
                if inspect.isawaitable(called_back):
                    await called_back


@asynccontextmanager
async def _context_with(app: Quart, kept: dict[str, Any]) -> AsyncIterator[None]:
    async with app.app_context():
        for key, value in kept.items():
            setattr(g, key, value)
        yield
