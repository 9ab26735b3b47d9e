"""A hundred users at once on one loop and one small pool of PostgreSQL: nobody is somebody else, and nothing stays out.

``FLASK_TO_QUART_CROWD_SECONDS`` says for how long (2 by default, 10 for the whole measure).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from quart import Response, current_app, stream_with_context, websocket
from sqlalchemy import text

from quart_app import Quart
from quart_app.auth import LoginManager, UserMixin, acting_as, current_user, login_required, login_user
from quart_app.db import SQLAlchemy
from quart_app.testing import QuartClient

CROWD = 100
POOL = 10
SECONDS = float(os.environ.get("FLASK_TO_QUART_CROWD_SECONDS", "2"))

Made = tuple[Quart, Any]


@pytest.fixture
async def made(postgres_url: str) -> AsyncIterator[Made]:
    app = Quart(__name__, static_folder=None)
    app.secret_key = "a secret of the tests"
    app.config["SQLALCHEMY_DATABASE_URI"] = postgres_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": POOL, "max_overflow": 0, "pool_timeout": 60}
    db: Any = SQLAlchemy(app)
    manager = LoginManager(app)

    class Member(UserMixin, db.Model):  # type: ignore[misc]
        __tablename__ = "crowd_member"
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(40))

    @manager.user_loader
    async def load(user_id: str) -> Any:
        return await db.session.get(Member, int(user_id))

    async def name() -> str:
        user = await current_user
        return str(user.name) if user.is_authenticated else "anonymous"

    @app.get("/login/<int:user_id>")
    async def login(user_id: int) -> str:
        return str(await login_user(await db.session.get(Member, user_id), remember=True))

    @app.get("/name")
    @login_required
    async def plain() -> str:
        await db.session.execute(text("SELECT pg_sleep(0.002)"))
        return await name()

    @app.get("/gather")
    @login_required
    async def gather() -> str:
        return " ".join(set(await asyncio.gather(*[name() for _ in range(5)])))

    @app.get("/stream")
    async def stream() -> Response:
        @stream_with_context
        async def pieces() -> AsyncIterator[str]:
            for _ in range(3):
                await asyncio.sleep(0.001)
                yield await name() + ";"

        return Response(pieces())

    @app.get("/background/<int:user_id>")
    async def background(user_id: int) -> str:
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            async with acting_as(str(user_id)):
                done.set_result(await name())

        current_app.add_background_task(work)
        return await done

    @app.get("/error")
    @login_required
    async def error() -> str:
        await db.session.execute(text("SELECT 1"))
        raise ValueError((await current_user).name)

    @app.websocket("/ws")
    @login_required
    async def ws() -> None:
        while True:
            await websocket.receive()
            await websocket.send(await name())

    async with app.app_context():
        await db.create_all()
        db.session.add_all([Member(id=number, name=f"user {number}") for number in range(CROWD)])
        await db.session.commit()
    yield app, db
    async with app.app_context():
        await db.drop_all()
        await db.dispose()


async def live(app: Quart, number: int, until: float, seen: Counter[str]) -> None:
    """Do all that one user does, again and again."""
    me, dice = f"user {number}", random.Random(number)
    client: Any = QuartClient(app)
    assert (await client.get(f"/login/{number}")).text == "True"
    other = (number + 1) % CROWD
    while True:
        for path, expected in [
            ("/name", me),
            ("/gather", me),
            ("/stream", f"{me};" * 3),
            (f"/background/{other}", f"user {other}"),
        ]:
            response = await client.get(path)
            assert (response.status_code, response.text) == (200, expected), path
            seen[path.split("/")[1]] += 1
        leaver = asyncio.create_task(client.get(dice.choice(["/name", "/gather", "/stream"])))
        await asyncio.sleep(dice.random() / 50)
        if leaver.cancel():
            seen["cancelled"] += 1
        with contextlib.suppress(asyncio.CancelledError):
            await leaver
        assert (await client.get("/error")).status_code == 500
        seen["error"] += 1
        async with client.websocket("/ws") as connection:
            await connection.send("who?")
            assert await connection.receive() == me
            seen["ws"] += 1
        if time.monotonic() > until:
            return


async def test_a_hundred_users_on_a_pool_of_ten_are_kept_apart_and_give_all_back(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    app, db = made
    caplog.set_level("CRITICAL")  # the errors are wanted, hundreds of them
    seen: Counter[str] = Counter()
    until = time.monotonic() + SECONDS
    async with asyncio.timeout(SECONDS + 90), asyncio.TaskGroup() as group:
        for number in range(CROWD):
            group.create_task(live(app, number, until, seen))
    assert min(seen[kind] for kind in ("name", "gather", "stream", "background", "error", "ws")) >= CROWD
    assert seen["cancelled"] > CROWD / 2
    async with app.app_context():
        pool = db.engine.pool
    for _ in range(100):
        if not pool.checkedout():
            break
        await asyncio.sleep(0.05)
    assert pool.checkedout() == 0
    # A whole pool's worth can be taken at once: none was lost.
    async with asyncio.timeout(10):
        found = await asyncio.gather(*[QuartClient(app).get("/login/1") for _ in range(POOL * 10)])
    assert {response.status_code for response in found} == {200}
