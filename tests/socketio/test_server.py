"""On a real server: the handshake over HTTP, a websocket, and the application beside them."""

from __future__ import annotations

import asyncio
import json

import httpx
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import request
from wsproto import ConnectionType, WSConnection
from wsproto.events import Message, Request, TextMessage

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
            opening, connected, *rest = await spoken(port)
            assert (opening[:2], connected[:3]) == ("0{", "40{")
            assert sorted(rest) == ['42["greeting","Hello Ada"]', '430["socket"]']
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


async def spoken(port: int) -> list[str]:
    """What a websocket hears that greets: the handshake, the connection, and the rest in any order."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    socket = WSConnection(ConnectionType.CLIENT)
    target = "/socket.io/?EIO=4&transport=websocket"
    writer.write(socket.send(Request(f"127.0.0.1:{port}", target, extra_headers=[(b"X-Who", b"socket")])))
    heard: list[str] = []
    answers = ["40", '420["greet","Ada"]']
    try:
        while len(heard) < 4:
            socket.receive_data(await asyncio.wait_for(reader.read(4096), 20))
            for event in socket.events():
                if isinstance(event, TextMessage):
                    heard.append(event.data)
                    if answers:
                        writer.write(socket.send(Message(answers.pop(0))))
    finally:
        writer.close()
    return heard
