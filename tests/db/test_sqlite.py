"""``quart_app.db.sqlite`` beside ``sqlite3``: the same program on both, the same results and errors."""

from __future__ import annotations

import asyncio
import datetime
import gc
import inspect
import sqlite3
import threading
import warnings
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from quart_app.bridge import drive
from quart_app.db import NotAwaitedError, sqlite

SCHEMA = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT UNIQUE); INSERT INTO t (x) VALUES ('a'), ('b'), ('c');"
)


@pytest.fixture
async def connection() -> AsyncIterator[sqlite.Connection]:
    connection = await sqlite.connect(":memory:")
    await connection.executescript(SCHEMA)
    yield connection
    await connection.close()


class Same:
    """Calls a connection of ``sqlite3`` and one of ours alike; each answer must be the same."""

    def __init__(self, ours: Any, theirs: Any) -> None:
        self.ours, self.theirs = ours, theirs

    async def __call__(self, method: str, *args: Any) -> Any:
        expected = outcome(lambda: getattr(self.theirs, method)(*args))
        try:
            got = getattr(self.ours, method)(*args)
            got = await got if inspect.isawaitable(got) else got
        except Exception as error:
            got = error
        if isinstance(expected, Exception):
            assert (type(got), str(got)) == (type(expected), str(expected)), method
            return got
        if isinstance(expected, sqlite3.Cursor):
            same = Same(got, expected)
            same.check("lastrowid", "rowcount", "description", "arraysize")
            return same
        assert got == expected, method
        return got

    def check(self, *names: str) -> None:
        for name in names:
            ours, theirs = (outcome(partial(getattr, both, name)) for both in (self.ours, self.theirs))
            assert (type(ours), str(ours)) == (type(theirs), str(theirs)), name


def outcome(call: Any) -> Any:
    try:
        return call()
    except Exception as error:
        return error


async def test_a_session_with_both_gives_the_same_at_every_step() -> None:
    ours, theirs = await sqlite.connect(":memory:"), sqlite3.connect(":memory:")
    same = Same(ours, theirs)
    await same("executescript", SCHEMA)
    cursor = await same("execute", "SELECT * FROM t WHERE x > ? ORDER BY id", ("a",))
    assert await cursor("fetchone") == (2, "b")
    assert await cursor("fetchmany") == [(3, "c")]
    assert await cursor("fetchone") is None
    assert await cursor("fetchall") == []
    cursor = await same("execute", "INSERT INTO t (x) VALUES (:x)", {"x": "d"})
    same.check("in_transaction", "total_changes")
    assert cursor.ours.lastrowid == 4
    await same("rollback")
    same.check("in_transaction", "total_changes", "isolation_level", "row_factory", "text_factory")
    await same("executemany", "INSERT INTO t (x) VALUES (?)", [("e",), ("f",)])
    await same("commit")
    cursor = await same("cursor")
    await cursor("execute", "SELECT count(*) FROM t")
    assert await cursor("fetchone") == (5,)
    await cursor("executemany", "UPDATE t SET x = x || ? WHERE id = ?", [("1", 1), ("2", 2)])
    await cursor("executescript", "DELETE FROM t WHERE id = 1;")
    await cursor("execute", "SELECT x FROM t ORDER BY id")
    assert await cursor("fetchmany", 2) == [("b2",), ("c",)]
    await cursor("close")
    await cursor("fetchone")
    for wrong in ("SELECT nothing", "INSERT INTO t (x) VALUES ('c')", "SELECT ?", "x; y"):
        await same("execute", wrong)
    await same("close")
    await same("close")
    for method, *args in [
        ("execute", "SELECT 1"),
        ("commit",),
        ("rollback",),
        ("cursor",),
        ("executescript", ""),
    ]:
        error = await same(method, *args)
        assert isinstance(error, sqlite3.ProgrammingError)
        assert str(error) == "Cannot operate on a closed database."
    same.check("total_changes", "in_transaction")


async def test_the_context_manager_commits_or_rolls_back_and_closes_nothing(
    connection: sqlite.Connection,
) -> None:
    async with connection:
        await connection.execute("INSERT INTO t (x) VALUES ('kept')")
    assert not connection.in_transaction
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        await fail(connection)
    rows = await (await connection.execute("SELECT x FROM t WHERE id > 3")).fetchall()
    assert rows == [("kept",)]


async def fail(connection: sqlite.Connection) -> None:
    async with connection:
        await connection.execute("INSERT INTO t (x) VALUES ('lost')")
        await connection.execute("INSERT INTO t (x) VALUES ('a')")


async def test_rows_have_names_and_types(tmp_path: Path) -> None:
    sqlite3.register_converter("day", lambda text: datetime.date.fromisoformat(text.decode()))
    connection = await sqlite.connect(tmp_path / "x.db", detect_types=sqlite.PARSE_DECLTYPES)
    connection.row_factory = sqlite.Row
    await connection.execute("CREATE TABLE d (at day)")
    await connection.execute("INSERT INTO d VALUES ('2020-02-29')")
    row = await (await connection.execute("SELECT at FROM d")).fetchone()
    assert isinstance(row, sqlite3.Row)
    assert row["at"] == datetime.date(2020, 2, 29)
    cursor = connection.cursor()
    cursor.row_factory = lambda _, values: list(values)
    cursor.arraysize = 5
    assert await (await cursor.execute("SELECT at FROM d")).fetchmany() == [[datetime.date(2020, 2, 29)]]
    assert (cursor.connection, cursor.arraysize) == (connection, 5)
    connection.isolation_level = None
    await connection.execute("INSERT INTO d VALUES ('2020-03-01')")
    assert not connection.in_transaction
    await connection.close()


async def test_arguments_are_those_of_sqlite3(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    cases: list[tuple[Any, Any]] = [
        ((str(path),), {}),
        ((path, 3.0, 0, None, False), {}),
        ((path, 3.0, 0, "IMMEDIATE", True, sqlite3.Connection), {"cached_statements": 10}),
        ((f"file:{path}?mode=ro",), {"uri": True, "check_same_thread": True}),
    ]
    for args, options in cases:
        connection = await sqlite.connect(*args, **options)
        assert await (await connection.execute("SELECT 1")).fetchone() == (1,)
        await connection.close()
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        await sqlite.connect(tmp_path / "no" / "where.db")
    with pytest.raises(TypeError):
        await sqlite.connect(path, nonsense=True)


async def test_async_for_walks_the_rows(connection: sqlite.Connection) -> None:
    await connection.executemany("INSERT INTO t (x) VALUES (?)", [(str(number),) for number in range(200)])
    cursor = await connection.execute("SELECT id FROM t ORDER BY id")
    assert [row[0] async for row in cursor] == list(range(1, 204))


async def test_a_cursor_is_walked_synchronously_only_in_the_bridge(connection: sqlite.Connection) -> None:
    cursor = await connection.execute("SELECT id FROM t ORDER BY id")
    with pytest.raises(NotAwaitedError, match="async for"):
        list(cursor)

    async def view() -> list[Any]:
        return list(cursor)

    assert await drive(view()) == [(1,), (2,), (3,)]


async def test_functions_dumps_and_backups(connection: sqlite.Connection) -> None:
    connection.create_function("twice", 1, lambda number: number * 2)
    assert await (await connection.execute("SELECT twice(4)")).fetchone() == (8,)
    assert await anext(aiter(connection.iterdump())) == "BEGIN TRANSACTION;"
    other = await sqlite.connect(":memory:")
    await connection.commit()
    await connection.backup(other)
    assert len(await (await other.execute("SELECT * FROM t")).fetchall()) == 3
    await other.close()
    with pytest.raises(AttributeError):
        connection.nothing = 1
    with pytest.raises(AttributeError, match="nothing"):
        _ = connection.nothing


async def test_the_loop_is_free_while_the_database_works(connection: sqlite.Connection) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.005)

    ticking = asyncio.create_task(tick())
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900000) SELECT max(i) FROM n"
    assert await (await connection.execute(slow)).fetchone() == (900000,)
    ticking.cancel()
    assert ticks > 5


def test_a_connection_outlives_its_loop_and_a_cancelled_statement() -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n"

    async def give_up() -> sqlite.Connection:
        connection = await sqlite.connect(":memory:")
        task = asyncio.create_task(connection.execute(slow))
        await asyncio.sleep(0)
        task.cancel()
        return connection

    async def go_on(connection: sqlite.Connection) -> Any:
        row = await (await connection.execute("SELECT 7")).fetchone()
        await connection.close()
        return row

    assert asyncio.run(go_on(asyncio.run(give_up()))) == (7,)


def test_a_connection_that_nobody_closes_ends_in_silence() -> None:
    async def leave() -> None:
        connection = await sqlite.connect(":memory:")
        await connection.execute("SELECT 1")

    before = threading.active_count()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(leave())
        gc.collect()
    for _ in range(300):
        if threading.active_count() <= before:
            return
        threading.Event().wait(0.01)
    raise AssertionError("the thread is still there")


def test_the_module_has_the_names_of_sqlite3() -> None:
    assert sqlite.Row is sqlite3.Row
    assert sqlite.IntegrityError is sqlite3.IntegrityError
    assert sqlite.PARSE_COLNAMES == sqlite3.PARSE_COLNAMES
    with pytest.raises(AttributeError):
        _ = sqlite.nothing
