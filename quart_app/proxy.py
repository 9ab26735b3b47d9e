"""``ProxyFix`` for ASGI: Werkzeug's arguments, each header trusted only as far as it is said."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cached_property
from typing import Any, TypeAlias, cast

from werkzeug.http import parse_list_header

Scope: TypeAlias = MutableMapping[str, Any]

_SECURE_WEBSOCKET = {"http": "ws", "https": "wss"}


class ProxyFix:
    """ASGI middleware that takes the client's address, scheme, host and prefix from ``X-Forwarded-*`` headers.

    Each argument is the number of proxies that set the header, as in Werkzeug's middleware of the same name; a
    header that is not trusted is not read. The value is taken from the right, so that a client can't put its own.

    Args:
        app: The application to wrap: ``app.asgi_app``, or ``app.wsgi_app`` inside of other WSGI middleware.
        x_for: Trust in ``X-Forwarded-For``.
        x_proto: Trust in ``X-Forwarded-Proto``.
        x_host: Trust in ``X-Forwarded-Host``.
        x_port: Trust in ``X-Forwarded-Port``.
        x_prefix: Trust in ``X-Forwarded-Prefix``.
    """

    def __init__(
        self,
        app: Any,
        x_for: int = 1,
        x_proto: int = 1,
        x_host: int = 0,
        x_port: int = 0,
        x_prefix: int = 0,
    ) -> None:
        self.app = app
        self.x_for = x_for
        self.x_proto = x_proto
        self.x_host = x_host
        self.x_port = x_port
        self.x_prefix = x_prefix

    def __call__(self, scope: Scope, receive: Any, send: Any = None) -> Any:
        """Serve one connection with the corrected scope; between two pieces of WSGI middleware, do as Werkzeug's does."""
        if send is None:
            return self._wsgi(scope, receive)
        return self._served(scope, receive, send)

    @cached_property
    def _wsgi(self) -> Any:
        from werkzeug.middleware.proxy_fix import ProxyFix as WSGIProxyFix

        trusted = {name: getattr(self, name) for name in ("x_for", "x_proto", "x_host", "x_port", "x_prefix")}
        return WSGIProxyFix(self.app, **trusted)

    async def _served(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] in {"http", "websocket"}:
            scope = self._corrected(scope)
        await self.app(scope, receive, send)

    def _corrected(self, scope: Scope) -> Scope:
        headers = cast("list[tuple[bytes, bytes]]", list(scope["headers"]))
        fixed = dict(scope)
        if address := _trusted(headers, b"x-forwarded-for", self.x_for):
            fixed["client"] = (address, 0)
        if scheme := _trusted(headers, b"x-forwarded-proto", self.x_proto):
            fixed["scheme"] = (
                _SECURE_WEBSOCKET.get(scheme, scheme) if scope["type"] == "websocket" else scheme
            )
        host = _trusted(headers, b"x-forwarded-host", self.x_host)
        if port := _trusted(headers, b"x-forwarded-port", self.x_port):
            host = host or _first(headers, b"host")
            if host:
                host = f"{_without_port(host)}:{port}"
        if host:
            headers = [(name, value) for name, value in headers if name.lower() != b"host"]
            headers.append((b"host", host.encode("latin-1", "replace")))
            fixed["headers"] = headers
        if prefix := _trusted(headers, b"x-forwarded-prefix", self.x_prefix):
            # An ASGI path includes the prefix that it is mounted under; WSGI's PATH_INFO does not.
            root = prefix.rstrip("/")
            fixed["root_path"] = root
            fixed["path"] = root + scope["path"]
        return fixed


def _without_port(host: str) -> str:
    return host.rsplit(":", 1)[0] if ":" in host and not host.endswith("]") else host


def _first(headers: list[tuple[bytes, bytes]], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


def _trusted(headers: list[tuple[bytes, bytes]], name: bytes, trusted: int) -> str | None:
    """The value that the outermost trusted proxy set; None if there are fewer values than trusted proxies."""
    if not trusted:
        return None
    joined = ",".join(value.decode("latin-1") for key, value in headers if key.lower() == name)
    values = parse_list_header(joined) if joined else []
    return values[-trusted] if len(values) >= trusted else None
