"""``threading.Thread`` for a target that became asynchronous."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import inspect
import itertools
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from quart import Quart
from quart.globals import _cv_app

from ..bridge import run
from .tracking import logger, start

_numbers = itertools.count(1)
_current: contextvars.ContextVar[BackgroundThread | None] = contextvars.ContextVar(
    "quart_app_thread", default=None
)


class BackgroundThread:
    """A thread in name: an asynchronous target runs as a task of the event loop, with ``threading.Thread``'s words.

    As a thread it starts with no context: no request, no session, no application, so the target enters ``app.app_context()``
    itself. It is driven by the bridge. An error is logged. The shutdown of the application that started it waits for it, up to
    ``BACKGROUND_TASK_SHUTDOWN_TIMEOUT`` seconds; a daemon is cancelled at once.

    A synchronous target, and one started where no event loop runs, gets a real thread. Only :meth:`join` is awaited.

    Args:
        group: Nothing, as in ``threading.Thread``.
        target: What runs.
        name: A name for the log.
        args: Arguments of the target.
        kwargs: Keyword arguments of the target.
        daemon: Whether a shutdown need not wait.
    """

    def __init__(
        self,
        group: None = None,
        target: Callable[..., Any] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        if group is not None:
            raise ValueError("group must be None")
        self._target = target
        self._args = tuple(args)
        self._kwargs = dict(kwargs or {})
        self._number = next(_numbers)
        self.name = name or self._default_name()
        self.daemon = bool(daemon)
        self._app: Quart | None = None
        self._started = False
        self._finished: concurrent.futures.Future[None] = concurrent.futures.Future()

    def _default_name(self) -> str:
        of = getattr(self._target, "__name__", None)
        return f"Background-{self._number}" + (f" ({of})" if of else "")

    @property
    def ident(self) -> int | None:
        """A number of its own, once it is started."""
        return self._number if self._started else None

    native_id = ident

    def start(self) -> None:
        """Start the target. It runs on when the caller next waits.

        Raises:
            RuntimeError: It was started before.
        """
        if self._started:
            raise RuntimeError("threads can only be started once")
        self._started = True
        context = _cv_app.get(None)
        self._app = None if context is None else context.app
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            threading.Thread(target=self._run_alone, name=self.name, daemon=self.daemon).start()
            return
        empty = contextvars.Context()
        task = start(self._main(), app=self._app, name=self.name, context=empty, daemon=self.daemon)
        task.add_done_callback(self._task_ended)

    def run(self) -> Any:
        """Call the target. A subclass overrides this, as ``async def`` or not."""
        if self._target is not None:
            return self._target(*self._args, **self._kwargs)
        return None

    async def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended, or for ``timeout`` seconds.

        Raises:
            RuntimeError: It was not started, or waits for itself.
        """
        if not self._started:
            raise RuntimeError("cannot join thread before it is started")
        if _current.get() is self:
            raise RuntimeError("cannot join current thread")
        # Not cancelled with the waiting task: asyncio.wait leaves what it waits for alone.
        await asyncio.wait([asyncio.wrap_future(self._finished)], timeout=timeout)

    def is_alive(self) -> bool:
        """Tell whether it was started and has not ended."""
        return self._started and not self._finished.done()

    def _run_alone(self) -> None:
        try:
            run(self._main())
        finally:
            self._finished.set_result(None)

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        # Here and not in the coroutine: cancelled before its first step, that never runs.
        if task.cancelled():
            logger.warning(
                "Background thread %s was cut off: the application or its event loop ended", self.name
            )
        self._finished.set_result(None)

    async def _main(self) -> None:
        _current.set(self)
        try:
            if self._waits():
                result = self.run()
            else:
                result = await asyncio.to_thread(contextvars.Context().run, self.run)
            if inspect.isawaitable(result):
                await result
        except SystemExit:
            pass  # ends a thread quietly, too
        except Exception:
            logger.exception("Exception in background thread %s", self.name)

    def _waits(self) -> bool:
        function: Any = self._target if type(self).run is BackgroundThread.run else self.run
        while isinstance(function, partial):
            function = function.func
        if function is None or inspect.iscoroutinefunction(function):
            return True
        return inspect.iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004 - is it async?

    def __repr__(self) -> str:
        state = "initial" if not self._started else "started" if self.is_alive() else "stopped"
        return f"<{type(self).__name__}({self.name}, {state}{' daemon' if self.daemon else ''})>"
