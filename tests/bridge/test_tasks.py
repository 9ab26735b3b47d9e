"""Tasks that driven code spawns are driven; eager ones are refused."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy.exc import MissingGreenlet, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from quart_app.bridge import EagerTaskError, NotInBridgeError, drive, in_bridge, install, task_factory, wait
from quart_app.bridge.tasks import is_eager

from .shelf import Author, shelf

Runs = Callable[[Coroutine[Any, Any, Any]], Any]


async def four() -> int:
    return wait(asyncio.sleep(0, 4))


async def is_driven() -> bool:
    await asyncio.sleep(0)
    return in_bridge()


def test_gather_create_task_task_group_and_wait_for_carry_the_bridge(undriven: Runs) -> None:
    async def main() -> None:
        install()
        assert list(await asyncio.gather(four(), four())) == [4, 4]
        assert await asyncio.create_task(four(), name="four") == 4
        assert await asyncio.wait_for(four(), 1) == 4
        async with asyncio.TaskGroup() as group:
            task = group.create_task(four(), name="named")
        assert task.result() == 4
        assert task.get_name() == "named"

    undriven(drive(main()))


def test_tasks_of_tasks_carry_it(undriven: Runs) -> None:
    async def spawn() -> list[int]:
        return list(await asyncio.gather(four(), four()))

    async def main() -> None:
        install()
        assert list(await asyncio.gather(spawn(), spawn())) == [[4, 4], [4, 4]]

    undriven(drive(main()))


def test_tasks_that_other_code_creates_are_left_alone(undriven: Runs) -> None:
    async def main() -> None:
        install()
        assert await asyncio.create_task(is_driven()) is False
        with pytest.raises(NotInBridgeError):
            await asyncio.create_task(four())

    undriven(main())


def test_every_task_is_driven_when_asked(undriven: Runs) -> None:
    async def main() -> None:
        install(every_task=True)
        assert await asyncio.create_task(is_driven()) is True
        install()
        assert await asyncio.create_task(is_driven()) is True

    undriven(main())


def test_installing_twice_wraps_once(undriven: Runs) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        install()
        factory = loop.get_task_factory()
        install(loop)
        assert loop.get_task_factory() is factory

    undriven(main())


def test_a_task_factory_that_was_there_makes_the_tasks(undriven: Runs) -> None:
    made: list[str] = []

    def factory(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> Any:
        made.append(coro.__name__)
        return asyncio.Task(coro, loop=loop, **options)

    async def main() -> None:
        asyncio.get_running_loop().set_task_factory(factory)
        install()
        install(every_task=True)
        assert await asyncio.create_task(four()) == 4

    undriven(drive(main()))
    assert made == ["four"]


def test_the_factory_can_be_set_by_hand(undriven: Runs) -> None:
    async def main() -> None:
        asyncio.get_running_loop().set_task_factory(task_factory)
        assert await asyncio.create_task(four()) == 4

    undriven(drive(main()))


def test_a_task_keeps_the_context_it_is_given(undriven: Runs) -> None:
    import contextvars

    number: contextvars.ContextVar[int] = contextvars.ContextVar("number", default=0)

    async def read() -> int:
        return number.get() + wait(asyncio.sleep(0, 0))

    async def main() -> None:
        install()
        context = contextvars.copy_context()
        context.run(number.set, 7)
        assert await asyncio.create_task(read(), context=context) == 7

    undriven(drive(main()))


def test_an_ordinary_factory_is_not_eager() -> None:
    assert not is_eager(None)
    assert not is_eager(task_factory)


if sys.version_info >= (3, 12):

    def test_an_eager_loop_is_refused() -> None:
        async def main(factory: Any) -> None:
            asyncio.get_running_loop().set_task_factory(factory)
            with pytest.raises(EagerTaskError, match="eager"):
                install()

        asyncio.run(main(asyncio.eager_task_factory))
        asyncio.run(main(asyncio.create_eager_task_factory(asyncio.Task)))

    def test_an_eager_task_that_waits_synchronously_fails_with_the_reason() -> None:
        async def main() -> None:
            loop = asyncio.get_running_loop()
            task = asyncio.Task(four(), loop=loop, eager_start=True)
            with pytest.raises(EagerTaskError, match="eagerly"):
                await task
            assert wait(asyncio.sleep(0, "still here")) == "still here"

        asyncio.run(drive(main()))

    def test_awaited_sqlalchemy_in_an_eager_task_neither_hangs_nor_fails(database: str) -> None:
        async def load(engine: Any) -> int:
            async with AsyncSession(engine) as session:
                author = await session.get_one(Author, 1)
                return len(await author.awaitable_attrs.books)

        async def main() -> None:
            async with asyncio.timeout(10), shelf(database) as engine:
                asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
                assert await asyncio.gather(*[load(engine) for _ in range(8)]) == [2] * 8
                asyncio.get_running_loop().set_task_factory(None)
                assert await load(engine) == 2

        asyncio.run(drive(main()))

    # On PostgreSQL only: SQLAlchemy's refusal leaves a coroutine of aiosqlite's behind, with or without the bridge.
    def test_an_implicit_load_in_an_eager_task_fails_and_gives_its_connection_back(postgres_url: str) -> None:
        async def load(engine: Any) -> int:
            async with AsyncSession(engine) as session:
                author = await session.get_one(Author, 1)
                return len(author.books)

        async def main() -> None:
            async with (
                asyncio.timeout(10),
                shelf(postgres_url.replace("postgresql:", "postgresql+asyncpg:")) as engine,
            ):
                asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
                results = await asyncio.gather(*[load(engine) for _ in range(8)], return_exceptions=True)
                asyncio.get_running_loop().set_task_factory(None)
                assert {type(result) for result in results} <= {MissingGreenlet, StatementError}

        asyncio.run(drive(main()))
