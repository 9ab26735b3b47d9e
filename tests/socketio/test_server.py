"""On a real server: the handshake over HTTP, a websocket, and the application beside them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import simple_websocket
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import request

from quart_app import Quart
from quart_app.socketio import SocketIO, emit
from tests.servers import free_port


def application() -> Quart:
    app = Quart(__name__)
    socketio = SocketIO(app)

    @app.get("/")
    async def index() -> str:
        return "page"

    @socketio.on("greet")
    async def greet(name: str) -> str:
        await emit("greeting", f"Hello {name}", broadcast=True)
        return request.headers["X-Who"]

    return app


async def test_websockets_polling_and_pages_share_one_server() -> None:
    config = Config()
    port = free_port()
    config.bind = [f"127.0.0.1:{port}"]
    stop = asyncio.Event()
    server = asyncio.create_task(serve(application(), config, shutdown_trigger=stop.wait))
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers={"X-Who": "poll"}
        ) as client:
            for _ in range(100):
                try:
                    assert (await client.get("/")).text == "page"
                    break
                except httpx.ConnectError:
                    await asyncio.sleep(0.05)
            opened = await client.get("/socket.io/", params={"EIO": 4, "transport": "polling"})
            about = {"EIO": 4, "transport": "polling", "sid": json.loads(opened.text[1:])["sid"]}
            assert (await client.post("/socket.io/", params=about, content="40")).text == "OK"
            assert (await client.get("/socket.io/", params=about)).text.startswith('40{"sid":')
            said = await asyncio.to_thread(spoken, port)
            assert said["ack"] == '430["socket"]'
            assert said["event"] == '42["greeting","Hello Ada"]'
            assert (await client.get("/socket.io/", params=about)).text == '42["greeting","Hello Ada"]'
            assert (await client.get("/")).text == "page"
            foreign = {"Origin": "http://evil.example"}
            refused = await client.get(
                "/socket.io/", params={"EIO": 4, "transport": "polling"}, headers=foreign
            )
            assert refused.status_code == 400
    finally:
        stop.set()
        await asyncio.wait_for(server, 10)


def spoken(port: int) -> dict[str, Any]:
    """What a websocket hears that greets."""
    url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    socket = simple_websocket.Client(url, headers={"X-Who": "socket"})
    try:
        assert socket.receive(timeout=10).startswith("0{")
        socket.send("40")
        assert socket.receive(timeout=10).startswith("40{")
        socket.send('420["greet","Ada"]')
        heard = sorted(str(socket.receive(timeout=10)) for _ in range(2))
        return {"event": heard[0], "ack": heard[1]}
    finally:
        socket.close()
