"""Chaos on a PostgreSQL of our own, a command of its own: python -m pytest tests/db/chaos.py

Each request writes one order of two lines, in one transaction. What the client was told (200) must be there, what has failed must not, and
of what was broken off there may be all or nothing. ``TEST_CHAOS_SECONDS`` makes the storms longer.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import random
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest

import quart_app
from quart_app.bridge import implicit_loading
from quart_app.db import SQLAlchemy
from tests.servers import PrivatePostgres, private_postgres_server

SECONDS = float(os.environ.get("TEST_CHAOS_SECONDS", "3"))
CLIENTS = 64
NAME = "fq-chaos"

#: What a request may come to, and how many lines of it may be in the database then.
KINDS = {
    "written": {2},
    "written after a lazy load": {2},
    "error in the view": {0},
    "error in a flush": {0},
    "error at commit": {0},
    "client leaves": {0, 2},
    "cancelled": {0, 2},
}


@pytest.fixture(scope="module")
def server() -> Iterator[PrivatePostgres]:
    with private_postgres_server() as private:
        yield private


class Shop:
    """The application, and what its clients remember."""

    def __init__(self, url: str, **options: Any) -> None:
        self.app = app = quart_app.Quart(__name__)
        connect = {"server_settings": {"application_name": NAME}}
        app.config["SQLALCHEMY_DATABASE_URI"] = url
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"connect_args": connect, **options}
        self.db: Any = SQLAlchemy(app)
        db = self.db

        class Customer(db.Model):  # type: ignore[misc, name-defined]
            id = db.Column(db.Integer, primary_key=True)
            name = db.Column(db.String(40))

        class Line(db.Model):  # type: ignore[misc, name-defined]
            id = db.Column(db.Integer, primary_key=True)
            order = db.Column(db.Integer, nullable=False)
            number = db.Column(db.Integer, nullable=False)
            customer_id = db.Column(
                db.Integer, db.ForeignKey("customer.id", deferrable=True, initially="DEFERRED")
            )
            customer = db.relationship(Customer, backref="lines")
            __table_args__ = (db.UniqueConstraint("order", "number"),)

        self.Customer: Any = Customer
        self.Line: Any = Line
        app.get("/<int:order>/<kind>")(self.view)
        self.numbers = itertools.count(1)
        self.kinds: dict[int, str] = {}
        self.statuses: dict[int, int | None] = {}

    async def view(self, order: int, kind: str) -> str:
        session, line = self.db.session, self.Line
        customer = await session.get(self.Customer, 1)
        session.add(line(order=order, number=1, customer_id=1))
        await session.flush()
        if kind == "error in the view":
            raise ValueError(kind)
        await asyncio.sleep(random.random() * 0.01)
        if kind == "written after a lazy load":
            assert customer.lines is not None
        number = 1 if kind == "error in a flush" else 2
        session.add(line(order=order, number=number, customer_id=-1 if kind == "error at commit" else 1))
        await session.commit()
        return kind

    async def request(self, kind: str) -> int | None:
        """Make one request; return its status, ``None`` if there was no answer."""
        order = next(self.numbers)
        self.kinds[order] = kind
        status: list[int] = []
        leave = asyncio.Event()
        messages = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Any:
            if messages:
                return messages.pop()
            await leave.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])

        path = f"/{order}/{kind}"
        scope: Any = {
            "type": "http",
            "asgi": {},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"x")],
            "extensions": {},
        }
        call: Any = self.app(scope, receive, send)
        task = asyncio.ensure_future(call)
        if kind in ("client leaves", "cancelled"):
            end = leave.set if kind == "client leaves" else task.cancel
            asyncio.get_running_loop().call_later(random.random() * 0.15, end)
        await asyncio.wait([task])
        if not task.cancelled() and task.exception() is not None:
            raise task.exception()
        self.statuses[order] = status[0] if status else None
        return self.statuses[order]

    async def storm(self, seconds: float) -> None:
        """Have many clients make requests of every kind."""
        end = asyncio.get_running_loop().time() + seconds

        async def client() -> None:
            while asyncio.get_running_loop().time() < end:
                await self.request(random.choice([*KINDS, "written", "written"]))

        async with asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(client())

    async def settled(self) -> int:
        """The connections that are still checked out when everything has had its moment to end."""
        pool = self.db._engines[self.app][None].pool
        for _ in range(200):
            if pool.checkedout() == 0:
                break
            await asyncio.sleep(0.01)
        return int(pool.checkedout())

    def lines(self, url: str) -> Counter[int]:
        with psycopg.connect(url) as connection:
            rows = connection.execute('SELECT "order" FROM line').fetchall()
        return Counter(order for (order,) in rows)

    def check(self, url: str) -> Counter[str]:
        """Compare what the clients were told with what is there; return how often each kind was told 200."""
        there = self.lines(url)
        told: Counter[str] = Counter()
        for order, kind in self.kinds.items():
            lines, status = there[order], self.statuses.get(order)
            assert lines in KINDS[kind] | ({0} if status != 200 else set()), (order, kind, status, lines)
            assert status != 200 or lines == 2, (order, kind, status, lines)
            told[kind] += status == 200
        assert not there.keys() - self.kinds.keys()
        return told


class Watch(threading.Thread):
    """Looks for transactions that nobody works in, while the server answers."""

    def __init__(self, url: str) -> None:
        super().__init__(name="watch", daemon=True)
        self.url = url
        self.stopped = threading.Event()
        self.idle: list[Any] = []
        #: The most connections of the application that were seen at a time.
        self.connections = 0

    def run(self) -> None:
        query = (
            "SELECT pid, now() - state_change, query FROM pg_stat_activity WHERE application_name = %s"
            " AND state LIKE 'idle in transaction%%' AND now() - state_change > interval '1 second'"
        )
        while not self.stopped.wait(0.1):
            try:
                with psycopg.connect(self.url, autocommit=True, connect_timeout=2) as connection:
                    while not self.stopped.wait(0.1):
                        self.idle += connection.execute(query, [NAME]).fetchall()
                        count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
                        [(seen,)] = connection.execute(count, [NAME]).fetchall()
                        self.connections = max(self.connections, seen)
            except psycopg.OperationalError:
                continue  # it has been killed

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.join(10)


@pytest.fixture
async def shop(server: PrivatePostgres) -> AsyncIterator[Shop]:
    shop = Shop(server.url)
    random.seed(5)
    async with shop.app.app_context():
        await shop.db.drop_all()
        await shop.db.create_all()
        shop.db.session.add(shop.Customer(id=1, name="ada"))
        await shop.db.session.commit()
    logging.getLogger(shop.app.name).setLevel(logging.CRITICAL)  # thousands of tracebacks
    with implicit_loading("allow"):
        yield shop
    async with shop.app.app_context():
        await shop.db.dispose()


async def test_nothing_is_lost_or_halved_and_no_connection_kept(shop: Shop, server: PrivatePostgres) -> None:
    with Watch(server.url) as watch:
        await shop.storm(SECONDS)
        assert await shop.settled() == 0
    assert 5 < watch.connections <= 15
    assert watch.idle == []
    told = shop.check(server.url)
    assert told["written"] > 20
    assert told["written after a lazy load"] > 10
    logging.getLogger(__name__).info("%d requests: %s", len(shop.kinds), dict(told))
    broken_off = [order for order, kind in shop.kinds.items() if kind in ("client leaves", "cancelled")]
    there = shop.lines(server.url)
    # Both ends are reached: some had committed, some had not.
    assert {there[order] for order in broken_off} == {0, 2}
    assert await shop.request("written") == 200


async def test_a_server_that_dies_and_comes_back_in_the_storm(shop: Shop, server: PrivatePostgres) -> None:
    async def accident() -> None:
        await asyncio.sleep(SECONDS / 4)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(SECONDS / 8)
        await asyncio.to_thread(server.start)

    with Watch(server.url) as watch:
        storm = asyncio.create_task(shop.storm(SECONDS))
        await accident()
        failed = sum(status == 500 for status in shop.statuses.values())
        await storm
        assert await shop.settled() == 0
    assert failed > 10
    assert watch.idle == []
    # Not one request after it pays for the accident.
    assert [await shop.request("written") for _ in range(20)] == [200] * 20
    shop.check(server.url)


async def test_after_a_restart_nobody_noticed_one_request_fails_at_most(
    shop: Shop, server: PrivatePostgres
) -> None:
    await asyncio.gather(*[shop.request("written") for _ in range(CLIENTS)])
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    statuses = [await shop.request("written") for _ in range(20)]
    assert statuses[1:] == [200] * 19
    assert await shop.settled() == 0
    shop.check(server.url)


async def test_an_answer_is_sent_though_its_session_has_lost_the_server(
    shop: Shop, server: PrivatePostgres
) -> None:
    app, read, go_on = shop.app, asyncio.Event(), asyncio.Event()

    @app.get("/answer")
    async def answer() -> str:
        customer = await shop.db.session.get(shop.Customer, 1)
        read.set()
        await go_on.wait()
        return str(customer.name)

    request = asyncio.create_task(app.test_client().get("/answer"))
    await read.wait()
    await asyncio.to_thread(server.kill)
    go_on.set()
    try:
        assert (await request).text == "ada"
        assert await shop.settled() == 0
    finally:
        await asyncio.to_thread(server.start)
    assert [await shop.request("written") for _ in range(2)] == [200] * 2


async def test_with_a_ping_before_use_not_even_that_one(server: PrivatePostgres, shop: Shop) -> None:
    careful = Shop(server.url, pool_pre_ping=True)
    logging.getLogger(careful.app.name).setLevel(logging.CRITICAL)
    careful.numbers = itertools.count(1_000_000)
    await asyncio.gather(*[careful.request("written") for _ in range(CLIENTS)])
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    assert [await careful.request("written") for _ in range(20)] == [200] * 20
    assert await careful.settled() == 0
    careful.check(server.url)
    async with careful.app.app_context():
        await careful.db.dispose()


async def test_200_requests_at_once_wait_for_the_default_pool_and_all_succeed(
    shop: Shop, server: PrivatePostgres
) -> None:
    app, db = shop.app, shop.db

    @app.get("/slow")
    async def slow() -> str:
        await db.session.execute(db.text("SELECT pg_sleep(0.05)"))
        return "ok"

    async with asyncio.timeout(30):
        clients = [app.test_client() for _ in range(200)]
        responses = await asyncio.gather(*[client.get("/slow") for client in clients])
    assert Counter(response.status_code for response in responses) == {200: 200}
    assert await shop.settled() == 0
