"""What tests put in the place of coroutine functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from inspect import isawaitable
from typing import Any


def awaited(function: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """An ``async def`` that does what a plain function does, for a ``lambda``: ``patch.object(Service, "all", awaited(lambda: []))``."""

    @functools.wraps(function)
    async def answer(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        return await result if isawaitable(result) else result

    return answer
