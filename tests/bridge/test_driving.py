"""A driven coroutine behaves as it would without the bridge."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextvars import ContextVar
from typing import Any

import pytest
from greenlet import getcurrent

from quart_app.bridge import drive, in_bridge, install, wait

Runs = Callable[[Coroutine[Any, Any, Any]], Any]
number: ContextVar[int] = ContextVar("number", default=0)


async def three() -> int:
    await asyncio.sleep(0)
    return 3


def test_the_result_is_the_coroutines(undriven: Runs) -> None:
    async def pair() -> tuple[int, int]:
        return await three(), await asyncio.sleep(0.001, 4)

    assert undriven(drive(pair())) == (3, 4)


def test_the_error_is_the_coroutines_and_its_traceback_leads_there(undriven: Runs) -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise LookupError("here")

    with pytest.raises(LookupError, match="here") as caught:
        undriven(drive(fail()))
    assert caught.traceback[-1].name == "fail"


def test_the_task_stays_the_same(undriven: Runs) -> None:
    async def task() -> Any:
        await asyncio.sleep(0)
        return asyncio.current_task()

    async def main() -> None:
        assert await drive(task()) is asyncio.current_task()

    undriven(main())


def test_context_variables_set_inside_are_seen_outside(undriven: Runs) -> None:
    async def inside() -> None:
        number.set(1)
        wait(deeper())
        assert number.get() == 2

    async def deeper() -> None:
        await asyncio.sleep(0)
        number.set(number.get() + 1)

    async def main() -> int:
        await drive(inside())
        return number.get()

    assert undriven(main()) == 2


def test_drive_inside_driven_code_adds_no_greenlet(undriven: Runs) -> None:
    async def greenlet() -> object:
        return getcurrent()

    async def main() -> None:
        assert await drive(greenlet()) is getcurrent()

    undriven(drive(main()))


def test_a_cancelled_task_is_cancelled_where_it_waits(undriven: Runs) -> None:
    seen: list[str] = []

    async def sleeper() -> None:
        try:
            wait(asyncio.sleep(60))
        except asyncio.CancelledError:
            seen.append("synchronous code")
            raise
        finally:
            await asyncio.sleep(0)
            seen.append("cleaned up")

    async def main() -> None:
        task = asyncio.create_task(drive(sleeper()))
        await asyncio.sleep(0.001)
        task.cancel("enough")
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()

    undriven(main())
    assert seen == ["synchronous code", "cleaned up"]


def test_a_task_cancelled_before_it_starts_never_starts_and_warns_about_nothing(undriven: Runs) -> None:
    started: list[int] = []

    async def work() -> None:
        started.append(1)

    async def main() -> None:
        task = asyncio.create_task(drive(work()))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    undriven(main())
    gc.collect()
    assert not started


def test_a_time_out_ends_a_wait_in_synchronous_code(undriven: Runs) -> None:
    async def slow() -> str:
        try:
            async with asyncio.timeout(0.01):  # noqa: ASYNC100 - it waits synchronously
                wait(asyncio.sleep(60))
        except TimeoutError:
            await asyncio.sleep(0)
            return "in time"
        return "late"

    assert undriven(drive(slow())) == "in time"


def test_a_task_group_cancels_the_others_when_one_fails(undriven: Runs) -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            wait(asyncio.sleep(60))
        finally:
            ended.append("cancelled")

    async def fails() -> None:
        wait(asyncio.sleep(0.001))
        raise LookupError

    async def main() -> None:
        install()

        async def both() -> None:
            async with asyncio.TaskGroup() as group:
                group.create_task(waits())
                group.create_task(fails())

        with pytest.raises(ExceptionGroup) as caught:
            await both()
        assert caught.group_contains(LookupError)

    undriven(drive(main()))
    assert ended == ["cancelled"]


def test_an_error_that_was_handled_is_no_longer_the_current_one(undriven: Runs) -> None:
    async def main() -> None:
        try:
            async with asyncio.timeout(0.001):
                await asyncio.sleep(60)
        except TimeoutError:
            pass
        await asyncio.sleep(0)
        assert sys.exc_info() == (None, None, None)

    undriven(drive(main()))


def test_an_async_generator_waits_in_synchronous_code(undriven: Runs) -> None:
    async def numbers() -> AsyncIterator[int]:
        for i in range(3):
            yield wait(asyncio.sleep(0, i))

    async def main() -> list[int]:
        return [i async for i in numbers()]

    assert undriven(drive(main())) == [0, 1, 2]


def test_an_async_generator_left_early_is_closed(undriven: Runs) -> None:
    closed: list[bool] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            closed.append(wait(asyncio.sleep(0, True)))

    async def main() -> None:
        install()
        async for _ in numbers():
            break
        await asyncio.sleep(0.01)

    undriven(drive(main()))
    assert closed == [True]


def test_closing_runs_the_finally_clauses() -> None:
    ended: list[int] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(1)

    async def main() -> None:
        driven = drive(work())
        driven.send(None)
        driven.close()
        driven.close()

    asyncio.run(main())
    assert ended == [1]


def test_a_coroutine_that_is_dropped_half_way_cleans_up() -> None:
    ended: list[int] = []

    async def work() -> None:
        try:
            wait(asyncio.sleep(60))
        finally:
            ended.append(1)

    async def main() -> None:
        driven = drive(work())
        driven.send(None)
        del driven
        gc.collect()

    asyncio.run(main())
    assert ended == [1]


def test_a_second_await_is_refused(undriven: Runs) -> None:
    async def main() -> None:
        driven = drive(three())
        assert await driven == 3
        with pytest.raises(RuntimeError, match="already awaited"):
            await driven

    undriven(main())


def test_asyncio_prints_the_driven_coroutine(undriven: Runs) -> None:
    async def named() -> None:
        await asyncio.sleep(60)

    async def main() -> None:
        task = asyncio.create_task(drive(named()))
        await asyncio.sleep(0)
        text, stack = repr(task), task.get_stack()
        task.cancel()
        assert "named" in text
        assert stack[0].f_code.co_name == "named"

    undriven(main())


def test_an_error_raised_into_an_awaitable_without_throw_ends_it(undriven: Runs) -> None:
    class Once:
        """An iterator that yields a future, and knows neither send() nor throw()."""

        def __init__(self, future: asyncio.Future[None]) -> None:
            self.futures = [future]

        def __await__(self) -> Any:
            return self

        def __iter__(self) -> Any:
            return self

        def __next__(self) -> Any:
            if not self.futures:
                raise StopIteration("done")
            return next(self.futures.pop().__await__())

    async def main() -> None:
        future = asyncio.get_running_loop().create_future()
        future.get_loop().call_later(0.001, future.set_result, None)
        assert wait(Once(future)) == "done"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):  # noqa: ASYNC100 - it waits synchronously
                wait(Once(asyncio.get_running_loop().create_future()))

    undriven(drive(main()))


def test_code_outside_is_not_in_the_bridge(undriven: Runs) -> None:
    async def main() -> tuple[bool, bool]:
        async def inside() -> bool:
            return in_bridge()

        return in_bridge(), await drive(inside())

    assert undriven(main()) == (False, True)
