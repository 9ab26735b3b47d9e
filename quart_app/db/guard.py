"""A session is one task's at a time: the guard that names both places when two tasks meet in one."""

from __future__ import annotations

import asyncio
import sys
from types import FrameType
from typing import Any

from greenlet import getcurrent

from quart_app.bridge import places

from .errors import ConcurrentSessionError


class OneTaskAtATime:
    """Held while a session works; the same task may hold it again, another may not."""

    __slots__ = ("_depth", "_task")

    def __init__(self) -> None:
        self._task: asyncio.Task[Any] | None = None
        self._depth = 0

    def __enter__(self) -> None:
        task = current_task()
        if self._depth and task is not self._task:
            raise ConcurrentSessionError(
                f"Two tasks use one database session at the same time: {task_name(task)} at {calling_place()}, while"
                f" {task_name(self._task)} waits for it at {waiting_place(self._task)}. A session does one thing at a time:"
                " await one after the other, or give each task its own with `async with db.session_scope():`."
            )
        self._task = task
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._task = None

    @property
    def busy_elsewhere(self) -> bool:
        """Whether another task than the current one is in it."""
        return bool(self._depth) and self._task is not current_task()


def current_task() -> asyncio.Task[Any] | None:
    """Return the running task; ``None`` where no event loop runs."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def task_name(task: asyncio.Task[Any] | None) -> str:
    """Return what the reader of a log knows a task by."""
    return "code outside any task" if task is None else f"task {task.get_name()!r}"


def calling_place() -> places.Place | None:
    """Return the application's line that runs, looked for through the greenlets of awaited calls."""
    frame: FrameType | None = sys._getframe(1)
    current: Any = getcurrent()
    while current is not None:
        found = places.application_frame(frame)
        if found is not None:
            return places.place(found)
        # An awaited call of SQLAlchemy runs in a greenlet of its own; who awaits it stands in the parent's stack.
        current = getattr(current, "hub", None) or current.parent
        frame = None if current is None else current.gr_frame
    return None


def waiting_place(task: asyncio.Task[Any] | None) -> places.Place | None:
    """Return the application's line at which a suspended task waits."""
    coroutine: Any = None if task is None else task.get_coro()
    found: FrameType | None = None
    while coroutine is not None:
        greenlet = getattr(coroutine, "_greenlet", None)
        if greenlet is not None and greenlet.gr_frame is not None:
            found = _nearer(greenlet.gr_frame, found)
        frame = getattr(coroutine, "cr_frame", None)
        if frame is not None:
            found = _nearer(frame, found)
        coroutine = getattr(coroutine, "cr_await", None)
    return places.place(found)


def _nearer(frame: FrameType, found: FrameType | None) -> FrameType | None:
    """Return the application's frame at or below ``frame``; what was found before if there is only a library's."""
    candidate = places.application_frame(frame)
    if candidate is None or (found is not None and places._is_installed(candidate.f_code.co_filename)):
        return found
    return candidate
