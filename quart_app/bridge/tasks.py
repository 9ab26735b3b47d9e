"""Tasks that driven code spawns are driven as well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import CoroutineType
from typing import Any

from greenlet import getcurrent

from .driving import Driven
from .errors import EagerTaskError

TaskFactory = Callable[..., Any]

#: The type of ``agen.aclose()``. The loop itself creates that task, for an asynchronous generator that was left early.
CLOSES_A_GENERATOR = "async_generator_athrow"

REFUSAL = (
    "The event loop starts tasks eagerly ({factory}). An eager task begins on the stack of the code that creates it"
    " and cannot be driven from there; with SQLAlchemy it hangs. Remove the eager task factory."
)


def task_factory(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> asyncio.Task[Any]:
    """Create a task for ``coro``; drive it when the code that creates it is driven.

    Args:
        loop: The loop of the task.
        coro: Its coroutine.
        options: ``name``, ``context`` and what else this Python passes on.

    Returns:
        The task.
    """
    return _driving_factory(None, every_task=False)(loop, coro, **options)  # type: ignore[no-any-return]


def install(loop: asyncio.AbstractEventLoop | None = None, *, every_task: bool = False) -> None:
    """Make ``loop`` drive the tasks that driven code creates. Doing it twice does it once.

    Args:
        loop: The loop; the running one when left out.
        every_task: Drive every task of the loop, whoever creates it. For test runs.

    Raises:
        EagerTaskError: The loop has an eager task factory.
    """
    if loop is None:
        loop = asyncio.get_running_loop()
    factory: Any = loop.get_task_factory()
    if getattr(factory, "drives_every_task", None) in ((True,) if every_task else (True, False)):
        return
    if is_eager(factory):
        raise EagerTaskError(REFUSAL.format(factory=getattr(factory, "__qualname__", factory)))
    previous = getattr(factory, "previous", factory)
    loop.set_task_factory(_driving_factory(previous, every_task=every_task))


def only_ours(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether tasks of ``loop`` that nobody drives are made as without any task factory."""
    factory: Any = loop.get_task_factory()
    return factory is None or (
        getattr(factory, "previous", factory) is None and not factory.drives_every_task
    )


def is_eager(factory: object) -> bool:
    """Whether ``factory`` is one of asyncio's eager task factories."""
    made_by = getattr(factory, "__qualname__", "")
    return made_by.startswith("create_eager_task_factory.") or (
        factory is not None and factory is getattr(asyncio, "eager_task_factory", None)
    )


def _driving_factory(previous: TaskFactory | None, *, every_task: bool) -> TaskFactory:
    # Every task of the loop comes by here: the next lines are written for speed.
    def create(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> Any:
        kind = type(coro)
        if kind is not Driven and (
            every_task
            or getattr(getcurrent(), "__sqlalchemy_greenlet_provider__", False)
            or kind.__name__ == CLOSES_A_GENERATOR
        ):
            if options.get("eager_start"):
                coro.close()
                raise EagerTaskError(REFUSAL.format(factory="eager_start=True"))
            if kind is CoroutineType or isinstance(coro, Coroutine):
                coro = Driven(coro)
        if previous is not None:
            return previous(loop, coro, **options)
        return asyncio.Task(coro, loop=loop, **options) if options else asyncio.Task(coro, loop=loop)

    create.drives_every_task = every_task  # type: ignore[attr-defined]
    create.previous = previous  # type: ignore[attr-defined]
    return create
