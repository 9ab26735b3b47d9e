"""One ASGI call: whoever breaks it off, the server or the client, breaks the view off, and the call ends after it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from quart_app import Quart

from ..benchmarks.bridge import SCOPE


@pytest.mark.parametrize("bridge", [True, False])
@pytest.mark.parametrize("who", ["server", "client"])
async def test_a_call_that_is_broken_off_ends_after_its_view(bridge: bool, who: str) -> None:
    app, said, started, leave = Quart("app"), list[str](), asyncio.Event(), asyncio.Event()
    app.config["QUART_APP_BRIDGE"] = bridge

    @app.get("/")
    async def index() -> str:
        started.set()
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            said.append("view ended")
        return "never"

    async def receive() -> Any:
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        raise AssertionError("nobody is there to answer")

    asgi: Any = app
    call = asyncio.create_task(asgi(dict(SCOPE), receive, send))
    await started.wait()
    if who == "client":
        leave.set()
        await call
    else:
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert said == ["view ended"]


@pytest.mark.parametrize("bridge", [True, False])
async def test_an_error_while_receiving_ends_the_view_and_is_raised(bridge: bool) -> None:
    app, ended = Quart("app"), list[str]()
    app.config["QUART_APP_BRIDGE"] = bridge

    @app.get("/")
    async def index() -> str:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("view")
        return "never"

    async def receive() -> Any:
        await asyncio.sleep(0.01)
        raise ConnectionResetError

    async def send(_: Any) -> None:
        raise AssertionError("nobody is there to answer")

    asgi: Any = app
    with pytest.raises(ConnectionResetError):
        await asgi(dict(SCOPE), receive, send)
    assert ended == ["view"]
