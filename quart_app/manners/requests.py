"""The request class: Flask's answers where Quart's differ."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any

import quart
from quart import has_app_context
from quart.globals import current_app
from werkzeug.datastructures import Authorization, Headers
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from ..uploads import FormDataParser

#: Headers that a WSGI environ names without ``HTTP_``.
_UNPREFIXED = {"CONTENT_TYPE", "CONTENT_LENGTH"}


class RequestHeaders(Headers):
    """A request's headers that also know the environ, as those of a WSGI request do."""

    _request: weakref.ref[Request] | None = None

    @property
    def environ(self) -> dict[str, Any]:
        """The environ of the request; the headers in it are strings that the client sent.

        Raises:
            AttributeError: These headers are a copy, or their request is gone.
        """
        request = self._request() if self._request is not None else None
        if request is None:
            raise AttributeError("only the headers of a request that is being handled have an environ")
        return request.environ


class _Part:
    """A part of the body, which is awaited; what code puts in its place is awaited too: ``request.form = {...}``."""

    def __init__(self, part: Any) -> None:
        self._read: Callable[[Request], Awaitable[Any]] = part.fget

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, request: Request | None, _owner: type | None = None) -> Any:
        if request is None:
            return self
        given = vars(request)
        return _awaited(given[self._name]) if self._name in given else self._read(request)

    def __set__(self, request: Request, value: Any) -> None:
        vars(request)[self._name] = value


async def _awaited(value: Any) -> Any:
    return value


class Request(quart.Request):
    """Quart's request with Flask's manners."""

    form: Any = _Part(quart.Request.form)
    files: Any = _Part(quart.Request.files)
    values: Any = _Part(quart.Request.values)
    data: Any = _Part(quart.Request.data)
    form_data_parser_class = FormDataParser

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what Quart's takes."""
        super().__init__(*args, **kwargs)
        headers = RequestHeaders()
        headers._list = self.headers._list
        headers._request = weakref.ref(self)
        self.headers = headers

    #: Nothing below WSGI tells; an ASGI application is served by one thread.
    is_multithread = False
    is_multiprocess = False
    is_run_once = False
    shallow = False

    #: False: a body of another content type is no JSON and no error, as before Werkzeug 2.1: ``get_json()`` gives None.
    json_needs_content_type = True

    #: True: an ``Authorization`` header of another scheme than Basic and Digest is none, as before Werkzeug 2.3, when guards
    #: that look for a token of their own asked for ``None`` first.
    only_passwords_authorize = False

    @cached_property
    def authorization(self) -> Authorization | None:
        """What the client says it may do; ``None`` if it says nothing."""
        given: Authorization | None = super().authorization
        if self.only_passwords_authorize and given is not None and given.type not in {"basic", "digest"}:
            return None
        return given

    async def get_data(  # type: ignore[override]
        self, cache: bool = True, as_text: bool = False, parse_form_data: bool = False
    ) -> bytes | str:
        """Return the body.

        Args:
            cache: Keep it for the next call.
            as_text: Decode it; what is not UTF-8 is replaced.
            parse_form_data: Parse it as a form first.
        """
        data: bytes = await super().get_data(cache, False, parse_form_data)
        return data.decode(errors="replace") if as_text else data

    async def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """Parse the body as JSON.

        Args:
            force: Whatever the content type.
            silent: ``None`` instead of an error.
            cache: Keep the result for the next call.

        Raises:
            UnsupportedMediaType: The content type is another one (415).
            BadRequest: It is not JSON (400).
        """
        if cache and self._cached_json[silent] is not Ellipsis:
            return self._cached_json[silent]
        if not (force or self.is_json):
            return self.on_json_loading_failed(None) if self.json_needs_content_type and not silent else None
        data = await self.get_data(cache=cache)
        try:
            result = self.json_module.loads(data)
        except ValueError as error:
            result = None if silent else self.on_json_loading_failed(error)
            if cache and silent:
                self._cached_json[True] = result
        else:
            if cache:
                self._cached_json = {False: result, True: result}
        return result

    def on_json_loading_failed(self, error: ValueError | None) -> Any:  # type: ignore[override]
        """Say that the body is not JSON; what an override returns is the result of :meth:`get_json`.

        Args:
            error: What the parser said; ``None`` if it was not asked because of the content type.
        """
        if error is None:
            raise UnsupportedMediaType(
                "The body was not read as JSON: the request's Content-Type is not 'application/json'."
            )
        if has_app_context() and current_app.debug:
            raise BadRequest(f"Failed to decode JSON object: {error}") from error
        raise BadRequest from error

    @property
    def want_form_data_parsed(self) -> bool:
        """Whether the request says what its body is."""
        return bool(self.headers.get("Content-Type"))

    @property
    def remote_user(self) -> str | None:
        """The user that the server authenticated, if it did."""
        user = self.environ.get("REMOTE_USER")
        return None if user is None else str(user)

    @cached_property
    def environ(self) -> dict[str, Any]:
        """What WSGI would have told about the request, without the body's stream; made on the first use."""
        host, port = (self.scope.get("server") or (self.host.partition(":")[0], None))[:2]
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": _as_wsgi(self.root_path),
            "PATH_INFO": _as_wsgi(self.path),
            "QUERY_STRING": self.query_string.decode("latin-1"),
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port or ("443" if self.is_secure else "80")),
            "SERVER_PROTOCOL": f"HTTP/{self.http_version}",
            "REMOTE_ADDR": self.remote_addr,
            "wsgi.url_scheme": self.scheme,
            # Where Flask's log handler writes during a request; the application's logger has it too.
            "wsgi.errors": sys.stderr,
            "werkzeug.request": self,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            if key == "REMOTE_ADDR":  # how Quart passes the client's address on; nothing the client sent
                continue
            key = key if key in _UNPREFIXED else f"HTTP_{key}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        extra: Any = self.scope.get("quart_app.environ")
        environ.update(extra or {})
        return environ


def _as_wsgi(path: str) -> str:
    return path.encode().decode("latin-1")
