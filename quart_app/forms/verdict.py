"""What ``form.validate()`` returns: an awaitable that is never mistaken for a "yes".

A coroutine is true. ``if form.validate():`` without its ``await`` would let every form pass, so this is no coroutine.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, TypeVar

from ..bridge import drive, in_bridge, wait

T = TypeVar("T")
_ANSWERS = "_quart_app_answers"


class NotAwaitedError(RuntimeError):
    """A form was asked whether it is valid, and the answer was used before it was there."""


class Verdict(Awaitable[bool]):
    """The answer to a validation: ``await`` it.

    Used as a truth value without ``await``, it waits where the bridge can (a synchronous view, ``if not super().validate()`` in a
    synchronous override) and raises :class:`NotAwaitedError` elsewhere.
    """

    def __init__(self, validation: Coroutine[Any, Any, bool], said: str) -> None:
        self._validation = validation
        self._said = said
        self._result: bool | None = None

    def __await__(self) -> Generator[Any, None, bool]:
        if self._result is None:
            self._result = bool((yield from self._validation.__await__()))
        return self._result

    def __bool__(self) -> bool:
        if self._result is None:
            if not in_bridge():
                self._validation.close()
                raise NotAwaitedError(f"Validation has not been awaited. Write: await form.{self._said}(...)")
            self._result = bool(wait(self._validation))
        return self._result

    def __repr__(self) -> str:
        state = "not awaited" if self._result is None else self._result
        return f"<Verdict of {self._said}: {state}>"


def answering(method: Callable[..., Any]) -> Callable[..., Verdict]:
    """Make a validating method, synchronous or not, return a :class:`Verdict` and run in the bridge."""
    if getattr(method, _ANSWERS, False):
        return method

    @functools.wraps(method)
    def answered(*args: Any, **kwargs: Any) -> Verdict:
        return Verdict(_in_bridge(method, args, kwargs), method.__name__)

    setattr(answered, _ANSWERS, True)
    return answered


async def _in_bridge(method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    async def call() -> Any:
        result = method(*args, **kwargs)
        return await result if inspect.isawaitable(result) else result

    return bool(await drive(call()))


def waited(result: Any) -> Any:
    """Wait for what an asynchronous validator has returned; give back anything else."""
    return wait(result) if inspect.isawaitable(result) else result
