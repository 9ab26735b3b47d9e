"""``copy_current_request_context`` for functions of both kinds.

Quart's makes a coroutine function of everything. Given to ``threading.Thread``, as under Flask, that runs nothing: the thread gets
a coroutine that nobody awaits, and the mail is never sent. Here what is synchronous stays so.
The user of the request is loaded again in the copy, because the object that the request has belongs to its database session.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import quart
from quart import has_request_context
from quart.globals import _cv_request

from ..auth.state import acting_for, id_for_copy

F = TypeVar("F", bound=Callable[..., Any])


def copy_current_request_context(func: F) -> F:
    """Let ``func`` work in a copy of this request's context, wherever it is called later: in a task or in a thread.

    Raises:
        RuntimeError: There is no request.
    """
    if not has_request_context():
        refused: F = quart.copy_current_request_context(func)  # type: ignore[assignment]
        return refused
    user_id = id_for_copy()
    if inspect.iscoroutinefunction(func):

        @functools.wraps(func)
        async def as_user(*args: Any, **kwargs: Any) -> Any:
            with acting_for(user_id):
                return await func(*args, **kwargs)

        copied: F = quart.copy_current_request_context(as_user)  # type: ignore[assignment]
        return copied
    context: Any = _cv_request.get().copy()

    @functools.wraps(func)
    def in_context(*args: Any, **kwargs: Any) -> Any:
        with context, acting_for(user_id):
            return func(*args, **kwargs)

    return in_context  # type: ignore[return-value]
