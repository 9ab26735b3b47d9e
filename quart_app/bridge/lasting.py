"""The loop that lasts: what ``run`` uses in synchronous code outside of any loop, block or context.

A script calls ``run`` again and again, and a session keeps its connection from one call to the next; a connection belongs to a loop.
So there is one loop for each thread, made by its first ``run`` and closed when the thread ends, the main thread's when the
interpreter exits.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from .loops import OneLoop, logger, of_thread

T = TypeVar("T")


class LastingLoop(OneLoop):
    """The loop of one thread."""

    def __init__(self) -> None:
        super().__init__()
        # Held while the loop runs: at exit, those of threads that nobody waits for are closed by another thread.
        self._in_use = threading.Lock()

    def run(self, coro: Coroutine[Any, Any, T]) -> T:
        """Run ``coro`` to its end, in a copy of the current context. Tasks that it leaves behind go on with the next call."""
        with self._in_use:
            return super().run(coro)

    def close(self) -> None:
        """Close the loop; one that is running, in a thread that will be cut off, is left alone."""
        _all.discard(self)
        if of_thread.lasting is self:
            of_thread.lasting = None
        if not self._in_use.acquire(blocking=False):
            return
        loop = None if self._runner is None else self._runner.get_loop()
        try:
            super().close()
        except Exception:
            if _at_exit["done"] and loop is not None and loop.is_closed():
                # The last step: from Python 3.12 on no thread can be started any more to wait for those of the loop's
                # executor, and they have ended already.
                return
            logger.exception("The event loop of %s could not be closed.", self.owner.name)
        finally:
            self._in_use.release()


_all: set[LastingLoop] = set()
_of_parent: list[Any] = []
_at_exit = {"registered": False, "done": False}


def lasting_loop() -> OneLoop | None:
    """Return the loop of this thread; make it if there is none. When the interpreter exits none lasts any more."""
    if of_thread.lasting is not None:
        return of_thread.lasting
    if _at_exit["done"]:
        return None
    if not _at_exit["registered"]:
        # Now, not at import: functions registered later are called earlier, and what is imported by now may be needed.
        atexit.register(_close_all)
        _at_exit["registered"] = True
    loop = of_thread.lasting = LastingLoop()
    _all.add(loop)
    _close_with_thread(loop)
    return loop


def _close_with_thread(loop: LastingLoop) -> None:
    # A thread-local object with __del__ would come too late: the thread has lost its other locals by then, the greenlets
    # that closing a connection needs among them. So the last thing that a thread does for itself is done a moment later.
    thread: Any = loop.owner
    finish = getattr(thread, "_delete", None)
    if finish is None or thread is threading.main_thread():
        return  # closed at exit

    def close_and_finish() -> None:
        del thread._delete
        try:
            if loop in _all:  # not in a process that has forked off
                loop.close()
        finally:
            finish()

    thread._delete = close_and_finish


def _close_all() -> None:
    _at_exit["done"] = True
    for loop in list(_all):
        loop.close()


def _forget_in_child() -> None:
    """The loops stay the parent's, with the selector and the connections that the child has inherited."""
    for block in _all:
        runner = block._runner
        if runner is not None:
            loop = runner.get_loop()
            _of_parent.append((block, loop))
            with suppress(TypeError):
                # Closed by the garbage collector, it would stop watching its files in the parent's selector too.
                loop.__class__ = type("LoopOfParent", (type(loop),), {"__del__": lambda _self: None})
    _all.clear()
    of_thread.lasting = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
