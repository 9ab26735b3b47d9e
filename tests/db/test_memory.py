from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SAWarning

from quart_app.db import AsyncSession, make_engine

from .library import MEMORY, Library, opened


@pytest.fixture(params=["sqlite://", MEMORY])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_everybody_shares_one_database_and_nobody_waits(url: str) -> None:
    async with opened(Library(url)) as library:
        db = library.db
        db.session.add(library.Author(name="flushed"))
        await db.session.flush()

        @library.app.get("/")
        async def index() -> str:
            db.session.add(library.Author(name="from the request"))
            await db.session.commit()
            return str(await library.Author.query.count())

        async with asyncio.timeout(10), library.app.app_context():
            assert await library.Author.query.count() == 3
            async with db.session_scope():
                response = await library.app.test_client().get("/")
        assert await response.get_data(as_text=True) == "4"
        assert await library.Author.query.count() == 4


async def test_who_has_written_nothing_ends_nobodys_transaction(url: str) -> None:
    engine = make_engine(url)
    await engine.execute("CREATE TABLE t (x INTEGER)")
    async with AsyncSession(engine) as writer, AsyncSession(engine) as reader:
        await writer.execute(text("INSERT INTO t VALUES (1)"))
        assert await reader.scalar(text("SELECT count(*) FROM t")) == 1
        await reader.commit()
        await reader.rollback()
        await reader.close()
        await writer.rollback()
        assert await writer.scalar(text("SELECT count(*) FROM t")) == 0
        await writer.execute(text("INSERT INTO t VALUES (2)"))
        await reader.scalar(text("SELECT 1"))
        await reader.rollback()
        await writer.commit()
    assert (await engine.execute("SELECT x FROM t")).all() == [(2,)]
    await engine.dispose()


@pytest.mark.parametrize(
    ("statement", "left"),
    [
        ("\n  drop table t", {"other"}),
        ("CREATE TABLE u (x INTEGER)", {"other", "t", "u"}),
        ("ALTER TABLE t RENAME TO v", {"other", "v"}),
    ],
)
async def test_a_schema_that_is_changed_in_anothers_transaction_stays_changed(
    url: str, statement: str, left: set[str]
) -> None:
    engine = make_engine(url)
    await engine.execute("CREATE TABLE t (x INTEGER)")
    await engine.execute("CREATE TABLE other (x INTEGER)")
    async with AsyncSession(engine) as writer, AsyncSession(engine) as changing:
        await writer.execute(text("INSERT INTO other VALUES (1)"))
        await changing.execute(text(statement))
        await changing.commit()
        await writer.rollback()
    tables = await engine.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    assert {name for (name,) in tables.all()} == left
    await engine.dispose()


async def test_rows_lost_to_another_sessions_rollback_are_said(url: str) -> None:
    engine = make_engine(url)
    await engine.execute("CREATE TABLE t (x INTEGER)")
    async with AsyncSession(engine) as one, AsyncSession(engine) as two:
        await one.execute(text("INSERT INTO t VALUES (1)"))
        await two.execute(text("INSERT INTO t VALUES (2)"))
        await two.rollback()
        with pytest.warns(SAWarning, match="another session rolled back"):
            await one.commit()
        await one.execute(text("INSERT INTO t VALUES (3)"))
        await one.commit()
    assert (await engine.execute("SELECT x FROM t")).all() == [(3,)]
    await engine.dispose()


async def test_many_at_once_make_one_database(url: str) -> None:
    engine = make_engine(url)

    async def use(number: int) -> Any:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE IF NOT EXISTS t (x INTEGER)"))
            await connection.execute(text("INSERT INTO t VALUES (:x)"), {"x": number})

    await asyncio.gather(*(use(number) for number in range(30)))
    assert (await engine.execute("SELECT count(*) FROM t")).scalar() == 30
    await engine.dispose()


def test_it_outlives_loops_and_serves_several_at_once(url: str) -> None:
    engine = make_engine(url)

    async def execute(statement: str) -> Any:
        return (
            (await engine.execute(statement)).scalar()
            if "SELECT" in statement
            else await engine.execute(statement)
        )

    async def insert() -> None:
        await asyncio.gather(*(execute("INSERT INTO t VALUES (1)") for _ in range(20)))

    asyncio.run(execute("CREATE TABLE t (x INTEGER)"))
    threads = [threading.Thread(target=lambda: asyncio.run(insert())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert asyncio.run(execute("SELECT count(*) FROM t")) == 60
    asyncio.run(engine.dispose())


async def test_two_applications_and_two_binds_have_databases_of_their_own(url: str) -> None:
    one, two = Library(url, config={"SQLALCHEMY_BINDS": {"far": url}}), Library(url)
    async with opened(one), two.app.app_context():
        await two.db.create_all()
        assert await two.Author.query.count() == 0
        await two.db.session.remove()
        async with one.app.app_context():
            assert (await one.db.engine.execute("SELECT count(*) FROM author")).scalar() == 2
            assert (await one.db.engines["far"].execute("SELECT count(*) FROM sqlite_master")).scalar() == 0


async def test_dispose_ends_the_database(url: str) -> None:
    engine = make_engine(url)
    await engine.execute("CREATE TABLE t (x INTEGER)")
    await engine.dispose()
    assert (await engine.execute("SELECT count(*) FROM sqlite_master")).scalar() == 0
    await engine.dispose()


async def test_opening_that_is_cancelled_is_done_by_the_next(url: str) -> None:
    engine = make_engine(url)
    tasks = [asyncio.create_task(engine.execute("SELECT 1")) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert [result.scalar() for result in results[1:]] == [1, 1]  # type: ignore[union-attr]
    await engine.dispose()


async def test_a_driver_that_cannot_open_says_so_to_everybody(url: str) -> None:
    engine = make_engine(url, connect_args={"nonsense": 1})
    results = await asyncio.gather(*(engine.connect() for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [TypeError] * 3
