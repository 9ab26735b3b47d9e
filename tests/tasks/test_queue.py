"""Tasks on the queue, in PostgreSQL: one worker in this process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from quart_app.tasks import ANONYMOUS, SYSTEM, MessageState, Outcome, outcome, send
from quart_app.tasks.messages import Message
from quart_app.tasks.queue.outcomes import DatabaseOutcomes
from quart_app.tasks.queue.schema import make_tables
from quart_app.tasks.queue.worker import Worker, conninfo_of
from quart_app.tasks.running import perform

from . import queued
from .queued import Line, chain, db, fail, late, runs, write


@pytest.fixture
async def app(
    make_postgres_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Any]:
    app = queued.app
    monkeypatch.setitem(app.config, "SQLALCHEMY_DATABASE_URI", make_postgres_database())
    runs.clear()
    assert await make_tables(conninfo_of(app)) is True
    assert await make_tables(conninfo_of(app)) is False
    async with app.app_context():
        await db.create_all()
        yield app
        await db.session.remove()
        await db.dispose()


@pytest.fixture
async def worker(app: Any) -> AsyncIterator[Worker]:
    worker = Worker(app)
    running = asyncio.create_task(worker.run())
    yield worker
    worker.stop()
    await asyncio.wait_for(running, 10)


async def ended(key: str, seconds: float = 10) -> Outcome:
    return await until(key, MessageState.DONE, MessageState.FAILED, seconds=seconds)


async def until(key: str, *states: MessageState, seconds: float = 10) -> Outcome:
    deadline = time.monotonic() + seconds
    while True:
        found = await outcome(key)
        if found is not None and found.state in states:
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.02)


async def lines() -> list[tuple[str, str]]:
    async with db.session_scope() as session:
        return sorted((line.text, line.user) for line in await session.scalars(select(Line)))


async def test_what_is_committed_is_run_for_its_user_and_nothing_else(app: Any, worker: Worker) -> None:
    rolled_back = await send(write, "rolled back", user_id=7)
    await db.session.rollback()
    async with db.session.begin_nested() as savepoint:
        await send(write, "in a savepoint", user_id=7)
        await savepoint.rollback()
    keys = [await send(write, str(user), user_id=user) for user in (7, "ann", SYSTEM, ANONYMOUS)]
    waiting = await outcome(keys[0])
    assert waiting is None, "seen by nobody before the commit"
    await db.session.commit()
    found = [await ended(key) for key in keys]
    assert [(one.state, one.result, one.task) for one in found] == [
        (MessageState.DONE, {"written": text}, "write") for text in ("7", "ann", "system", "None")
    ]
    assert await lines() == [("7", "7"), ("None", "None"), ("ann", "'ann'"), ("system", "'system'")]
    assert await outcome(rolled_back) is None


async def test_an_error_is_tried_again_and_leaves_nothing_behind(app: Any, worker: Worker) -> None:
    key = await send(fail, "a", 3, user_id=7)
    await db.session.commit()
    found = await ended(key)
    assert (found.state, found.failures, found.error) == (MessageState.DONE, 2, "ZeroDivisionError: run 2")
    assert await lines() == [("a", "7")]


async def test_what_is_given_up_is_told_and_can_be_sent_off_again(app: Any, worker: Worker) -> None:
    key = await send(fail, "a", 5, user_id=7)
    await db.session.commit()
    found = await ended(key)
    assert (found.state, found.failures, found.error) == (MessageState.FAILED, 3, "ZeroDivisionError: run 3")
    outcomes = DatabaseOutcomes(db)
    assert [one.key for one in await outcomes.last(10, failed=True)] == [key]
    assert await outcomes.retry(key) is True
    assert await outcomes.retry("another") is False
    assert (await until(key, MessageState.DONE)).failures == 1
    assert await lines() == [("a", "7")]
    assert await outcomes.last(10, failed=True) == []
    assert await outcomes.prune(30) == 0
    deadline = time.monotonic() + 10
    while await outcomes.prune(0) == 0:  # what has just been done is still in the worker's hands
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert await outcome(key) is None
    assert (
        await db.session.execute(text("SELECT count(*) FROM quart_tasks.procrastinate_jobs"))
    ).scalar() == 0


async def test_a_deadline_ends_a_run(app: Any, worker: Worker) -> None:
    key = await send(late, user_id=7)
    await db.session.commit()
    assert (await ended(key)).error == "TimeoutError"


async def test_a_key_is_sent_once_by_whoever_commits_first(app: Any, worker: Worker) -> None:
    async def attempt(number: int) -> None:
        async with db.session_scope() as session:
            await send(write, "once", user_id=number, key="once")
            await session.execute(text("SELECT pg_sleep(0.05)"))
            await (session.rollback() if number % 2 else session.commit())

    await asyncio.gather(*(attempt(number) for number in range(6)))
    await ended("once")
    await attempt(8)
    assert [line for line, _ in await lines()] == ["once"]
    assert runs == ["once"]


async def test_what_is_delivered_twice_has_one_effect(app: Any) -> None:
    key = await send(write, "twice", user_id=7)
    await db.session.commit()
    message = Message("write", key, 7, ["twice", 0.05], {})
    deliveries = [perform(app, message, DatabaseOutcomes(db)) for _ in range(4)]
    ends = await asyncio.gather(*(asyncio.create_task(delivery) for delivery in deliveries))
    assert [end.error for end in ends] == [None] * 4
    assert runs == ["twice"] * 4
    assert await lines() == [("twice", "7")]


async def test_a_chain_of_tasks_passes_its_user_on(app: Any, worker: Worker) -> None:
    await send(chain, 5, user_id=3)
    await db.session.commit()
    deadline = time.monotonic() + 10
    while len(await lines()) < 5:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert {user for _, user in await lines()} == {"3"}


async def test_broken_connections_lose_nothing(app: Any, worker: Worker) -> None:
    keys = []
    for number in range(40):
        keys.append(await send(write, str(number), 0.05, user_id=number))
        await db.session.commit()
    for _ in range(4):
        await asyncio.sleep(0.1)
        await _break_connections(app)
    for key in keys:
        assert (await ended(key, 30)).state is MessageState.DONE
    assert await lines() == sorted((str(number), str(number)) for number in range(40))
    assert len(runs) > 40, "none was interrupted"


async def _break_connections(app: Any) -> None:
    """Cut all connections to the database but the one that does it."""
    async with await psycopg.AsyncConnection.connect(conninfo_of(app), autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_without_the_tables_it_says_what_to_do(app: Any) -> None:
    await db.session.execute(text("DROP SCHEMA quart_tasks CASCADE"))
    await db.session.commit()
    with pytest.raises(RuntimeError, match="quart tasks init"):
        await send(write, "a", user_id=7)
    await db.session.rollback()


async def test_another_database_is_refused(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SQLALCHEMY_DATABASE_URI", "sqlite:///x.db")
    with pytest.raises(RuntimeError, match="needs PostgreSQL"):
        conninfo_of(app)
