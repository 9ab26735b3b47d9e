"""Which background work an application has, so that it can end in good order."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Coroutine
from typing import Any

from quart import Quart

from ..bridge import drive

logger = logging.getLogger("quart_app.tasks")
_EXTENSION = "quart_app_daemon_tasks"
#: Tasks started without an application; asyncio itself holds on to none.
_others: set[asyncio.Task[Any]] = set()


def start(
    coro: Coroutine[Any, Any, None],
    *,
    app: Quart | None,
    name: str,
    context: contextvars.Context,
    daemon: bool = False,
) -> asyncio.Task[None]:
    """Run ``coro`` as a driven task of the running loop.

    Args:
        coro: The work; it handles its own errors.
        app: The application whose shutdown waits for it, up to ``BACKGROUND_TASK_SHUTDOWN_TIMEOUT`` seconds; then it is cancelled.
        name: The task's name.
        context: The context variables that it sees.
        daemon: The shutdown cancels it instead of waiting.
    """
    task = asyncio.get_running_loop().create_task(drive(coro), name=name, context=context)
    if app is None:
        tasks = _others
    elif daemon:
        tasks = _daemons(app)
    else:
        tasks = app.background_tasks
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task


def _daemons(app: Quart) -> set[asyncio.Task[Any]]:
    if _EXTENSION not in app.extensions:
        tasks: set[asyncio.Task[Any]] = set()

        async def cancel() -> None:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        app.extensions[_EXTENSION] = tasks
        app.after_serving_funcs.append(cancel)
    found: set[asyncio.Task[Any]] = app.extensions[_EXTENSION]
    return found
