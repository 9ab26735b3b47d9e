"""Cancellation and time-outs in the middle of implicit loads leave no connection behind."""

from __future__ import annotations

import asyncio
import gc
import random
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from quart_app.bridge import drive, implicit_loading, install, wait

from .shelf import Author, checked_out, shelf

Runs = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    with implicit_loading("allow"):
        yield


async def load(engine: AsyncEngine) -> int:
    async with AsyncSession(engine) as session:
        authors = (await session.scalars(select(Author))).all()
        titles = [title for author in authors for title in author.titles]
        wait(asyncio.sleep(0))
        await session.commit()
        return len(titles) + len(authors[0].name)


# Cancelled in the middle of a statement, aiosqlite leaves its connection to the garbage collector; without the bridge too.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_a_storm_of_cancellations_leaves_no_connection_checked_out(undriven: Runs, database: str) -> None:
    chance = random.Random(7)

    async def main() -> None:
        install()
        async with shelf(database, pool_size=8) as engine:
            cancelled = finished = 0
            for _ in range(8):
                tasks = [asyncio.create_task(load(engine)) for _ in range(24)]
                for task in tasks:
                    if chance.random() < 0.7:
                        asyncio.get_running_loop().call_later(chance.random() * 0.03, task.cancel)
                for result in await asyncio.gather(*tasks, return_exceptions=True):
                    if isinstance(result, asyncio.CancelledError):
                        cancelled += 1
                    else:
                        assert result == 4 + len("Le Guin")
                        finished += 1
            await settle(engine)
            assert cancelled > 10
            assert finished > 10
            assert checked_out(engine.pool) == 0
            # And the pool still works: every connection of it.
            assert await asyncio.gather(*[load(engine) for _ in range(16)]) == [4 + len("Le Guin")] * 16

    undriven(drive(main()))


async def settle(engine: AsyncEngine) -> None:
    """Give the connections that are being closed after a cancellation their moment."""
    for _ in range(100):
        if checked_out(engine.pool) == 0:
            return
        await asyncio.sleep(0.01)


def test_a_time_out_inside_an_implicit_load_gives_the_connection_back(
    undriven: Runs, postgres_url: str
) -> None:
    url = postgres_url.replace("postgresql:", "postgresql+asyncpg:")

    async def slow(engine: AsyncEngine) -> None:
        async with AsyncSession(engine) as session:
            author = await session.get_one(Author, 1)

            # What a slow server does to a lazy load.
            @event.listens_for(session.sync_session, "do_orm_execute")
            def sleep_first(state: Any) -> None:
                state.session.connection().execute(text("SELECT pg_sleep(5)"))

            _ = author.books

    async def main() -> None:
        install()
        async with shelf(url) as engine:
            results = await asyncio.gather(
                *[asyncio.wait_for(slow(engine), 0.1) for _ in range(5)], return_exceptions=True
            )
            assert [type(result) for result in results] == [TimeoutError] * 5
            await settle(engine)
            assert checked_out(engine.pool) == 0
            assert await load(engine) == 4 + len("Le Guin")

    undriven(drive(main()))


@pytest.mark.filterwarnings("ignore:The garbage collector is trying to clean up:sqlalchemy.exc.SAWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_connection_that_the_garbage_collector_finds_is_closed_without_waiting(
    undriven: Runs, postgres_url: str
) -> None:
    switched: list[str] = []

    async def leak(engine: AsyncEngine) -> None:
        connection = await engine.connect()
        await connection.execute(text("SELECT 1"))

    async def other() -> None:
        switched.append("another task ran")

    async def main() -> None:
        async with shelf(postgres_url.replace("postgresql:", "postgresql+asyncpg:")) as engine:
            await leak(engine)
            task = asyncio.create_task(other())
            gc.collect()
            # A wait inside the collector would have let the task run here, in the middle of a line of ours.
            assert not switched
            await task

    undriven(drive(main()))
