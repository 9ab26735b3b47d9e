"""The request context of an event: that of the connection's handshake, with a session that lasts as long as the connection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from quart import Quart
from quart.globals import request_ctx
from quart.sessions import SessionMixin

#: Where the session of a connection is kept between its events.
SESSION = "saved_session"
_SCHEMES = {"ws": "http", "wss": "https"}


class ConnectionSession(dict[str, Any], SessionMixin):
    """What the session of a connection holds: a copy of the visitor's at the handshake, changed by the events alone."""


@asynccontextmanager
async def event_context(
    app: Quart, environ: dict[str, Any], *, sid: str, namespace: str, event: Mapping[str, Any], manages: bool
) -> AsyncIterator[None]:
    """Enter the request context of one event.

    Args:
        app: The application.
        environ: What the server keeps of the connection.
        sid: The client's identifier in ``namespace``.
        namespace: The namespace of the event.
        event: Its name and arguments, ``request.event`` in the handler.
        manages: Whether the connection has a session of its own; else each event reads the visitor's and saves what it changed.
    """
    request = _request(app, environ["asgi.scope"])
    async with app.request_context(request):
        if manages:
            kept = environ.get(SESSION)
            if kept is None:
                kept = environ[SESSION] = ConnectionSession(request_ctx.session or {})
            request_ctx.session = kept
        request.sid = sid
        request.namespace = namespace
        request.event = event
        yield
        session = request_ctx.session
        if not manages and session is not None and session.modified:
            # Nothing is sent with it: a session that lives in a cookie can't be changed here, one on the server can.
            await app.session_interface.save_session(app, session, app.response_class(b""))


def _request(app: Quart, scope: Mapping[str, Any]) -> Any:
    """The request of a handshake, which came as one or as a websocket, made as the application makes all of its requests."""
    scheme = scope.get("scheme", "http")
    asked: Any = {"method": "GET", **scope, "type": "http", "scheme": _SCHEMES.get(scheme, scheme)}
    connection: Any = app.asgi_http_class(app, asked)
    request = connection._create_request_from_scope(_nowhere)
    # Quart's way of telling the address; the request has read it, and Flask has no such header.
    del request.headers["Remote-Addr"]
    request.body.set_complete()
    return request


async def _nowhere(_: Any) -> None:
    """Send nothing: there is no response."""
