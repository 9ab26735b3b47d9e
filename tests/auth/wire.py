"""An application on hypercorn, and a client that sends exactly what it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import h11
import hypercorn.asyncio
from hypercorn.config import Config

Answer = tuple[h11.Response, bytes]


class Wire:
    """Requests to one port, each on a connection of its own."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def send(self, raw: bytes) -> Answer:
        """Send `raw` and return the response."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(raw)
            await writer.drain()
            connection = h11.Connection(h11.CLIENT)
            connection.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
            response: h11.Response | None = None
            body = b""
            while True:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    connection.receive_data(await reader.read(65536))
                elif isinstance(event, h11.Response):
                    response = event
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                    assert response is not None
                    return response, body
        finally:
            writer.close()

    async def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> Answer:
        """GET `path` as it is."""
        target = path + (f"?{urlencode(query)}" if query else "")
        return await self.send(_head("GET", target, headers) + b"\r\n")

    async def post_form(self, path: str, form: Mapping[str, str]) -> Answer:
        """POST a form."""
        body = urlencode(form).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
        }
        return await self.send(_head("POST", path, headers) + b"\r\n" + body)


def _head(method: str, target: str, headers: Mapping[str, str | bytes] | None) -> bytes:
    lines: dict[str, str | bytes] = {"Host": "localhost", "Connection": "close", **(headers or {})}
    head = f"{method} {target} HTTP/1.1\r\n".encode()
    for name, value in lines.items():
        head += name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return head


@asynccontextmanager
async def serve(app: Any) -> AsyncIterator[Wire]:
    """Serve an ASGI application on hypercorn while the block runs."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.accesslog = config.errorlog = None
    stop = asyncio.Event()
    server = asyncio.create_task(hypercorn.asyncio.serve(app, config, shutdown_trigger=stop.wait))
    port = listening.getsockname()[1]
    for _ in range(100):
        try:
            await Wire(port).get("/no-such-page-on-purpose")
            break
        except (OSError, AssertionError):
            await asyncio.sleep(0.02)
    try:
        yield Wire(port)
    finally:
        stop.set()
        await server
        listening.detach()
