"""One engine on several event loops, on none, and in a process that never disposes of it."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import uvloop
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from quart_app.db import make_engine
from quart_app.db.pool import LoopPool

from .library import Library, opened

Run = Callable[[Any], Any]


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Run a coroutine on a new event loop."""
    factory = asyncio.new_event_loop if request.param == "asyncio" else uvloop.new_event_loop

    def on_a_new_loop(coroutine: Any) -> Any:
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(coroutine)

    return on_a_new_loop


def test_an_application_works_on_one_loop_after_the_other(database: str, run: Run) -> None:
    library = Library(database)
    engine = library.db._engines[library.app][None]

    async def make() -> None:
        async with library.app.app_context():
            await library.db.drop_all()
            await library.db.create_all()
            await library.fill()

    async def count() -> int:
        async with library.app.app_context():
            counted: int = await library.Book.query.count()
            return counted

    async def drop() -> None:
        async with library.app.app_context():
            await library.db.drop_all()
        await engine.dispose()

    run(make())
    assert [run(count()) for _ in range(3)] == [4, 4, 4]
    run(drop())
    if isinstance(engine.pool, LoopPool):
        assert len(engine.pool._pools) == 0


def test_loops_side_by_side_have_connections_of_their_own(stored: str) -> None:
    engine = make_engine(stored)
    meet = threading.Barrier(2, timeout=20)
    seen: list[Any] = []

    async def work() -> None:
        async with engine.connect() as connection:
            meet.wait()
            assert (await connection.execute(text("SELECT 1"))).scalar() == 1
            seen.append((await connection.get_raw_connection()).driver_connection)
            assert engine.pool.checkedout() == 1  # type: ignore[attr-defined]
            meet.wait()

    threads = [threading.Thread(target=lambda: asyncio.run(work())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(set(map(id, seen))) == 2


def test_a_loop_that_ends_closes_its_connections(postgres_url: str, run: Run) -> None:
    engine = make_engine(postgres_url, connect_args={"server_settings": {"application_name": "fq-loops"}})

    async def connect() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(sleep())

    async def sleep() -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_sleep(0.05)"))

    async def others() -> int:
        count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'fq-loops' AND pid <> pg_backend_pid()"
        for _ in range(100):
            async with engine.connect() as connection:
                number: int = (await connection.execute(text(count))).scalar_one()
            if number == 0:
                break
            await asyncio.sleep(0.02)
        return number

    run(connect())
    assert run(others()) == 0


def test_a_loop_that_is_closed_without_shutting_down_is_forgotten(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'x.db'}")
    threads = threading.active_count()

    async def use() -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    loop = asyncio.new_event_loop()
    loop.run_until_complete(use())
    loop.close()
    asyncio.run(use())
    assert len(engine.pool._pools) == 0  # type: ignore[attr-defined]
    wait_for_threads(threads)


def wait_for_threads(number: int) -> None:
    """Wait until no more threads than this are alive."""
    for _ in range(300):
        if threading.active_count() <= number:
            return
        gc.collect()  # what one collection frees may have held a cycle that the next one finds
        threading.Event().wait(0.01)
    raise AssertionError(f"still alive: {threading.enumerate()}")


def test_listeners_hold_for_every_loop_whenever_they_are_added(stored: str) -> None:
    engine = make_engine(stored)
    seen: list[str] = []

    @event.listens_for(engine.sync_engine, "connect")
    def early(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()
        seen.append("early")

    async def use(late: bool = False) -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
            if late:
                event.listen(engine.sync_engine, "checkin", lambda *_: seen.append("late"))

    asyncio.run(use(late=True))
    assert seen == ["early", "late"]
    asyncio.run(use())
    assert seen == ["early", "late", "early", "late"]


async def test_the_pool_describes_the_running_loop(stored: str) -> None:
    engine = make_engine(stored, pool_size=2, max_overflow=1, pool_timeout=0.1)
    pool: Any = engine.pool
    assert (pool.checkedin(), pool.checkedout(), pool.overflow(), pool.size()) == (0, 0, -2, 2)
    assert "not in use" in pool.status()
    async with engine.connect() as _, engine.connect() as _:
        assert (pool.checkedin(), pool.checkedout(), pool.overflow()) == (0, 2, 0)
        async with engine.connect():
            with pytest.raises(sa.exc.TimeoutError, match="QueuePool limit of size 2 overflow 1"):
                _ = await engine.connect()
    assert (pool.checkedin(), pool.checkedout()) == (2, 0)
    assert "Connections in pool: 2" in pool.status()
    await engine.dispose()
    assert pool.checkedin() == 0
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1
    await engine.dispose()


async def test_a_broken_connection_is_replaced(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    async with AsyncSession(engine) as session:
        # Within its transaction: one that lies in the pool would be replaced without a word.
        pid = await session.scalar(text("SELECT pg_backend_pid()"))
        async with AsyncSession(make_engine(postgres_url)) as other:
            await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            _ = await other.connection()
            await other.rollback()
            await other.bind.dispose()  # type: ignore[union-attr]
        with pytest.raises(sa.exc.DBAPIError):
            await session.scalar(text("SELECT 1"))
        await session.rollback()
        assert await session.scalar(text("SELECT 1")) == 1
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    await engine.dispose()


async def test_the_engine_has_the_shortcuts_of_old(stored: str) -> None:
    library = Library(stored)
    async with opened(library):
        engine = library.db.engine
        assert await engine.run_sync(lambda connection: sa.inspect(connection).has_table("author"))
        rows = await engine.execute("SELECT name FROM author ORDER BY id")
        assert rows.all() == [("ada",), ("bob",)]
        changed = await engine.execute("UPDATE author SET name = :name WHERE id = 1", {"name": "eve"})
        assert changed.rowcount == 1  # type: ignore[attr-defined]
        assert (await library.Author.query.get(1)).name == "eve"
        await library.db.session.rollback()


PROGRAM = """
    import asyncio, sys, quart
    from quart_app.db import SQLAlchemy
    app = quart.Quart("app")
    app.config["SQLALCHEMY_DATABASE_URI"] = sys.argv[1]
    db = SQLAlchemy(app)
    class Thing(db.Model):
        id = db.Column(db.Integer, primary_key=True)
    async def work():
        async with app.app_context():
            await db.drop_all()
            await db.create_all()
            db.session.add(Thing())
            await db.session.commit()
            print(await Thing.query.count())
    asyncio.run(work())
    {ending}
"""


@pytest.mark.parametrize("ending", ["", "asyncio.run(work())", "del app, db, Thing; import gc; gc.collect()"])
def test_a_process_that_never_disposes_ends_in_silence(database: str, ending: str) -> None:
    program = textwrap.dedent(PROGRAM).format(ending=ending)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", program, database],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    noise = [
        line for line in done.stderr.splitlines() if not (line.startswith("Executing <") and " took " in line)
    ]
    assert (done.returncode, noise) == (0, [])
    assert done.stdout.split() == ["1"] * (2 if "work" in ending else 1)


def test_an_engine_that_is_garbage_ends_its_thread() -> None:
    async def use() -> None:
        library = Library("sqlite://")
        async with library.app.app_context():
            await library.db.create_all()

    before = threading.active_count()
    asyncio.run(use())
    gc.collect()
    wait_for_threads(before)
