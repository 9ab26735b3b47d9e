"""Contexts, iterables, results and decorators of one colour for code of the other."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from quart_app.bridge import (
    NotInBridgeError,
    async_context,
    drive,
    each,
    maybe_await,
    maybe_wait,
    sync_context,
    sync_decorator,
    sync_iter,
)


async def test_maybe_await_takes_both_colours() -> None:
    async def one() -> int:
        return 1

    given: list[Any] = [one(), 2]
    assert [await maybe_await(item) for item in given] == [1, 2]


async def one() -> int:
    await asyncio.sleep(0)
    return 1


async def both() -> list[int]:
    given: list[Any] = [one(), 2]
    return [maybe_wait(item) for item in given]


async def test_maybe_wait_takes_both_colours_in_the_bridge() -> None:
    assert await drive(both()) == [1, 2]


def test_maybe_wait_runs_a_loop_where_none_runs() -> None:
    given: Any = one()
    assert maybe_wait(given) == 1
    assert maybe_wait(2) == 2


async def test_maybe_wait_gives_what_is_plain_where_nothing_could_wait() -> None:
    assert maybe_wait(2) == 2
    given: Any = one()
    with pytest.raises(NotInBridgeError):
        maybe_wait(given)


async def test_async_context_enters_a_synchronous_one_and_passes_the_exception() -> None:
    seen: list[str] = []

    @contextmanager
    def plain() -> Iterator[str]:
        try:
            yield "in"
        except KeyError:
            seen.append("caught")

    async def fails() -> None:
        raise KeyError

    async with async_context(plain()) as value:
        assert value == "in"
        await fails()
    assert seen == ["caught"]


@asynccontextmanager
async def awaited(swallow: bool = False) -> AsyncIterator[str]:
    await asyncio.sleep(0)
    try:
        yield "in"
    except KeyError:
        if not swallow:
            raise
    finally:
        await asyncio.sleep(0)


async def test_sync_context_waits_in_the_bridge() -> None:
    def synchronous() -> str:
        with sync_context(awaited()) as value:
            return value

    async def work() -> str:
        return synchronous()

    assert await drive(work()) == "in"


def test_sync_context_raises_or_swallows_as_the_context_says() -> None:
    def fails() -> None:
        raise KeyError

    with sync_context(awaited(swallow=True)):
        fails()
    with pytest.raises(KeyError), sync_context(awaited()):
        fails()


def test_sync_iter_gives_the_elements_without_a_loop() -> None:
    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    assert list(sync_iter(numbers())) == [0, 1, 2]


async def numbers() -> AsyncIterator[int]:
    for number in range(3):
        await asyncio.sleep(0)
        yield number


async def test_each_takes_what_waits_and_what_does_not() -> None:
    assert [number async for number in each(numbers())] == [0, 1, 2]
    assert [number async for number in each([3, 4])] == [3, 4]
    with pytest.raises(TypeError, match="not iterable"):
        [number async for number in each(cast(Any, None))]


async def test_sync_iter_takes_what_does_not_wait() -> None:
    given: Any = [3, 4]
    assert list(sync_iter(given)) == [3, 4]


async def test_a_synchronous_decorator_keeps_deciding_around_a_coroutine_function() -> None:
    def twice_unless_negative(function: Callable[[int], int]) -> Callable[[int], int]:
        def inner(number: int) -> int:
            return 0 if number < 0 else function(number) + function(number)

        return inner

    @sync_decorator(twice_unless_negative)
    async def double(number: int) -> int:
        await asyncio.sleep(0)
        return 2 * number

    assert await drive(double(3)) == 12
    assert await drive(double(-3)) == 0


async def test_what_is_set_on_the_decorated_function_is_what_the_decorator_reads() -> None:
    def often(function: Callable[[], int]) -> Callable[[], int]:
        @functools.wraps(function)
        def inner() -> int:
            return function() * int(settings.times)

        settings: Any = inner
        settings.times = 2
        return inner

    @sync_decorator(often)
    async def one() -> int:
        """One."""
        await asyncio.sleep(0)
        return 1

    assert (await drive(one()), one.times, one.__doc__) == (2, 2, "One.")
    one.times = 3
    assert await drive(one()) == 3


async def test_a_decorator_that_looks_where_its_function_stands_finds_the_place() -> None:
    def looking(function: Any) -> Any:
        found.append((Path(function.__globals__["__file__"]), eval(annotation, function.__globals__)))
        return function

    found: list[Any] = []
    annotation = "Callable[[], Path]"

    @sync_decorator(looking)
    async def one() -> int:
        await asyncio.sleep(0)
        return 1

    assert found == [(Path(__file__), Callable[[], Path])]
    assert await drive(one()) == 1


def test_a_plain_function_is_decorated_as_ever() -> None:
    def mark(function: Any) -> Any:
        function.marked = True
        return function

    @sync_decorator(mark)
    def plain() -> int:
        return 1

    assert plain() == 1
    assert plain.marked
