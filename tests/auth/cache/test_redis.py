"""Workers that share Redis: what one changes is in force in the others; and Redis may go away, or lie."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
import redis

from quart_app.auth.cache.stores import MISS, MemoryStore

from .conftest import MakeWorker
from .workers import Line, Worker


async def two(make_worker: MakeWorker, url: str, **options: Any) -> tuple[Worker, Worker]:
    """Two workers of the same application."""
    options = {"seconds": 3600, "absent_seconds": 0.001, **options}
    return await make_worker(url, **options), await make_worker(url, **options)


async def who(worker: Worker, client: Any) -> str:
    """Who the client is at this worker."""
    client.app = worker.app
    return str((await client.get("/who")).text)


async def set_name(worker: Worker, name: str) -> None:
    async with worker.user() as user:
        user.name = name


async def test_a_change_is_in_force_in_the_other_worker_when_the_commit_returns(
    make_worker: MakeWorker, sqlite_url: str, redis_url: str, prefix: str
) -> None:
    one, other = await two(make_worker, sqlite_url, store=redis_url, prefix=prefix)
    client = await other.signed_in()
    for number in range(20):
        assert (await client.get("/who")).text.startswith("ada" if not number else f"name {number - 1}:")
        await set_name(one, f"name {number}")
    async with one.user() as user:
        user.active = False
    assert (await client.get("/guarded")).status_code == 401


async def test_one_worker_s_load_warms_the_other(
    make_worker: MakeWorker, sqlite_url: str, redis_url: str, prefix: str
) -> None:
    one, other = await two(make_worker, sqlite_url, store=redis_url, prefix=prefix)
    await (await one.signed_in()).get("/who")
    assert (await (await other.signed_in()).get("/who")).text == "ada: editor reader"
    assert (one.loads, other.loads) == (["1"], [])


async def test_a_load_that_spans_a_change_in_another_worker_is_worthless(
    make_worker: MakeWorker, postgres_url: str, redis_url: str, prefix: str
) -> None:
    one, other = await two(make_worker, postgres_url, store=redis_url, prefix=prefix)
    client = await other.signed_in()
    other.gate.clear()
    slow = asyncio.create_task(client.get("/who"))
    await other.reached.wait()
    async with one.user() as user:
        user.active = False
    other.gate.set()
    await slow
    assert (await client.get("/guarded")).status_code == 401
    assert other.loads == ["1", "1"]


async def test_in_memory_another_worker_s_change_is_in_force_when_the_time_is_up(
    make_worker: MakeWorker, sqlite_url: str
) -> None:
    one, other = await two(make_worker, sqlite_url, seconds=0.5)
    client = await other.signed_in()
    begun = time.monotonic()
    await client.get("/who")
    await set_name(one, "lin")
    assert (await client.get("/who")).text == "ada: editor reader" or time.monotonic() - begun > 0.5
    await asyncio.sleep(0.5)
    assert (await client.get("/who")).text == "lin: editor reader"


async def test_memory_is_bounded_and_the_least_recently_used_goes_first() -> None:
    now = 0.0
    store = MemoryStore(10, size=3, clock=lambda: now)
    for key in "abcabd":
        token, found = await store.read(key)
        if found is MISS:
            await store.write(key, token, key.upper(), now)
    assert [(await store.read(key))[1] for key in "abcd"] == ["A", "B", MISS, "D"]
    now = 10.0
    assert [(await store.read(key))[1] for key in "abcd"] == [MISS] * 4
    assert len(store) == 0


async def test_memory_that_has_forgotten_who_changed_keeps_nothing_stale() -> None:
    store = MemoryStore(10, size=2, clock=lambda: 0.0)
    token, _ = await store.read("a")
    store.forget(["a"])
    for key in "bcdef":
        store.forget([key])
    await store.write("a", token, "old", 0.0)
    assert (await store.read("a"))[1] is MISS


@pytest.mark.parametrize("state", ["cut", "dead"])
async def test_while_redis_is_away_the_database_answers_and_it_is_logged_once(
    make_worker: MakeWorker,
    sqlite_url: str,
    line: Line,
    prefix: str,
    caplog: pytest.LogCaptureFixture,
    state: str,
) -> None:
    worker = await make_worker(sqlite_url, store=line.url, prefix=prefix, seconds=3600)
    client = await worker.signed_in()
    await client.get("/who")
    store = worker.cache._by_app[worker.app].store
    store._timeout = store._retry = 0.2
    line.become(state)
    begun = time.monotonic()
    for number in range(10):
        assert (await client.get("/who")).text == f"{'ada' if not number else number - 1}: editor reader"
        await set_name(worker, str(number))
    assert time.monotonic() - begun < 8
    assert [record.levelname for record in caplog.records if "Redis does not answer" in record.message] == [
        "WARNING"
    ]
    line.become("up")
    await asyncio.sleep(0.5)
    loads = len(worker.loads)
    for _ in range(3):
        assert (await client.get("/who")).text == "9: editor reader"
    assert len(worker.loads) == loads + 1
    assert "Redis answers the user cache again." in caplog.text


async def test_a_change_during_the_outage_reaches_the_others_when_redis_is_back(
    make_worker: MakeWorker, sqlite_url: str, line: Line, redis_url: str, prefix: str
) -> None:
    """The other worker has a line of its own, which holds: it keeps its copy until the first can tell it."""
    one = await make_worker(sqlite_url, store=line.url, prefix=prefix, seconds=3600)
    other = await make_worker(sqlite_url, store=redis_url, prefix=prefix, seconds=3600)
    client = await other.signed_in()
    await client.get("/who")
    mine = await one.signed_in()
    await mine.get("/who")
    one.cache._by_app[one.app].store._retry = 0.1
    line.become("cut")
    await set_name(one, "lin")
    assert (await mine.get("/who")).text == "lin: editor reader"  # its own change it knows at once
    line.become("up")
    await asyncio.sleep(0.4)
    assert (await client.get("/who")).text == "lin: editor reader"


async def test_a_restart_of_redis_that_keeps_old_copies_does_not_bring_them_back(
    make_worker: MakeWorker, sqlite_url: str, line: Line, prefix: str, redis_url: str
) -> None:
    """Redis may come back with its contents of before the change; it was told again by then."""
    worker = await make_worker(sqlite_url, store=line.url, prefix=prefix, seconds=3600)
    client = await worker.signed_in()
    await client.get("/who")
    worker.cache._by_app[worker.app].store._retry = 0.05
    line.become("cut")
    await client.get("/who")
    await set_name(worker, "lin")
    line.become("up")
    for _ in range(5):
        assert (await client.get("/who")).text == "lin: editor reader"
        await asyncio.sleep(0.03)


def keys(url: str, prefix: str, part: str) -> list[bytes]:
    with redis.Redis.from_url(url) as client:
        return sorted(key for key in client.scan_iter(f"{prefix}:*{part}") if b":v:" not in key)


async def test_what_others_write_into_redis_is_not_believed(
    make_worker: MakeWorker,
    sqlite_url: str,
    redis_url: str,
    prefix: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    worker = await make_worker(sqlite_url, store=redis_url, prefix=prefix, seconds=3600)
    ada, ben = await worker.signed_in(1), await worker.signed_in(2)
    await ada.get("/who")
    await ben.get("/who")
    (of_ada,), (of_ben,) = keys(redis_url, prefix, ":1"), keys(redis_url, prefix, ":2")
    with redis.Redis.from_url(redis_url) as client:
        good = client.get(of_ben)
        assert isinstance(good, bytes)
        promoted = good[:32] + good[32:].replace(b"reader", b"editor")
        for forged in [client.get(of_ada), promoted, good[:-1], good[32:], b"", b"\x80\x04K\x01.", b"null"]:
            assert isinstance(forged, bytes)
            client.set(of_ben, forged)
            assert (await ben.get("/who")).text == "ben: reader"
    assert "something else than a copy" in caplog.text


async def test_an_answer_for_somebody_else_is_not_believed(
    make_worker: MakeWorker, sqlite_url: str, redis_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client library that mixes up its answers has shown people the data of others before."""
    worker = await make_worker(sqlite_url, store=redis_url, prefix=prefix, seconds=3600)
    ada, ben = await worker.signed_in(1), await worker.signed_in(2)
    await ada.get("/who")
    await ben.get("/who")
    client = worker.cache._by_app[worker.app].store._client
    mget = client.mget

    async def mixed_up(*names: str) -> Any:
        return await mget(*[name[:-2] + ":1" if name.endswith(":2") else name for name in names])

    monkeypatch.setattr(client, "mget", mixed_up)
    assert (await ben.get("/who")).text == "ben: reader"


async def test_an_old_copy_put_back_is_not_believed_for_longer_than_its_time(
    make_worker: MakeWorker, sqlite_url: str, redis_url: str, prefix: str
) -> None:
    worker = await make_worker(sqlite_url, store=redis_url, prefix=prefix, seconds=0.4)
    client = await worker.signed_in()
    await client.get("/who")
    (name,) = keys(redis_url, prefix, ":1")
    with redis.Redis.from_url(redis_url) as connection:
        old = connection.get(name)
        assert isinstance(old, bytes)
        await set_name(worker, "lin")
        for key in connection.scan_iter(f"{prefix}*"):
            connection.delete(key)
        connection.set(name, old)
        await asyncio.sleep(0.4)
        assert (await client.get("/who")).text == "lin: editor reader"


async def test_nothing_in_redis_is_without_an_end_or_holds_a_secret_that_was_not_named(
    make_worker: MakeWorker, sqlite_url: str, redis_url: str, prefix: str
) -> None:
    worker = await make_worker(sqlite_url, store=redis_url, prefix=prefix, fields=["name"], seconds=60)
    await (await worker.signed_in()).get("/open")
    async with worker.app.app_context():
        await worker.manager.load_user_by_id("1")
    await worker.cache.invalidate(2)
    await worker.cache.invalidate_all()
    async with worker.app.app_context():
        await worker.manager.load_user_by_id("1")
    with redis.Redis.from_url(redis_url) as client:
        names: list[Any] = list(client.scan_iter(f"{prefix}*"))
        assert len(names) >= 3
        for name in names:
            left = client.pttl(name)
            assert isinstance(left, int)
            assert 0 < left <= 300_000
        (entry,) = keys(redis_url, prefix, ":1")
        data = client.get(entry)
        assert isinstance(data, bytes)
        assert json.loads(data[32:])[3] == [1, "ada", 1]


async def test_other_fields_are_other_copies_and_hear_of_the_same_changes(
    make_worker: MakeWorker, sqlite_url: str, redis_url: str, prefix: str
) -> None:
    """As while a new version of the application is rolled out."""
    old = await make_worker(sqlite_url, store=redis_url, prefix=prefix, seconds=3600)
    new = await make_worker(
        sqlite_url,
        store=redis_url,
        prefix=prefix,
        seconds=3600,
        fields=["name", "active", "roles.name", "settings"],
    )
    client, other = await old.signed_in(), await new.signed_in()
    await client.get("/who")
    assert (await other.get("/who")).text == "ada: editor reader"
    await set_name(new, "lin")
    assert (await client.get("/who")).text == "lin: editor reader"
