"""What tests put in the place of coroutine functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from inspect import isawaitable
from typing import Any
from unittest.mock import AsyncMock, MagicMock


def awaited(function: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """An ``async def`` that does what a plain function does, for a ``lambda``: ``patch.object(Service, "all", awaited(lambda: []))``."""

    @functools.wraps(function)
    async def answer(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        return await result if isawaitable(result) else result

    return answer


def awaited_methods(*names: str) -> Callable[..., MagicMock]:
    """What makes mocks of a class or an object some of whose methods are awaited: ``patch("shop.Books", new_callable=awaited_methods("count"))``.

    Args:
        names: The methods.

    Returns:
        A function that takes what ``MagicMock`` takes, and gives one that has an ``AsyncMock`` for each method, as has what a call of it gives.
    """

    def make(**options: Any) -> MagicMock:
        mock = MagicMock(**options)
        for holder in (mock, mock.return_value):
            for name in names:
                setattr(holder, name, AsyncMock())
        return mock

    return make
