"""A crowd that waits for connections: who came first is served first, and nobody's connection is closed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as PoolTimeout

from quart_app import Quart
from quart_app.db import SQLAlchemy

Made = tuple[Any, list[str]]


@pytest.fixture
async def made(postgres_url: str) -> AsyncIterator[Made]:
    """The extension's engine with a pool of 1 + 1, and what happens to its connections."""
    app = Quart(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = postgres_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 1, "max_overflow": 1, "pool_timeout": 5}
    db: Any = SQLAlchemy(app)
    async with app.app_context():
        engine, seen = db.engine, list[str]()
        event.listen(engine.sync_engine, "connect", lambda *_: seen.append("opened"))
        event.listen(engine.sync_engine, "close", lambda *_: seen.append("closed"))
        yield engine, seen
        await db.dispose()


async def hold(engine: Any, name: str, order: list[str], until: asyncio.Event) -> None:
    async with engine.connect() as connection:
        order.append(name)
        await until.wait()
        await connection.execute(sa.text("SELECT 1"))


async def both_hold(order: list[str]) -> None:
    while len(order) < 2:  # noqa: ASYNC110 - what it waits for are two tasks
        await asyncio.sleep(0.01)


async def test_who_waits_is_served_before_who_comes(made: Made) -> None:
    engine, seen = made
    order: list[str] = []
    held, free = asyncio.Event(), asyncio.Event()
    free.set()
    holders = [asyncio.create_task(hold(engine, f"holder {n}", order, held)) for n in range(2)]
    await both_hold(order)
    waiting = [asyncio.create_task(hold(engine, f"waited {n}", order, free)) for n in range(3)]
    await asyncio.sleep(0.05)
    newcomers: list[asyncio.Task[None]] = []
    # A holder that ends calls this in the very turn of the loop in which its connection comes back.
    for task in holders:
        task.add_done_callback(
            lambda _: newcomers.append(asyncio.create_task(hold(engine, "newcomer", order, free)))
        )
    held.set()
    await asyncio.gather(*holders, *waiting)
    await asyncio.gather(*newcomers)
    assert order[2:] == ["waited 0", "waited 1", "waited 2", "newcomer", "newcomer"]
    # The connection beyond the pool's size goes when nobody waits for it any more, not before.
    assert seen.count("opened") == 2


async def test_a_connection_that_comes_too_late_goes_to_the_next(made: Made) -> None:
    engine, _ = made
    order: list[str] = []
    held, free = asyncio.Event(), asyncio.Event()
    free.set()
    holders = [asyncio.create_task(hold(engine, f"holder {n}", order, held)) for n in range(2)]
    await both_hold(order)
    gone = asyncio.create_task(hold(engine, "gone", order, free))
    next_one = asyncio.create_task(hold(engine, "next", order, free))
    await asyncio.sleep(0.05)
    for task in holders:
        # The first in line is cancelled in the turn in which it is given a connection.
        task.add_done_callback(lambda _: gone.cancel())
    held.set()
    await asyncio.gather(*holders, gone, next_one, return_exceptions=True)
    assert order[-1] == "next"
    assert engine.sync_engine.pool.checkedout() == 0


async def test_patience_ends(made: Made) -> None:
    engine, _ = made
    async with engine.connect(), engine.connect():
        engine.sync_engine.pool.of_running_loop()._timeout = 0.1
        with pytest.raises(PoolTimeout, match="QueuePool limit"):
            async with engine.connect():
                pass
    async with engine.connect() as connection:
        assert await connection.scalar(sa.text("SELECT 1")) == 1
    assert engine.sync_engine.pool.checkedout() == 0
