"""The greenlets in which coroutines are driven, and how a coroutine is stepped inside one.

Making a greenlet costs more than all its switches: each has a stack of its own. So when a coroutine has ended its greenlet is
parked, and the next coroutine of the same thread moves in.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Coroutine, Generator
from types import CoroutineType, GeneratorType
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet
from sqlalchemy.util import concurrency

from . import loading
from .errors import BridgeError, EagerTaskError

#: How many greenlets a thread keeps for reuse.
PARKED = 128

#: What the hub receives instead of something the coroutine yields when the coroutine has ended.
ENDED = object()

_set_parent = vars(greenlet)["parent"].__set__
_set_context = vars(greenlet)["gr_context"].__set__
_switch = greenlet.switch
_asks_before_closing = concurrency.in_greenlet.__code__

EAGER = (
    "This task was started eagerly inside code that the bridge drives, so it has no greenlet of its own and cannot"
    " wait from synchronous code. Create tasks lazily: remove asyncio.eager_task_factory (or eager_start=True)."
)


class DrivingGreenlet(greenlet):
    """A greenlet that drives one coroutine after another; for SQLAlchemy one of its own."""

    coro: Coroutine[Any, Any, Any]
    #: Who steps the coroutine at the moment: the greenlet that the event loop runs in.
    hub: greenlet
    #: The task that the coroutine belongs to. Its id only: the task is what keeps all this alive, not the other way round.
    task: int | None
    #: What it ended with.
    result: Any = None
    failure: BaseException | None = None
    #: The place of the last implicit load, so that its several waits count as one.
    covered: tuple[int, int] | None = None
    dying = False

    def run(self, _first: Any) -> None:
        """Drive the coroutine that moved in, park, drive the next; the hub takes result and error away."""
        while True:
            try:
                self.result = step(self.coro, self)
            except GreenletExit:
                raise
            except BaseException as raised:
                self.failure = raised
            del self.coro
            _switch(self.hub, ENDED)

    @property
    def __sqlalchemy_greenlet_provider__(self) -> bool:
        # A connection that nobody closed is closed by the garbage collector, at any line of any code; SQLAlchemy asks
        # first whether it may wait. It may not: a switch there would split code that relies on not being split.
        caller = sys._getframe(1)
        return caller.f_code is not _asks_before_closing or not loading.collecting_garbage(caller)

    @property
    def parent(self) -> DrivingGreenlet:  # type: ignore[override]
        """Where SQLAlchemy's ``await_`` switches to: this greenlet's own :meth:`switch`."""
        return self

    def switch(self, awaitable: Any) -> Any:
        """Wait for ``awaitable`` on behalf of SQLAlchemy.

        Called in this greenlet for a wait in synchronous code; called in a greenlet of SQLAlchemy's own for a wait inside
        an awaited call, which goes on to where that call is awaited.
        """
        current = getcurrent()
        if current is not self:
            if current_task_id() != self.task:
                # An eager task is being started on this greenlet's stack. From its next step on it lives outside.
                _set_parent(current, self.hub)
            return _switch(self, awaitable)
        try:
            self.check_task()
            loading.note_synchronous_wait(self)
        except BridgeError:
            discard(awaitable)
            raise
        return step(awaitable, self)

    def check_task(self) -> None:
        """Refuse to wait for a task that merely starts on this greenlet's stack."""
        if current_task_id() != self.task:
            raise EagerTaskError(EAGER)


class _Parked(threading.local):
    """The greenlets of this thread that have nothing to drive: a greenlet cannot leave its thread."""

    def __init__(self) -> None:
        self.greenlets: list[DrivingGreenlet] = []


_parked = _Parked()


def move_in(coro: Coroutine[Any, Any, Any]) -> DrivingGreenlet:
    """Return a greenlet that will drive ``coro`` when it is switched to, and is stepped by the current one."""
    hub = getcurrent()
    parked = _parked.greenlets
    if parked:
        driving = parked.pop()
        if driving.hub is not hub:
            _set_parent(driving, hub)
    else:
        driving = DrivingGreenlet(None, hub)
    driving.hub = hub
    driving.coro = coro
    driving.task = current_task_id()
    # The context of the caller, not a copy: what is set inside is seen outside, as with a plain await.
    _set_context(driving, hub.gr_context)
    return driving


def move_out(driving: DrivingGreenlet) -> Any:
    """Return the result of a coroutine that has ended, or raise its error; park its greenlet."""
    result, error = driving.result, driving.failure
    driving.result = driving.failure = driving.covered = None
    _set_context(driving, None)
    parked = _parked.greenlets
    if len(parked) < PARKED:
        parked.append(driving)
    if error is None:
        return result
    try:
        raise error
    finally:
        error = None  # or its traceback, which leads here, would keep it alive


def step(awaitable: Awaitable[Any] | Generator[Any, Any, Any], inside: DrivingGreenlet) -> Any:
    """Step ``awaitable`` to its end in the greenlet ``inside``, giving the hub whatever it yields."""
    steps: Any
    if type(awaitable) is CoroutineType or type(awaitable) is GeneratorType:
        steps = awaitable
    else:
        steps = awaitable.__await__()  # type: ignore[union-attr]
    send = getattr(steps, "send", None) or (lambda _value: next(steps))
    error: BaseException | None = None
    value: Any = None
    while True:
        try:
            item = send(value) if error is None else _raise_in(steps, error)
        except StopIteration as stop:
            return stop.value
        # The error is thrown in on the next turn, not here: inside an except clause it would be the
        # sys.exc_info() of everything the coroutine does from then on.
        error = None
        try:
            if inside.dying:
                raise GreenletExit
            value = _switch(inside.hub, item)
        except GreenletExit:
            inside.dying = True
            close = getattr(steps, "close", None)
            if close is not None:
                close()
            raise
        except BaseException as raised:
            error = raised


def _raise_in(steps: Any, error: BaseException) -> Any:
    throw = getattr(steps, "throw", None)
    if throw is None:
        raise error
    return throw(error)


def discard(awaitable: object) -> None:
    """Close an awaitable that will not be awaited, so that it does not warn about it."""
    if isinstance(awaitable, Coroutine):
        awaitable.close()
    elif isinstance(awaitable, asyncio.Future):
        awaitable.cancel()


def current_task_id() -> int | None:
    """Return what tells the running task from the others alive; ``None`` where none runs."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # stepped by hand, without a loop
        return None
    return None if task is None else id(task)
