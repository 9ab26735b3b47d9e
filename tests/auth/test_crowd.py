"""Many users at once on one loop: nobody ever finds himself somebody else."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
import quart
from quart import Response, current_app, stream_with_context, websocket
from quart.utils import run_sync

from quart_app.app import Quart
from quart_app.auth import acting_as, current_user, login_required

from .people import Site, User

CROWD = 100


@pytest.fixture
def crowded(quart_class: type[quart.Quart]) -> Site:
    """A site with a slow loader and every way to run code that a request has."""
    site = Site(quart_class)
    site.users = {str(number): User(str(number), f"user {number}") for number in range(CROWD)}
    dice = random.Random(1)

    async def slow(user_id: str) -> User | None:
        await asyncio.sleep(dice.random() / 100)
        return site.users.get(user_id)

    site.manager.user_loader(slow)
    app = site.app

    async def name() -> str:
        await asyncio.sleep(dice.random() / 100)
        return str((await current_user).name)

    @app.get("/gather")
    async def gather() -> str:
        return " ".join(sorted(set(await asyncio.gather(*[name() for _ in range(5)]))))

    @app.get("/thread")
    @login_required
    async def thread() -> str:
        return str(await run_sync(lambda: current_user.name)())

    @app.get("/sync")
    @login_required
    def sync() -> str:
        return str(current_user.name)

    @app.get("/stream")
    async def stream() -> Response:
        @stream_with_context
        async def pieces() -> AsyncIterator[str]:
            for _ in range(3):
                yield await name() + ";"

        return Response(pieces())

    @app.get("/background/<user_id>")
    async def background(user_id: str) -> str:
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            async with acting_as(user_id):
                done.set_result(await name())

        current_app.add_background_task(work)
        return await done

    @app.websocket("/ws")
    @login_required
    async def ws() -> None:
        while True:
            await websocket.receive()
            await websocket.send(await name())

    return site


async def test_a_hundred_users_at_once_are_kept_apart(crowded: Site) -> None:
    async def live(number: int) -> None:
        me, client = f"user {number}", crowded.client()
        await client.get(f"/login/{number}?remember")
        for path, expected in [
            ("/gather", me),
            ("/thread", me),
            ("/sync", me),
            ("/stream", f"{me};" * 3),
            (f"/background/{(number + 1) % CROWD}", f"user {(number + 1) % CROWD}"),
            ("/name", me),
        ]:
            leaver = asyncio.create_task(client.get("/gather"))
            await asyncio.sleep(0)
            response = await client.get(path)
            assert (response.status_code, response.text) == (200, expected), path
            leaver.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await leaver
        async with client.websocket("/ws") as connection:
            for _ in range(2):
                await connection.send("who?")
                assert await connection.receive() == me
        await client.get("/logout")
        assert (await client.get("/name")).text == "anonymous"

    await asyncio.wait_for(asyncio.gather(*[live(number) for number in range(CROWD)]), 60)


async def test_a_synchronous_view_that_does_not_await_has_its_user_in_the_bridge_and_fails_without() -> None:
    for quart_class, status in [(Quart, 200), (quart.Quart, 500)]:
        site = Site(quart_class)

        def careless() -> str:
            return "in" if current_user.is_authenticated else "out"

        site.app.add_url_rule("/careless", view_func=careless)
        for signed_in, text in [(True, "in"), (False, "out")]:
            client: Any = site.client()
            if signed_in:
                await client.get("/login/1")
            response = await client.get("/careless")
            assert response.status_code == status
            assert response.text == text or status == 500
