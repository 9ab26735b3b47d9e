"""Driving a coroutine inside a greenlet, so that synchronous code below it can wait.

A task steps a :class:`Driven` as it would step the coroutine itself. Each step switches into a greenlet, which steps the coroutine
there and hands every future the coroutine yields out to the task. So the event loop, cancellation, time-outs,
``current_task()`` and context variables see nothing unusual; but synchronous code, however deep, finds itself in a greenlet
that it can leave and come back to. SQLAlchemy takes the greenlet for one of its own: an attribute that is not loaded loads.
"""

from __future__ import annotations

from collections.abc import Coroutine, Generator, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar

import greenlet as greenlets
from greenlet import GreenletExit, getcurrent, greenlet

from .greenlets import ENDED, DrivingGreenlet, current_task_id, move_in, move_out

T = TypeVar("T")

_set_parent = vars(greenlet)["parent"].__set__
_switch = greenlet.switch
_throw = greenlet.throw


class Driven(Coroutine[Any, Any, T]):
    """A coroutine that drives another one; made by :func:`quart_app.bridge.drive`."""

    __slots__ = ("_coro", "_ended", "_greenlet")

    def __init__(self, coro: Coroutine[Any, Any, T]) -> None:
        self._coro = coro
        self._greenlet: DrivingGreenlet | None = None
        self._ended = False

    def __await__(self) -> Generator[Any, Any, T]:
        current = getcurrent()
        if isinstance(current, DrivingGreenlet) and self._is_new() and current.task == current_task_id():
            self._ended = True
            return self._coro.__await__()  # driven already
        return self  # type: ignore[return-value]

    def _is_new(self) -> bool:
        return self._greenlet is None and not self._ended

    def __iter__(self) -> Iterator[Any]:
        return self

    # A task steps with __next__, hundreds of times for one request: the next lines are written for speed.
    def __next__(self) -> Any:
        driving = self._greenlet
        if driving is None:
            driving = self._start()
        hub = getcurrent()
        if driving.hub is not hub:
            driving.hub = hub
            _set_parent(driving, hub)
        item = _switch(driving, None)
        if item is not ENDED:
            return item
        return self._end()

    def send(self, value: Any) -> Any:
        """Run until the next suspension."""
        if value is None:
            return self.__next__()
        return self._resume(self._greenlet or self._start(), _switch, value)

    def throw(
        self,
        typ: type[BaseException] | BaseException,
        val: BaseException | object = None,
        tb: TracebackType | None = None,
    ) -> Any:
        """Raise an error where the coroutine waits."""
        error = _as_error(typ, val, tb)
        if self._greenlet is not None:
            return self._resume(self._greenlet, _throw, error)
        if self._ended:
            raise error
        self._ended = True
        return self._coro.throw(error)  # never started: it ends here and never will

    def close(self) -> None:
        """End the coroutine as the garbage collector would."""
        if self._greenlet is None:
            if not self._ended:
                self._ended = True
                self._coro.close()
            return
        try:
            self._resume(self._greenlet, _throw, GeneratorExit())
        except (GeneratorExit, StopIteration):
            return
        raise RuntimeError("coroutine ignored GeneratorExit")

    def _start(self) -> DrivingGreenlet:
        if self._ended:
            raise RuntimeError("cannot reuse already awaited coroutine")
        self._greenlet = move_in(self._coro)
        return self._greenlet

    def _resume(self, driving: DrivingGreenlet, way: Any, what: Any) -> Any:
        hub = getcurrent()
        if driving.hub is not hub:
            driving.hub = hub
            _set_parent(driving, hub)
        item = way(driving, what)
        return self._end() if item is ENDED else item

    def _end(self) -> Any:
        driving, self._greenlet = self._greenlet, None
        self._ended = True
        assert driving is not None
        raise StopIteration(move_out(driving))

    def __del__(self) -> None:
        # Nobody will step it again. The frames of a suspended greenlet refer to it, so it would stay for ever.
        suspended = getattr(self, "_greenlet", None)
        if suspended is not None:
            with suppress(greenlets.error, StopIteration):  # greenlets.error: this is another thread
                self._resume(suspended, _throw, GreenletExit())

    def __getattr__(self, name: str) -> Any:
        # cr_frame, cr_code, cr_running, cr_await: debuggers and asyncio print the driven coroutine, not this shell.
        if name.startswith("cr_"):
            return getattr(self._coro, name)
        if name in ("__name__", "__qualname__"):
            return getattr(self._coro, name, getattr(type(self._coro), name))
        raise AttributeError(name)

    def __repr__(self) -> str:
        return f"<driven {self._coro!r}>"


def _as_error(
    typ: type[BaseException] | BaseException, val: BaseException | object, tb: TracebackType | None
) -> BaseException:
    if isinstance(typ, BaseException):
        error = typ
    elif isinstance(val, BaseException):
        error = val
    else:
        error = typ() if val is None else typ(val)
    return error if tb is None else error.with_traceback(tb)
