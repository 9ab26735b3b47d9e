"""Tasks that know who acts."""

from __future__ import annotations

import asyncio
import contextvars
import enum
import inspect
import weakref
from collections.abc import Callable, Coroutine
from typing import Any, Final, Generic, ParamSpec, TypeVar

from quart import Quart
from quart.globals import _cv_app

from .tracking import logger, start

P = ParamSpec("P")
T = TypeVar("T")

#: The acting user of work that the application does by itself.
SYSTEM: Final = "system"
#: The acting user where somebody acted who was not signed in.
ANONYMOUS: Final = None
#: The value of a parameter that nobody passed: the function is called in a request and asks there. What is started in the
#: background is always given the value.
FROM_REQUEST: Final[Any] = enum.Enum("FromRequest", "FROM_REQUEST").FROM_REQUEST  # type: ignore[attr-defined]
#: How many tasks of an application run at a time, unless ``TASKS_CONCURRENCY`` says otherwise; the others wait.
DEFAULT_CONCURRENCY = 10

_acting: contextvars.ContextVar[Any] = contextvars.ContextVar("quart_app_acting_user")
_limits: weakref.WeakKeyDictionary[
    Quart, weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]
] = weakref.WeakKeyDictionary()


class TaskState(enum.Enum):
    """How far a task has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CUT_OFF = "cut off"


class Task(Generic[T]):
    """A task that was spawned. Nobody has to wait for it; who wants to, awaits :meth:`result`."""

    def __init__(self, name: str, user_id: Any) -> None:
        self.name = name
        self.user_id = user_id
        self.state = TaskState.WAITING
        self._result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        # An error is logged when it happens; that nobody fetches it here is nothing to warn about.
        self._result.add_done_callback(lambda result: result.cancelled() or result.exception())
        self._task: asyncio.Task[None] | None = None

    async def result(self) -> T:
        """Wait for the end.

        Returns:
            What the function returned.

        Raises:
            Exception: What it raised.
            CancelledError: It was cut off.
        """
        return await asyncio.shield(self._result)

    def done(self) -> bool:
        """Tell whether it has ended, however."""
        return self._result.done()

    def cancel(self) -> None:
        """Cut it off."""
        if self._task is not None:
            self._task.cancel()

    def _ended(self, _task: asyncio.Task[None]) -> None:
        # Here and not in the coroutine: cancelled before its first step, that never runs.
        if self._result.done():
            return
        self.state = TaskState.CUT_OFF
        logger.warning(
            "Task %s of user %r was cut off", self.name, self.user_id, extra={"user_id": self.user_id}
        )
        self._result.cancel()

    def __repr__(self) -> str:
        return f"<Task {self.name} of user {self.user_id!r}: {self.state.value}>"


def acting_user_id() -> Any:
    """Give the id of the user for whom the running task acts (``ANONYMOUS``, ``SYSTEM``, or what it was spawned with).

    Raises:
        RuntimeError: No spawned task is running here.
    """
    try:
        return _acting.get()
    except LookupError:
        raise RuntimeError("No task is running here; in a request ask current_user.") from None


def spawn(func: Callable[P, Coroutine[Any, Any, T]], *args: Any, user_id: Any, **kwargs: Any) -> Task[T]:
    """Run a coroutine function in the background, for a user.

    It gets an application context of its own, and so a database session of its own, which is rolled back on an error; nothing of the
    request: pass it ids and plain values. It runs when one of ``TASKS_CONCURRENCY`` places is free. Its error is logged together with
    the user's id. The application's shutdown waits for it up to ``BACKGROUND_TASK_SHUTDOWN_TIMEOUT`` seconds and logs what it cuts off.

    Args:
        func: What to run.
        args: Its arguments.
        user_id: Who acts: a user's id, ``ANONYMOUS`` or ``SYSTEM``. The task asks :func:`acting_user_id`.
        kwargs: Its keyword arguments.

    Returns:
        The task; it runs whether it is kept or not.

    Raises:
        RuntimeError: There is no application context.
        TypeError: ``func`` is no coroutine function.
    """
    if not inspect.iscoroutinefunction(func):
        raise TypeError(
            f"{func!r} is no coroutine function; wrap blocking work: await asyncio.to_thread(...)"
        )
    context = _cv_app.get(None)
    if context is None:
        raise RuntimeError("spawn() needs an application context: async with app.app_context():")
    app = context.app
    task: Task[T] = Task(func.__qualname__, user_id)

    async def work() -> None:
        try:
            async with _limit(app):
                task.state = TaskState.RUNNING
                _acting.set(user_id)
                async with app.app_context():
                    result = await func(*args, **kwargs)
        except Exception as error:
            task.state = TaskState.FAILED
            logger.exception("Task %s of user %r failed", task.name, user_id, extra={"user_id": user_id})
            task._result.set_exception(error)
        else:
            task.state = TaskState.DONE
            task._result.set_result(result)

    task._task = start(work(), app=app, name=task.name, context=contextvars.Context())
    task._task.add_done_callback(task._ended)
    return task


def _limit(app: Quart) -> asyncio.Semaphore:
    per_loop = _limits.setdefault(app, weakref.WeakKeyDictionary())
    loop = asyncio.get_running_loop()
    if loop not in per_loop:
        per_loop[loop] = asyncio.Semaphore(int(app.config.get("TASKS_CONCURRENCY") or DEFAULT_CONCURRENCY))
    return per_loop[loop]
