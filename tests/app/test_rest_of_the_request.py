"""A view that answers without reading the whole body: the answer must reach who is still sending."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest
from quart import request

from quart_app import Quart
from quart_app.manners import connections

FINAL = {"type": "http.response.body", "body": b"", "more_body": False}


def application() -> Quart:
    app = Quart(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 10

    @app.post("/")
    async def take() -> str:
        return str(len(await request.get_data()))

    @app.post("/away")
    async def away() -> tuple[str, int, dict[str, str]]:
        return "", 302, {"Location": "/"}

    return app


async def chunks(number: int, size: int, cut: bool) -> AsyncGenerator[dict[str, Any], None]:
    for left in range(number, 0, -1):
        await asyncio.sleep(0.001)
        yield {"type": "http.request", "body": b"x" * size, "more_body": cut or left > 1}


async def answer(
    path: str, number: int, size: int, headers: list[tuple[bytes, bytes]], *, cut: bool = False
) -> tuple[int, int, list[Any]]:
    """Send a body in chunks, without its end if it is ``cut``; the status, how many chunks had come when the response ended, and what was sent."""
    taken, seen, sent = 0, -1, list[Any]()

    async with aclosing(chunks(number, size, cut)) as body:

        async def receive() -> Any:
            nonlocal taken
            async for message in body:
                taken += 1
                return message
            return await asyncio.get_running_loop().create_future()

        async def send(message: Any) -> None:
            nonlocal seen
            sent.append(message)
            if message == FINAL:
                seen = taken

        scope: Any = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"localhost"), *headers],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
            "extensions": {},
        }
        await application()(scope, receive, send)
    return sent[0]["status"], seen, sent


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(connections, "REST_SECONDS", 60.0)  # whoever waits for it, hangs
    return monkeypatch


@pytest.mark.parametrize(
    ("path", "status", "headers"),
    [
        ("/", 413, [(b"content-length", b"50")]),
        ("/", 413, [(b"transfer-encoding", b"chunked")]),
        ("/away", 302, [(b"content-length", b"50")]),
    ],
)
@pytest.mark.usefixtures("patience")
async def test_a_response_ends_when_the_request_has_been_read(
    path: str, status: int, headers: list[tuple[bytes, bytes]]
) -> None:
    assert (await answer(path, 5, 10, headers))[:2] == (status, 5)


@pytest.mark.usefixtures("patience")
async def test_a_request_without_a_body_is_not_waited_for() -> None:
    status, _, sent = await answer("/away", 0, 0, [(b"content-length", b"0")])
    assert status == 302
    assert sent[-1] == FINAL


async def test_not_more_is_read_than_a_limit(patience: pytest.MonkeyPatch) -> None:
    patience.setattr(connections, "REST_BYTES", 50)
    status, seen, sent = await answer("/", 1_000_000, 10, [(b"content-length", b"10000000")])
    assert (status, sent[-1]) == (413, FINAL)
    assert 5 <= seen < 10


async def test_who_stops_sending_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REST_SECONDS", 0.1)
    status, seen, sent = await answer("/", 3, 10, [(b"content-length", b"50")], cut=True)
    assert (status, sent[-1], seen) == (413, FINAL, 3)
