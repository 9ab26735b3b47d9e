"""What an idle connection keeps alive, and what becomes of it when its engine is dropped."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import warnings
import weakref
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from quart import Quart
from sqlalchemy import text

from quart_app.db import SQLAlchemy, make_engine
from quart_app.db.opening import outside_of_requests

visitor: ContextVar[Any] = ContextVar("visitor")

NAME = "fq-opening"


class Visitor:
    """Somebody whose request opens a connection."""


@contextlib.contextmanager
def no_warning() -> Iterator[None]:
    """Fail on what a driver says of a connection that is collected unclosed."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield
    assert [str(warning.message) for warning in said] == []


def named(url: str) -> Any:
    return make_engine(url, connect_args={"server_settings": {"application_name": NAME}})


async def connections(url: str) -> int:
    """How many of our connections the server has, after a while in which they can end."""
    engine = make_engine(url)
    query = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")
    try:
        for _ in range(100):
            async with engine.connect() as connection:
                number: int = (await connection.execute(query, {"name": NAME})).scalar_one()
            if number == 0:
                break
            await asyncio.sleep(0.02)
        return number
    finally:
        await engine.dispose()


async def test_an_idle_connection_does_not_hold_the_request_that_opened_it(postgres_url: str) -> None:
    engine = make_engine(postgres_url)

    async def request() -> weakref.ref[Visitor]:
        who = Visitor()
        visitor.set(who)
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        return weakref.ref(who)

    who = await asyncio.create_task(request())
    await asyncio.sleep(0)
    gc.collect()
    assert engine.pool.checkedin() == 1  # type: ignore[attr-defined]
    assert who() is None
    await engine.dispose()


@pytest.mark.parametrize("waits", [0, 0.05], ids=["at once", "after a while"])
async def test_a_dropped_engine_closes_its_connections(postgres_url: str, waits: float) -> None:
    async def use() -> None:
        engine = named(postgres_url)
        async with engine.connect() as one, engine.connect() as other:
            await one.execute(text("SELECT 1"))
            await other.execute(text("SELECT 1"))

    with no_warning():
        await asyncio.create_task(use())
        await asyncio.sleep(waits)
        gc.collect()
        assert await connections(postgres_url) == 0
        gc.collect()


async def test_applications_made_and_dropped_on_one_loop_leave_no_connection(postgres_url: str) -> None:
    db = SQLAlchemy()

    async def visit() -> None:
        app = Quart("short")
        app.config["SQLALCHEMY_DATABASE_URI"] = postgres_url
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
            "connect_args": {"server_settings": {"application_name": NAME}}
        }
        db.init_app(app)

        @app.get("/")
        async def index() -> str:
            return str((await db.session.execute(text("SELECT 1"))).scalar())

        assert await (await app.test_client().get("/")).get_data(as_text=True) == "1"

    with no_warning():
        for _ in range(10):
            await asyncio.create_task(visit())
        gc.collect()
        gc.collect()  # the first frees the application, whose engines are found only then
        assert await connections(postgres_url) == 0


def test_an_engine_dropped_at_the_end_of_its_loop_is_silent(postgres_url: str) -> None:
    async def use() -> None:
        async with named(postgres_url).connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def last() -> None:
        await asyncio.create_task(use())
        gc.collect()

    with no_warning():
        asyncio.run(last())
        gc.collect()
        assert asyncio.run(connections(postgres_url)) == 0


async def test_a_cancelled_opening_cancels_the_driver() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        began.set()
        try:
            await asyncio.sleep(30)
        finally:
            ended.set()

    task = asyncio.ensure_future(outside_of_requests(slow)())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_a_connection_that_comes_when_nobody_waits_any_more_is_terminated() -> None:
    class Connection:
        terminated = False

        def terminate(self) -> None:
            self.terminated = True

    connection = Connection()

    async def opening() -> Connection:
        # Between the end of this and the moment in which its result is taken.
        asyncio.get_running_loop().call_soon(task.cancel)
        return connection

    task = asyncio.ensure_future(outside_of_requests(opening)())
    with pytest.raises(asyncio.CancelledError):
        await task
    assert connection.terminated


async def test_an_error_of_the_driver_arrives() -> None:
    async def refused() -> None:
        raise ConnectionRefusedError("no server")

    with pytest.raises(ConnectionRefusedError, match="no server"):
        await outside_of_requests(refused)()
