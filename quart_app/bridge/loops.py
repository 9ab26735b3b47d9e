"""One event loop for several calls of ``run`` in synchronous code that has none."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Self, TypeVar

from .driving import Driven
from .tasks import CLOSES_A_GENERATOR, install

T = TypeVar("T")
BeforeClosing = Callable[[threading.Thread], Awaitable[None]]

#: How long what is still open may take to close with its loop, in seconds.
PATIENCE = 5.0

logger = logging.getLogger("quart_app.bridge")


class OneLoop:
    """``with one_loop():`` - every ``run`` inside uses one and the same loop, closed at the end.

    What one call opens (a connection, a session) the next can use: most asyncio objects belong to the loop that made
    them. Where a loop runs already, inside another such block, and in a thread whose ``run`` calls have a
    loop that lasts, it does nothing.
    """

    def __init__(self) -> None:
        self._token: Token[OneLoop | None] | None = None
        self._runner: asyncio.Runner | None = None
        self._thread = threading.get_ident()
        #: The thread whose calls run here.
        self.owner = threading.current_thread()

    def __enter__(self) -> Self:
        if current_loop() is None and not loop_is_running():
            self._thread = threading.get_ident()
            self.owner = threading.current_thread()
            self._token = _current.set(self)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            _current.reset(self._token)
            self._token = None
        self.close()

    def run(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run ``coro`` to its end on this block's loop, in a copy of the current context."""
        if self._runner is None:
            self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
            # Not in a copy of the current context, which the loop would keep alive as long as itself.
            install(contextvars.Context().run(self._runner.get_loop))
        return self._runner.run(coro, context=contextvars.copy_context())

    def close(self) -> None:
        """Close the loop, and before it what :func:`before_closing` names, the engines' connections, what tasks are left."""
        runner, self._runner = self._runner, None
        if runner is None or runner.get_loop().is_closed():
            return
        try:
            runner.run(Driven(_let_go(self.owner)), context=contextvars.Context())
        finally:
            runner.close()

    def usable(self) -> bool:
        """Whether this thread is the one that opened the block: its context may have been copied to another."""
        return self._thread == threading.get_ident()


_current: ContextVar[OneLoop | None] = ContextVar("quart_app_one_loop", default=None)
_before_closing: list[BeforeClosing] = []


class _OfThread(threading.local):
    #: What :func:`quart_app.bridge.lasting.lasting_loop` has made.
    lasting: OneLoop | None = None


of_thread = _OfThread()


def before_closing(function: BeforeClosing) -> BeforeClosing:
    """Have ``function`` awaited on every loop that ``run`` has made, before the loop is closed.

    Args:
        function: Takes the thread whose calls ran on the loop; lets go of what it has opened there.

    Returns:
        The same function.
    """
    _before_closing.append(function)
    return function


async def _let_go(owner: threading.Thread) -> None:
    for function in _before_closing:
        try:
            async with asyncio.timeout(PATIENCE):
                await function(owner)
        except Exception:
            logger.warning("What ran in %s could not be closed with its loop.", owner.name, exc_info=True)
    # The garbage collector has found asynchronous generators, those of engines among them: their ends are tasks.
    await asyncio.sleep(0)
    ending = [
        task
        for task in asyncio.all_tasks()
        if CLOSES_A_GENERATOR in getattr(task.get_coro(), "__qualname__", "")
    ]
    if ending:
        await asyncio.wait(ending, timeout=PATIENCE)


@contextmanager
def lend(runner: asyncio.Runner) -> Iterator[None]:
    """Let ``run`` use somebody else's loop while that is idle; who made it closes it.

    Args:
        runner: Holds the loop, which belongs to this thread.
    """
    block = OneLoop()
    block._runner = runner
    token = _current.set(block)
    try:
        yield
    finally:
        _current.reset(token)


def one_loop() -> OneLoop:
    """Return a context manager inside which all calls of ``run`` share one event loop."""
    return OneLoop()


def current_loop() -> OneLoop | None:
    """Return what ``run`` uses in this thread by now: the open block, else the loop that lasts, if there is one."""
    block = _current.get()
    if block is not None and block.usable():
        return block
    return of_thread.lasting


def loop_is_running() -> bool:
    """Whether an event loop runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
