"""Between the two colours: contexts, iterables and results that one side has and the other needs."""

from __future__ import annotations

import functools
import sys
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from inspect import isawaitable, iscoroutinefunction, unwrap
from types import FunctionType
from typing import Any, TypeVar, cast

import flask
import quart

from .loops import one_loop
from .waiting import in_bridge, run, wait

T = TypeVar("T")


async def maybe_await(value: Awaitable[T] | T) -> T:
    """``value``, awaited if it waits: for a call that may reach an ``async def`` or a plain function.

    Args:
        value: what the call gave.

    Returns:
        The result.
    """
    if isawaitable(value):
        return cast("T", await value)
    return value


def maybe_wait(value: Awaitable[T] | T) -> T:
    """``value``, waited for if it waits: for a call in synchronous code that may reach an ``async def`` or a plain function.

    Args:
        value: what the call gave.

    Returns:
        The result.

    Raises:
        NotInBridgeError: It waits, a loop runs here and nothing drives the calling code.
    """
    if isawaitable(value):
        return cast("T", run(value))
    return value


@asynccontextmanager
async def async_context(
    context: AbstractContextManager[T] | AbstractAsyncContextManager[T],
) -> AsyncIterator[T]:
    """Any context manager, for ``async with``: one statement may hold synchronous and asynchronous ones."""
    if hasattr(type(context), "__aenter__"):
        async with cast("AbstractAsyncContextManager[T]", context) as value:
            yield value
    else:
        with cast("AbstractContextManager[T]", context) as value:
            yield value


@asynccontextmanager
async def async_closing(thing: T) -> AsyncIterator[T]:
    """``contextlib.closing`` for what has a ``close()`` that is awaited: ``async with async_closing(cursor):``."""
    try:
        yield thing
    finally:
        await maybe_await(cast(Any, thing).close())


@contextmanager
def sync_context(context: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """An asynchronous context manager in synchronous code: entering and leaving wait in the bridge.

    Raises:
        NotInBridgeError: a loop is running, and this code is not in the bridge.
    """
    with one_loop():
        value = run(context.__aenter__())
        try:
            yield value
        except BaseException:
            if not run(context.__aexit__(*sys.exc_info())):
                raise
        else:
            run(context.__aexit__(None, None, None))


def sync_iter(iterable: AsyncIterable[T]) -> Iterator[T]:
    """The elements of an asynchronous iterable in synchronous code.

    In the bridge each step waits, so the iteration is as lazy as the iterable. Without an event loop all elements are
    fetched at the first step, since the loop that they need lives no longer than that.

    Raises:
        NotInBridgeError: a loop is running, and this code is not in the bridge.
    """
    if not hasattr(iterable, "__aiter__"):
        # What may be a query or a list is a list this time.
        yield from cast("Iterable[T]", iterable)
        return
    if not in_bridge():
        yield from run(_collected(iterable))
        return
    iterator = iterable.__aiter__()
    while True:
        more, item = wait(_step(iterator))
        if not more:
            return
        yield cast(T, item)


async def each(iterable: AsyncIterable[T] | Iterable[T]) -> AsyncIterator[T]:
    """The elements of what may be asynchronous: for an ``async for`` over a parameter that gets a query here, a list there.

    Args:
        iterable: of either kind; what is both is iterated asynchronously.

    Yields:
        Each element.
    """
    if isinstance(iterable, AsyncIterable):
        async for item in iterable:
            yield item
    else:
        for item in iterable:
            yield item


async def _collected(iterable: AsyncIterable[T]) -> list[T]:
    return [item async for item in iterable]


async def _step(iterator: AsyncIterator[T]) -> tuple[bool, T | None]:
    try:
        return True, await iterator.__anext__()
    except StopAsyncIteration:
        return False, None


def sync_decorator(decorator: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator written for plain functions, around a coroutine function: ``@sync_decorator(limiter.limit("5/hour"))``.

    The decorator gets a plain function that waits in the bridge for the coroutine function; what it makes of that is called
    inline, so it still decides whether, when and with what the function is called, and what becomes of its result.

    Args:
        decorator: the decorator; for one with arguments, what it gives when called with them.

    Returns:
        A decorator for coroutine functions, and for wrappers that hand on the coroutine of one; any other function it
        decorates as ``decorator`` alone would. A blueprint is decorated as Flask's of its name, with the keywords given beside it.
    """

    def apply(function: Any, **how: Any) -> Any:
        if isinstance(function, quart.Blueprint):
            decorator(flask.Blueprint(function.name, function.import_name), **how)
            return function
        decorate = functools.partial(decorator, **how) if how else decorator
        if not _is_asynchronous(function):
            return decorate(function)

        decorated = decorate(_waiting(function))

        @functools.wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            result = decorated(*args, **kwargs)
            return await result if isawaitable(result) else result

        # What the decorator hangs on its function (Flask-Caching: make_cache_key) is asked of ours, and what is set
        # there afterwards (``view.cache_timeout = 3``) is read by the decorator.
        if isinstance(decorated, FunctionType):
            awaited.__dict__ = decorated.__dict__
        else:
            vars(awaited).update(
                {name: value for name, value in vars(decorated).items() if name != "__wrapped__"}
            )
        return awaited

    return apply


def _waiting(function: Any) -> Any:
    """A plain function that waits in the bridge for ``function`` and looks as if it stood where that stands.

    Decorators look there: for the file beside which their own lies, for the names of annotations that are text.
    """
    # Of this module's names it has none, once it has those of the function's module.
    waited = maybe_wait

    def waiting(*args: Any, **kwargs: Any) -> Any:
        return waited(function(*args, **kwargs))

    standing = getattr(unwrap(function), "__globals__", globals())
    placed = FunctionType(waiting.__code__, standing, closure=waiting.__closure__)
    return functools.update_wrapper(placed, function)


def _is_asynchronous(function: Any) -> bool:
    """Whether it is a coroutine function, or a wrapper around one: a plain one gives its coroutine to whoever calls."""
    while not iscoroutinefunction(function):
        if isinstance(function, type) or (inner := getattr(function, "__wrapped__", None)) is None:
            return False
        function = inner
    return True
