"""``QuartClient``: Flask's test client, awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import quart.testing
import werkzeug.test
from quart import Quart
from quart.globals import _cv_app
from quart.sessions import SessionMixin
from quart.testing.connections import TestHTTPConnection
from quart.typing import TestWebsocketConnectionProtocol
from werkzeug.datastructures import Headers
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.test import ClientRedirectError, Cookie
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wsgi import get_current_url

from .browser import Browser, CookieJarView
from .exchange import SCOPE_KEY, Exchange, KeptContexts
from .response import TestResponse
from .scope import (
    DEFAULT_ENVIRON,
    Environ,
    make_environ,
    make_request,
    make_scope,
    take_body,
    take_scope_arguments,
)

REDIRECTS = {301, 302, 303, 305, 307, 308}
_WRITTEN_DIFFERENTLY = {"Etag": "ETag", "Www-Authenticate": "WWW-Authenticate"}


class QuartClient(quart.testing.QuartClient):
    """A test client with the arguments, the cookies and the responses of Flask's, and ``await`` in front.

    ``app.test_client()`` makes it. Every request method takes what Flask's takes (``data``, ``json``, ``query_string``,
    ``headers``, ``content_type``, ``base_url``, ``environ_base``, ``environ_overrides``, ``auth``, ``follow_redirects``, ...) and what
    Quart's takes beside it (``form``, ``files``, ``scheme``, ``scope_base``). The response needs no ``await``.

    As in Flask, a ``Cookie`` header given by hand is replaced by the client's own cookies; send one with ``use_cookies=False``.
    """

    http_connection_class: type[TestHTTPConnection] = TestHTTPConnection

    def __init__(
        self,
        app: Quart,
        use_cookies: bool = True,
        *,
        response_wrapper: type[TestResponse] | None = None,
        allow_subdomain_redirects: bool = False,
    ) -> None:
        super().__init__(app, use_cookies=False)
        self._browser = Browser(use_cookies=use_cookies, allow_subdomain_redirects=allow_subdomain_redirects)
        self._response_class = response_wrapper or TestResponse
        self._kept: KeptContexts | None = None
        self.environ_base: Environ = dict(DEFAULT_ENVIRON)
        self.cookie_jar = CookieJarView(self._browser) if use_cookies else None  # type: ignore[assignment]

    @property
    def application(self) -> Quart:
        """The application, by the name that Flask's client gives it."""
        return self.app

    # Requests

    async def open(  # type: ignore[override]
        self, *args: Any, follow_redirects: bool = False, buffered: bool = False, **kwargs: Any
    ) -> TestResponse:
        """Make a request and receive its whole response.

        Args:
            args: The path, or a Werkzeug ``EnvironBuilder``, ``Request`` or environ alone.
            follow_redirects: Go where redirects lead; the way is in ``response.history``.
            buffered: Accepted for Flask's sake; every response is.
            kwargs: What Flask's and Quart's clients take.

        Returns:
            The response.

        Raises:
            Exception: What the view raised, when the application is configured to propagate it.
            ClientRedirectError: The redirects go round in a circle.
            RuntimeError: A redirect leads to another host.
            TypeError: An argument nobody knows.
        """
        del buffered
        base = take_scope_arguments(kwargs)
        environ = self._environ(args, kwargs)
        await self._release()
        self.push_promises = []
        response = await self._send(environ, base)
        if not follow_redirects:
            return response
        seen: set[tuple[str | None, int]] = set()
        history: list[TestResponse] = []
        while response.status_code in REDIRECTS:
            step = (response.location, response.status_code)
            if step in seen:
                raise ClientRedirectError(
                    f"The redirects go round in a circle: {step[1]} to {step[0]!r} was met twice."
                )
            seen.add(step)
            response.history = tuple(history)
            history.append(response)
            environ = self._environ((self._browser.next_request(response),), {})
            await self._release()
            response = await self._send(environ, base)
        response.history = tuple(history)
        return response

    def request(self, *args: Any, **kwargs: Any) -> TestHTTPConnection:
        """Open a connection to send and receive piece by piece, as Quart's client does."""
        base = take_scope_arguments(kwargs)
        environ = self._environ(args, kwargs)
        self._browser.add_cookies(environ)
        return self.http_connection_class(self.app, make_scope("http", environ, base))

    def websocket(self, *args: Any, **kwargs: Any) -> TestWebsocketConnectionProtocol:
        """Open a websocket, as Quart's client does; the arguments are those of a request."""
        base = take_scope_arguments(kwargs)
        subprotocols = kwargs.pop("subprotocols", None)
        kwargs["scheme"] = {"ws": "http", "wss": "https"}.get(kwargs.get("scheme", "ws"), "http")
        environ = self._environ(args, kwargs)
        self._browser.add_cookies(environ)
        return self.websocket_connection_class(
            self.app, make_scope("websocket", environ, {"subprotocols": subprotocols or [], **base})
        )

    def _environ(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Environ:
        if len(args) == 1 and not kwargs:
            whole = args[0]
            if isinstance(whole, werkzeug.test.EnvironBuilder):
                return {**self.environ_base, **whole.get_environ()}
            if isinstance(whole, WerkzeugRequest):
                return {**self.environ_base, **whole.environ}
            if isinstance(whole, dict):
                return {**self.environ_base, **whole}
        return make_environ(self.app, args, kwargs, self.environ_base)

    async def _send(self, environ: Environ, base: dict[str, Any]) -> TestResponse:
        self._browser.add_cookies(environ)
        exchange = Exchange(self.app)
        scope = make_scope("http", environ, {SCOPE_KEY: exchange, **base})
        outer_app_context = _cv_app.get(None)
        try:
            with exchange.watched():
                async with self.http_connection_class(self.app, scope) as connection:
                    await connection.send(take_body(environ))
                    await connection.send_complete()
        finally:
            exchange.signed_in.after(exchange.request_context)
            # Before any other error: Quart's traceback page can fail in its turn.
            exchange.raise_error()
        self.push_promises.extend(connection.push_promises)
        response = self._received(environ, connection)
        url = urlsplit(get_current_url(environ))
        self._browser.remember(url.hostname or "localhost", url.path, response.headers.getlist("Set-Cookie"))
        if self.preserve_context:
            self._kept = KeptContexts(exchange, own_app_context=exchange.app_context is not outer_app_context)
            self._kept.make_current()
        return response

    def _received(self, environ: Environ, connection: TestHTTPConnection) -> TestResponse:
        status, body = connection.status_code or 500, bytes(connection.response_data)
        # A server sends no body here, whatever the application returned.
        if environ["REQUEST_METHOD"] == "HEAD" or status < 200 or status in {204, 304}:
            body = b""
        headers = Headers()
        for name, value in connection.headers or ():
            title = name.title()
            headers.add(_WRITTEN_DIFFERENTLY.get(title, title), value)
        # An iterator, as in Flask: until somebody reads it, the response is a stream.
        response = self._response_class(
            iter([body] if body else []), _status_line(status), headers, WerkzeugRequest(environ)
        )
        response.json_module = self.app.json  # type: ignore[assignment]
        return response

    # Cookies

    def get_cookie(self, key: str, domain: str = "localhost", path: str = "/") -> Cookie | None:
        """Give a cookie of the client, or None.

        Raises:
            TypeError: The client was made with ``use_cookies=False``.
        """
        return self._browser.get_cookie(key, domain, path)

    def set_cookie(self, *args: Any, **kwargs: Any) -> None:
        """Give the client a cookie to send: ``set_cookie(key, value="", *, domain="localhost", path="/", ...)``.

        Also understood is how Quart and Flask before 2.3 say it: ``set_cookie(server_name, key, value="")``. The two are told apart by
        the third value; ``set_cookie(a, b)`` alone is a key and its value.

        Raises:
            TypeError: The client was made with ``use_cookies=False``, or the arguments fit neither form.
        """
        domain, args, kwargs = _server_name_first(args, kwargs, takes_value=True)
        if domain is not None:
            kwargs.setdefault("origin_only", kwargs.get("domain") is None)
            kwargs["domain"] = kwargs.get("domain") or domain
        self._browser.set_cookie(*args, **kwargs)

    def delete_cookie(self, *args: Any, **kwargs: Any) -> None:
        """Take a cookie from the client: ``delete_cookie(key, *, domain="localhost", path="/")``.

        Also understood is ``delete_cookie(server_name, key)``.

        Raises:
            TypeError: The client was made with ``use_cookies=False``, or the arguments fit neither form.
        """
        domain, args, kwargs = _server_name_first(args, kwargs, takes_value=False)
        if domain is not None:
            kwargs["domain"] = kwargs.get("domain") or domain
            for name in ("secure", "httponly", "samesite"):
                kwargs.pop(name, None)
        self._browser.delete_cookie(*args, **kwargs)

    @asynccontextmanager
    async def session_transaction(self, *args: Any, **kwargs: Any) -> AsyncIterator[SessionMixin]:
        """Open the client's session, to read it or to change it; it is stored when the block ends without an error.

        Args:
            args: As for a request: sessions may depend on its host or path.
            kwargs: Likewise.

        Raises:
            TypeError: The client was made with ``use_cookies=False``.
            RuntimeError: There is no session; without a secret key there is none.
        """
        self._browser.require_cookies()
        environ = make_environ(self.app, args, kwargs, self.environ_base)
        self._browser.add_cookies(environ)
        request = make_request(self.app, environ=environ)
        interface = self.app.session_interface
        async with self.app.request_context(request):
            session = await self.app.ensure_async(interface.open_session)(self.app, request)
        if session is None:
            raise RuntimeError("No session could be opened. Is the secret key set?")
        yield session
        if interface.is_null_session(session):
            return
        response = self.app.response_class(b"")
        async with self.app.request_context(request):
            await self.app.ensure_async(interface.save_session)(self.app, session, response)
        self._browser.remember(
            request.host.partition(":")[0], request.path, response.headers.getlist("Set-Cookie")
        )

    # Keeping the last request's contexts

    async def __aenter__(self) -> Self:
        if self.preserve_context:
            raise RuntimeError("Cannot nest client invocations")
        self.preserve_context = True
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.preserve_context = False
        await self._release()

    async def _release(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            await kept.release()


def _status_line(status: int) -> str:
    return f"{status} {HTTP_STATUS_CODES.get(status, 'UNKNOWN').upper()}"


def _server_name_first(
    args: tuple[Any, ...], kwargs: dict[str, Any], *, takes_value: bool
) -> tuple[str | None, tuple[Any, ...], dict[str, Any]]:
    kwargs = dict(kwargs)
    if "server_name" in kwargs:
        return kwargs.pop("server_name"), args, kwargs
    given = len(args) + (takes_value and "value" in kwargs)
    if args and ("key" in kwargs or given > 1 + takes_value):
        return args[0], args[1:], kwargs
    return None, args, kwargs
