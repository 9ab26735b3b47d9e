"""``drive``, ``wait``, ``run``, ``in_bridge``: the words that code outside this package uses."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

from greenlet import getcurrent
from sqlalchemy.util import await_only

from . import loading
from .driving import Driven
from .errors import BridgeError, NotInBridgeError
from .greenlets import DrivingGreenlet, discard, step
from .lasting import lasting_loop
from .loops import current_loop, loop_is_running, one_loop

T = TypeVar("T")


def drive(coro: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
    """Return a coroutine that runs ``coro`` so that synchronous code below it can wait.

    Args:
        coro: The coroutine; it is started when the result is awaited or made a task.

    Returns:
        A coroutine with the same result. Awaited inside driven code it costs and changes nothing.
    """
    return Driven(coro)


def in_bridge() -> bool:
    """Whether :func:`wait` works here: below driven code, or inside an awaited SQLAlchemy call."""
    return bool(getattr(getcurrent(), "__sqlalchemy_greenlet_provider__", False))


def wait(awaitable: Awaitable[T]) -> T:
    """Wait for ``awaitable`` in synchronous code, without blocking the event loop.

    Where no loop runs but a block stands ready with one (``with one_loop():``, ``with app.app_context():``, a synchronous
    fixture of a test), it runs there.

    Args:
        awaitable: A coroutine, a task, a future, whatever ``await`` takes.

    Returns:
        What ``await awaitable`` would give.

    Raises:
        NotInBridgeError: Nothing drives the calling code.
        EagerTaskError: The calling code runs in a task that was started eagerly.
    """
    current = getcurrent()
    if isinstance(current, DrivingGreenlet):
        try:
            current.check_task()
        except BridgeError:
            discard(awaitable)
            raise
        loading.count_explicit_wait()
        return step(awaitable, current)  # type: ignore[no-any-return]
    if in_bridge():
        loading.count_explicit_wait()
        return await_only(awaitable)
    if not loop_is_running() and (block := current_loop()) is not None:
        return block.run(drive(_awaiting(awaitable)))
    discard(awaitable)
    raise NotInBridgeError(_why_not())


def run(awaitable: Awaitable[T]) -> T:
    """Wait for ``awaitable`` in synchronous code that may be called with or without an event loop.

    Inside the bridge it waits, as :func:`wait`. Where no loop runs (a script, a CLI command, a factory, module level) it
    runs a loop for as long as it takes, in a copy of the current context: that of the block inside ``with one_loop():`` or
    ``with app.app_context():``, else one that lasts as long as the thread. On a running loop outside the bridge it can do
    neither.

    Args:
        awaitable: A coroutine, or whatever ``await`` takes.

    Returns:
        What ``await awaitable`` would give.

    Raises:
        NotInBridgeError: A loop runs here and nothing drives the calling code.
    """
    if in_bridge():
        return wait(awaitable)
    if loop_is_running():
        discard(awaitable)
        raise NotInBridgeError(_why_not())
    block = current_loop() or lasting_loop()
    if block is not None:
        return block.run(drive(_awaiting(awaitable)))
    with one_loop() as block:
        return block.run(drive(_awaiting(awaitable)))


async def _awaiting(awaitable: Awaitable[T]) -> T:
    return await awaitable


def _why_not() -> str:
    if not loop_is_running():
        return (
            "wait() was called without a running event loop: in a thread, a script or at module level."
            " Use quart_app.bridge.run(), which runs a loop there."
        )
    return (
        "The event loop runs here, but nothing drives this code, so it cannot wait without blocking the loop."
        " Await it instead; or drive the coroutine above it: await quart_app.bridge.drive(coro). Requests of a"
        " quart_app.Quart application and tests with `quart_app_bridge = true` are driven already."
    )
