"""WSGI middleware around ``wsgi_app`` does around ours what it does around Flask's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask import request as flask_request
from quart import request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix as WerkzeugProxyFix
from werkzeug.test import create_environ, run_wsgi_app

from quart_app import Quart
from quart_app.proxy import ProxyFix

Made = Callable[[Any], Any]


class Prefix:
    """Mounts the application, takes the scheme from a header, names who asks."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/shop")
        environ["SCRIPT_NAME"] = "/shop"
        environ["wsgi.url_scheme"] = environ.get("HTTP_X_SCHEME", "http")
        environ["HTTP_X_ADDED"] = "added"
        environ["REMOTE_USER"] = "ada"
        return self.app(environ, start_response)


class Stamp:
    """Changes the head and the body of every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: Any, start_response: Any) -> Iterator[bytes]:
        def stamped(status: str, headers: Any, exc_info: Any = None) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
            return start_response(status, [*kept, ("X-Stamp", status.split()[0])], exc_info)

        body = self.app(environ, stamped)
        yield from (chunk.upper() for chunk in body)
        body.close()


def door(app: Any) -> Any:
    """Answers itself, without asking the application."""

    def closed(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/closed":
            return app(environ, start_response)
        write = start_response("403 FORBIDDEN", [("Content-Type", "text/plain")])
        write(b"written, ")
        return [b"no ", b"entry"]

    return closed


def rewriting_the_body(app: Any) -> Any:
    """Reads the body and puts another in its place."""

    def other(environ: Any, start_response: Any) -> Any:
        body = b"".join(environ["wsgi.input"]) + b"!"
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        return app(environ, start_response)

    return other


def asking_twice(app: Any) -> Any:
    """Makes a request of its own first."""

    def asking(environ: Any, start_response: Any) -> Any:
        body, status, _ = run_wsgi_app(app, create_environ("/seen"), buffered=True)
        environ["HTTP_X_ADDED"] = f"{status} {len(b''.join(body)) > 0}"
        return app(environ, start_response)

    return asking


MIDDLEWARE: dict[str, Made] = {
    "prefix": Prefix,
    "stamp": Stamp,
    "door": door,
    "body": rewriting_the_body,
    "twice": asking_twice,
    "mounted": lambda app: DispatcherMiddleware(app, {"/shop": Prefix(app)}),
    "two": lambda app: Stamp(Prefix(app)),
}


def said(request: Any) -> dict[str, Any]:
    return {
        "url": request.url,
        "root": request.root_path,
        "user": request.remote_user,
        "added": request.headers.get("X-Added"),
        "address": request.remote_addr,
        "host": request.host,
    }


def flask_side() -> Flask:
    app = Flask(__name__)

    @app.route("/seen")
    @app.route("/sé en")
    def seen() -> Any:
        return said(flask_request)

    @app.route("/echo", methods=["POST"])
    def echo() -> bytes:
        return flask_request.get_data()

    return app


def our_side() -> Quart:
    app = Quart(__name__)

    @app.route("/seen")
    @app.route("/sé en")
    async def seen() -> Any:
        return said(request)

    @app.route("/echo", methods=["POST"])
    async def echo() -> Any:
        return await request.get_data()

    return app


@pytest.mark.parametrize("name", MIDDLEWARE)
@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/seen", {}),
        ("GET", "/shop/seen?a=1&b=%20", {"headers": {"X-Scheme": "https"}}),
        ("GET", "/shop/s%C3%A9%20en", {}),
        ("GET", "/closed", {}),
        ("POST", "/echo", {"data": b"payload"}),
        ("GET", "/nowhere", {}),
    ],
)
async def test_it_does_what_it_does_around_flask(name: str, method: str, path: str, more: Any) -> None:
    theirs, ours = flask_side(), our_side()
    theirs.wsgi_app = MIDDLEWARE[name](theirs.wsgi_app)  # type: ignore[method-assign]
    ours.wsgi_app = MIDDLEWARE[name](ours.wsgi_app)
    expected = theirs.test_client().open(path, method=method, **more)
    answer = await ours.test_client().open(path, method=method, **more)
    assert (answer.status_code, answer.data) == (expected.status_code, expected.data)
    assert answer.headers.get("X-Stamp") == expected.headers.get("X-Stamp")


async def test_proxy_fix_may_stand_inside_and_outside() -> None:
    headers = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example"}
    theirs, inside, outside = flask_side(), our_side(), our_side()
    theirs.wsgi_app = Stamp(WerkzeugProxyFix(theirs.wsgi_app, x_host=1))  # type: ignore[method-assign]
    inside.wsgi_app = Stamp(ProxyFix(inside.wsgi_app, x_host=1))
    outside.wsgi_app = Stamp(outside.wsgi_app)
    outside.asgi_app = ProxyFix(outside.asgi_app, x_host=1)  # type: ignore[method-assign]
    expected = theirs.test_client().get("/seen", headers=headers).data
    for app in (inside, outside):
        assert (await app.test_client().get("/seen", headers=headers)).data == expected


async def test_a_stream_passes_piece_by_piece_and_ends_with_its_client() -> None:
    app = our_side()
    app.wsgi_app = Stamp(app.wsgi_app)
    steps: list[str] = []

    @app.route("/stream")
    async def stream() -> Any:
        async def pieces() -> AsyncIterator[str]:
            try:
                for number in range(1000):
                    steps.append(f"made {number}")
                    yield f"piece {number} "
                    await asyncio.sleep(0)
            finally:
                steps.append("closed")

        return pieces()

    async with app.test_client().request("/stream") as connection:
        await connection.send_complete()
        assert await connection.receive() == b"PIECE 0 "
        assert len(steps) < 10
        await connection.disconnect()
    for _ in range(100):
        await asyncio.sleep(0)
    assert steps[-1] == "closed"
    assert len(steps) < 100


async def test_an_error_reaches_the_middleware() -> None:
    app = our_side()
    app.testing = True
    seen: list[BaseException] = []

    def watching(inner: Any) -> Any:
        def watch(environ: Any, start_response: Any) -> Any:
            try:
                return inner(environ, start_response)
            except ZeroDivisionError as error:
                seen.append(error)
                raise

        return watch

    app.wsgi_app = watching(app.wsgi_app)

    @app.route("/fails")
    async def fails() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await app.test_client().get("/fails")
    assert len(seen) == 1


async def test_requests_do_not_wait_for_each_other() -> None:
    app = our_side()
    app.wsgi_app = Prefix(app.wsgi_app)
    together = asyncio.Event()
    inside = 0

    @app.route("/meet")
    async def meet() -> str:
        nonlocal inside
        inside += 1
        if inside == 5:
            together.set()
        await asyncio.wait_for(together.wait(), 5)
        return "met"

    client = app.test_client()
    answers = await asyncio.gather(*(client.get("/shop/meet") for _ in range(5)))
    assert {answer.data for answer in answers} == {b"met"}
