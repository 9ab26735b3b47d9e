"""WSGI middleware around an application that is served by ASGI: ``app.wsgi_app = Middleware(app.wsgi_app)`` keeps its meaning.

Each request is put as WSGI puts it and handed to the middleware, which runs inline in the bridge; what it calls puts the
request back as ASGI puts it and waits for the application, piece by piece. So the middleware may change the environ, the
headers, the body, answer itself, or make further requests. It costs two conversions per request; ASGI middleware around
``app.asgi_app`` costs none. Websockets never were WSGI's and pass it by.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from typing import Any, TypeAlias

from werkzeug.http import HTTP_STATUS_CODES

from .bridge import drive, run

Message: TypeAlias = MutableMapping[str, Any]
Environ: TypeAlias = dict[str, Any]
ASGIApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]
WSGIApp: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

#: Where an environ of ours keeps the connection it was made of.
CONNECTION = "quart_app.connection"
_UNPREFIXED = {"CONTENT_TYPE", "CONTENT_LENGTH"}


class TakesWSGIMiddleware:
    """Gives an ASGI application ``wsgi_app``: to be called by WSGI middleware, and replaced by it."""

    _wsgi_app: WSGIApp | None = None

    @property
    def wsgi_app(self) -> WSGIApp:
        """The application as WSGI middleware wraps it. Assign what wraps it."""
        return self._wsgi_app or WSGIFace(super().asgi_app)  # type: ignore[misc]

    @wsgi_app.setter
    def wsgi_app(self, wrapped: WSGIApp) -> None:
        self._wsgi_app = wrapped

    async def asgi_app(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection, a request through the WSGI middleware if there is any."""
        if self._wsgi_app is not None and scope["type"] == "http":
            await drive(_serve(self._wsgi_app, Connection(scope, receive, send)))
        else:
            await super().asgi_app(scope, receive, send)  # type: ignore[misc]


class Connection:
    """One request of the server, as WSGI and as ASGI put it."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.body = _Body(receive)
        self.given = self._environ()

    def _environ(self) -> Environ:
        scope = self.scope
        host, port = scope.get("server") or ("localhost", None)
        client = scope.get("client")
        root = scope.get("root_path", "")
        environ: Environ = {
            "REQUEST_METHOD": scope["method"],
            "SCRIPT_NAME": _as_wsgi(root),
            "PATH_INFO": _as_wsgi(scope["path"].removeprefix(root)),
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port or (443 if scope["scheme"] == "https" else 80)),
            "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope["scheme"],
            "wsgi.input": self.body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if client is not None:
            environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
        for name, value in scope["headers"]:
            key = name.decode("latin-1").upper().replace("-", "_")
            key = key if key in _UNPREFIXED else f"HTTP_{key}"
            text = value.decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
        return {**environ, **(scope.get("quart_app.environ") or {})}

    def put_back(self, environ: Environ) -> tuple[Any, Any]:
        """The scope and ``receive`` that say what ``environ`` says; what nobody changed stays as the server put it."""
        changed = {key for key in {*environ, *self.given} if environ.get(key) != self.given.get(key)}
        scope, made = dict(self.scope), _scope(environ)
        if changed & {"SCRIPT_NAME", "PATH_INFO"}:
            scope |= {name: made[name] for name in ("path", "raw_path", "root_path")}
        if changed & {"REMOTE_ADDR", "REMOTE_PORT"}:
            scope["client"] = made["client"]
        if changed & {"SERVER_NAME", "SERVER_PORT"}:
            scope["server"] = made["server"]
        if any(key in _UNPREFIXED or key.startswith("HTTP_") for key in changed):
            scope["headers"] = made["headers"]
        scope |= {name: made[name] for name in ("method", "scheme", "query_string", "quart_app.environ")}
        stream = environ.get("wsgi.input")
        untouched = stream is self.body and not self.body.received
        return scope, self.receive if untouched else _replaying(stream, self.receive)


class WSGIFace:
    """An ASGI application as WSGI middleware calls it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request that came through :class:`TakesWSGIMiddleware`, or one that middleware made up."""
        connection = environ.get(CONNECTION)
        if isinstance(connection, Connection):
            scope, receive = connection.put_back(environ)
            answer = _Answer(self._app, scope, receive, connection.send)
        else:
            scope = {"extensions": {}, **_scope(environ)}
            answer = _Answer(self._app, scope, _replaying(environ.get("wsgi.input"), _never), None)
        start_response(*answer.head())
        return answer


class _Answer:
    """What the application answers: its head, then its body as the application sends it."""

    def __init__(self, app: ASGIApp, scope: Any, receive: Any, send: Any) -> None:
        self._app, self._scope, self._receive, self._send = app, scope, receive, send
        #: One at a time, so that the application is as slow as whoever reads.
        self._messages: asyncio.Queue[Message] = asyncio.Queue(1)
        self._task: asyncio.Task[None] | None = None
        self._whole = False

    def head(self) -> tuple[str, list[tuple[str, str]]]:
        """Wait for the status line and the headers."""
        message = run(self._next())
        if message is None:
            raise RuntimeError("The application ended without a response.")
        status = message["status"]
        headers = [
            (name.decode("latin-1").title(), value.decode("latin-1")) for name, value in message["headers"]
        ]
        return f"{status} {HTTP_STATUS_CODES.get(status, 'UNKNOWN').upper()}", headers

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        while not self._whole:
            message = run(self._next())
            if message is None:
                break
            self._whole = not message.get("more_body")
            if body := bytes(message.get("body", b"")):
                return body
        raise StopIteration

    def close(self) -> None:
        """Let the application finish; one that is still sending is cancelled."""
        run(self._end())

    async def _put(self, message: Message) -> None:
        if message["type"] in {"http.response.start", "http.response.body"}:
            await self._messages.put(message)
        elif self._send is not None:
            await self._send(message)

    async def _next(self) -> Message | None:
        if self._task is None:
            self._task = asyncio.ensure_future(_called(self._app, self._scope, self._receive, self._put))
        getting = asyncio.ensure_future(self._messages.get())
        try:
            await asyncio.wait({getting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        except BaseException:
            self._task.cancel()
            raise
        finally:
            if not getting.done():
                getting.cancel()
        if getting.done() and not getting.cancelled():
            return getting.result()
        if not self._messages.empty():
            return self._messages.get_nowait()
        self._task.result()  # raises what the application raised
        return None

    async def _end(self) -> None:
        task, self._task = self._task, None
        if task is None:
            return
        if not self._whole:
            task.cancel()
        await asyncio.wait({task})
        if not task.cancelled() and self._whole:
            task.result()


class _Body:
    """``wsgi.input``: received from the client when somebody reads it."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self._stream: io.BytesIO | None = None

    @property
    def received(self) -> bool:
        """Whether somebody has read it."""
        return self._stream is not None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._stream is None:
            self._stream = io.BytesIO(run(self._whole()))
        return getattr(self._stream, name)

    def __iter__(self) -> Iterator[bytes]:
        lines: Iterator[bytes] = iter(self.readline, b"")
        return lines

    async def _whole(self) -> bytes:
        body = bytearray()
        while True:
            message = await self._receive()
            body += message.get("body", b"")
            if message["type"] != "http.request" or not message.get("more_body"):
                return bytes(body)


async def _serve(middleware: WSGIApp, connection: Connection) -> None:
    head: list[Any] = []
    sent = False

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        if exc_info and sent:
            raise exc_info[1].with_traceback(exc_info[2])
        head[:] = [status, headers]
        return lambda data: run(send(data))

    async def send(data: bytes, *, more: bool = True) -> None:
        nonlocal sent
        if not sent:
            sent = True
            status, headers = head
            await connection.send(
                {
                    "type": "http.response.start",
                    "status": int(status.partition(" ")[0]),
                    "headers": [
                        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
                    ],
                }
            )
        await connection.send({"type": "http.response.body", "body": data, "more_body": more})

    body = middleware({**connection.given, CONNECTION: connection}, start_response)
    try:
        for chunk in body:
            if chunk:
                await send(chunk)
        await send(b"", more=False)
    finally:
        if hasattr(body, "close"):
            body.close()


async def _called(app: ASGIApp, scope: Any, receive: Any, send: Any) -> None:
    await app(scope, receive, send)


def _scope(environ: Environ) -> Any:
    from .testing.scope import make_scope

    given = {key: value for key, value in environ.items() if key != CONNECTION}
    scope: Any = make_scope("http", given)
    del scope["_quart._preserve_context"]  # the mark of a test client's
    return scope


def _replaying(stream: Any, after: Any) -> Any:
    """A ``receive`` that gives what can be read of ``stream``, then what comes behind a body: that the client has gone."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            message: Message = await after()
            return message
        given = True
        return {
            "type": "http.request",
            "body": stream.read() if stream is not None else b"",
            "more_body": False,
        }

    return receive


async def _never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def _as_wsgi(path: str) -> str:
    return path.encode().decode("latin-1")
