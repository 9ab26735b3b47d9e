"""Tasks that are sent with a transaction, without a queue: when they run, how often, and what is known of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from quart_app import Quart
from quart_app.db import SQLAlchemy
from quart_app.tasks import MessageState, acting_user_id, outcome, send, task

db = SQLAlchemy()
tries: list[str] = []


class Line(db.Model):  # type: ignore[misc, name-defined]
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(unique=True)


@pytest.fixture(params=["sqlite", "postgresql"])
async def app(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Quart]:
    app = Quart("app")
    app.config["SQLALCHEMY_DATABASE_URI"] = (
        f"sqlite:///{tmp_path / 'lines.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    db.init_app(app)
    tries.clear()
    async with app.app_context():
        await db.drop_all()
        await db.create_all()
        yield app
        await settled(app)
        await db.drop_all()
        await db.dispose()


async def settled(app: Quart) -> None:
    while app.background_tasks:
        await asyncio.gather(*app.background_tasks, return_exceptions=True)


async def lines(app: Quart) -> list[str]:
    await settled(app)
    async with db.session_scope() as session:
        return sorted(await session.scalars(select(Line.text)))


@task
async def write(text: str) -> str:
    tries.append(text)
    db.session.add(Line(text=f"{text} by {acting_user_id()}"))
    return text.upper()


@task
async def write_and_commit(text: str) -> None:
    tries.append(text)
    db.session.add(Line(text=text))
    await db.session.commit()


@task(retries=2, wait=0.01)
async def fail_until(text: str, successful: int) -> None:
    tries.append(text)
    db.session.add(Line(text=text))
    await db.session.flush()
    if len(tries) < successful:
        raise ZeroDivisionError(f"try {len(tries)}")


async def test_a_task_runs_when_the_transaction_has_committed_for_its_user(app: Quart) -> None:
    key = await send(write, "a", user_id=7)
    await asyncio.sleep(0.05)
    assert tries == []
    found = await outcome(key)
    assert found is not None
    assert found.state is MessageState.WAITING
    await db.session.commit()
    assert await lines(app) == ["a by 7"]
    found = await outcome(key)
    assert found is not None
    assert (found.state, found.result, found.error) == (MessageState.DONE, "A", None)


async def test_a_task_of_a_transaction_that_is_rolled_back_does_not_run(app: Quart) -> None:
    await send(write, "a", user_id=7)
    await db.session.rollback()
    await send(write, "b", user_id=7)
    await db.session.commit()
    assert await lines(app) == ["b by 7"]


async def test_a_task_of_a_transaction_that_nobody_commits_does_not_run(app: Quart) -> None:
    async with db.session_scope():
        key = await send(write, "a", user_id=7)
    assert await lines(app) == []
    assert await outcome(key) is None


async def test_a_task_of_a_commit_that_fails_does_not_run(app: Quart) -> None:
    db.session.add(Line(text="x"))
    await db.session.commit()
    db.session.add(Line(text="x"))
    await send(write, "a", user_id=7)
    with pytest.raises(IntegrityError):
        await db.session.commit()
    await db.session.rollback()
    await db.session.commit()
    assert await lines(app) == ["x"]


async def test_a_savepoint_takes_its_tasks_with_it(app: Quart) -> None:
    await send(write, "outside", user_id=1)
    async with db.session.begin_nested():
        await send(write, "released", user_id=1)
        async with db.session.begin_nested():
            await send(write, "inner", user_id=1)
    savepoint = await db.session.begin_nested()
    await send(write, "rolled back", user_id=1)
    async with db.session.begin_nested():
        await send(write, "rolled back with it", user_id=1)
    await savepoint.rollback()
    assert await lines(app) == []
    await db.session.commit()
    assert await lines(app) == ["inner by 1", "outside by 1", "released by 1"]


async def test_a_key_is_done_once(app: Quart) -> None:
    for _ in range(2):
        assert await send(write, "a", user_id=7, key="a of today") == "a of today"
        await db.session.commit()
        await settled(app)
    assert tries == ["a"]
    await send(write, "b", user_id=7, key="b of today")
    await db.session.rollback()
    await send(write, "b", user_id=7, key="b of today")
    await db.session.commit()
    assert await lines(app) == ["a by 7", "b by 7"]


async def test_an_error_is_tried_again_and_leaves_nothing_behind(app: Quart) -> None:
    key = await send(fail_until, "a", 3, user_id=7)
    await db.session.commit()
    assert await lines(app) == ["a"]
    found = await outcome(key)
    assert found is not None
    assert (found.state, found.failures, found.error) == (MessageState.DONE, 2, "ZeroDivisionError: try 2")


async def test_what_fails_too_often_is_given_up_and_told(
    app: Quart, caplog: pytest.LogCaptureFixture
) -> None:
    key = await send(fail_until, "a", 9, user_id=7)
    await db.session.commit()
    assert await lines(app) == []
    assert len(tries) == 3
    found = await outcome(key)
    assert found is not None
    assert (found.state, found.failures) == (MessageState.FAILED, 3)
    assert [vars(record)["user_id"] for record in caplog.records] == [7, 7, 7]
    assert "of user 7 failed" in caplog.text


async def test_a_task_may_commit_itself(app: Quart) -> None:
    await send(write_and_commit, "a", user_id=7)
    await db.session.commit()
    assert await lines(app) == ["a"]


@task(name="twice", retries=1, wait=0.01)
async def commit_twice() -> None:
    tries.append("")
    db.session.add(Line(text="first"))
    await db.session.commit()
    db.session.add(Line(text="second"))
    await db.session.commit()


@task(name="in steps", once=False)
async def in_steps() -> None:
    for text in ("first", "second"):
        db.session.add(Line(text=text))
        await db.session.commit()


@task(name="after an error")
async def after_an_error() -> None:
    db.session.add_all([Line(text="same"), Line(text="same")])
    with pytest.raises(IntegrityError):
        await db.session.commit()
    await db.session.rollback()
    db.session.add(Line(text="same"))
    await db.session.commit()


async def test_a_second_commit_is_an_error_and_the_first_one_stays_alone(app: Quart) -> None:
    key = await send(commit_twice, user_id=7)
    await db.session.commit()
    assert await lines(app) == ["first"]
    assert tries == [""]
    found = await outcome(key)
    assert found is not None
    assert "once=False" in str(found.error)


async def test_who_commits_in_steps_says_so(app: Quart) -> None:
    await send(in_steps, user_id=7)
    await db.session.commit()
    assert await lines(app) == ["first", "second"]


async def test_a_commit_that_failed_is_not_the_one(app: Quart) -> None:
    await send(after_an_error, user_id=7)
    await db.session.commit()
    assert await lines(app) == ["same"]


@task(name="slow", retries=0, deadline=0.02)
async def slow() -> None:
    await asyncio.sleep(5)


async def test_a_deadline_ends_a_run(app: Quart) -> None:
    key = await send(slow, user_id=7)
    await db.session.commit()
    await settled(app)
    found = await outcome(key)
    assert found is not None
    assert (found.state, found.error) == (MessageState.FAILED, "TimeoutError")


async def test_a_task_sends_others_with_its_own_effect(app: Quart) -> None:
    await send(send_two, 2, user_id=7)
    await db.session.commit()
    assert await lines(app) == ["0 by 7", "1 by 7"]


@task
async def send_two(successful: int) -> None:
    tries.append("")
    for number in range(2):
        await send(write, str(number), user_id=acting_user_id())
    if len(tries) < successful:
        raise ZeroDivisionError


async def test_what_cannot_travel_is_refused(app: Quart) -> None:
    for value in (Line(text="a"), (1, 2), {1: 2}, b"x", [{"a": {2}}]):
        with pytest.raises(TypeError, match=r"argument 1 of tests\.tasks\.test_send\.write holds a"):
            await send(write, value, user_id=7)
    with pytest.raises(TypeError, match="user_id is a Line"):
        await send(write, "a", user_id=Line(text="a"))
    with pytest.raises(TypeError, match="no task: put @task above it"):
        await send(lines, app, user_id=7)
    with pytest.raises(TypeError, match="missing a required argument"):
        await send(write, user_id=7)
    with pytest.raises(TypeError, match="user_id"):
        await send(write, "a")  # type: ignore[call-arg]


def test_what_is_no_task() -> None:
    def plain() -> None: ...

    async def local() -> None: ...

    with pytest.raises(TypeError, match="no coroutine function"):
        task(plain)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="name="):
        task(local)
    with pytest.raises(ValueError, match="Two tasks are called twice"):
        task(name="twice")(local)


async def test_a_queue_that_does_not_exist_is_told(app: Quart) -> None:
    app.config["TASKS_QUEUE"] = "carrier pigeons"
    with pytest.raises(RuntimeError, match="carrier pigeons"):
        await send(write, "a", user_id=7)
    app.config["TASKS_QUEUE"] = None


async def test_without_a_database_it_says_what_is_missing() -> None:
    with pytest.raises(RuntimeError, match="application context"):
        await send(write, "a", user_id=7)
    async with Quart("other").app_context():
        with pytest.raises(RuntimeError, match="no SQLAlchemy object"):
            await send(write, "a", user_id=7)


async def test_what_the_end_cuts_off_is_logged(app: Quart, caplog: pytest.LogCaptureFixture) -> None:
    await send(fail_until, "a", 2, user_id=7)
    await send(slow, user_id=8)
    await db.session.commit()
    await asyncio.sleep(0)
    with caplog.at_level(logging.WARNING):
        for running in list(app.background_tasks):
            running.cancel()
        await settled(app)
    assert "of user 8 was cut off" in caplog.text
