"""From the arguments of Flask's test client to an ASGI scope and a body.

The arguments are read by Flask's own ``EnvironBuilder``, so they mean here what they mean there; what it builds is
then put the way ASGI puts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from io import BytesIO
from typing import Any, Literal, overload

from flask.testing import EnvironBuilder
from hypercorn.typing import HTTPScope, WebsocketScope
from quart import Quart
from quart.testing import no_op_push
from quart.wrappers import Request
from werkzeug.datastructures import EnvironHeaders, Headers, MultiDict
from werkzeug.urls import iri_to_uri

Environ = dict[str, Any]

#: What every request of a client carries unless the test says otherwise; a client's ``environ_base``.
DEFAULT_ENVIRON: Mapping[str, Any] = {
    "REMOTE_ADDR": "127.0.0.1",
    "HTTP_USER_AGENT": f"Werkzeug/{version('werkzeug')}",
}
#: Keys of an environ that say nothing the scope does not say. The others (``REMOTE_USER``, a server's own) travel
#: in ``scope["quart_app.environ"]``.
_IN_THE_SCOPE = frozenset(
    [
        "REQUEST_METHOD",
        "SCRIPT_NAME",
        "PATH_INFO",
        "QUERY_STRING",
        "REQUEST_URI",
        "RAW_URI",
        "SERVER_NAME",
        "SERVER_PORT",
        "SERVER_PROTOCOL",
        "CONTENT_TYPE",
        "CONTENT_LENGTH",
        "REMOTE_ADDR",
        "REMOTE_PORT",
    ]
)


def make_environ(
    app: Quart, args: tuple[Any, ...], kwargs: dict[str, Any], base: Mapping[str, Any]
) -> Environ:
    """Build the environ that Flask's test client would send for these arguments.

    Args:
        app: The application; its configuration gives host, scheme and root, its JSON provider the encoding.
        args: Positional arguments of a client's method: the path first.
        kwargs: Its keyword arguments; also Quart's ``form`` and ``files``.
        base: The client's ``environ_base``.

    Raises:
        TypeError: An argument nobody knows.
        ValueError: ``form`` or ``files`` beside ``data`` or ``json``.
    """
    arguments = dict(kwargs)
    arguments["environ_base"] = {**base, **(arguments.get("environ_base") or {})}
    _merge_quart_body(arguments)
    if "scheme" in arguments:
        arguments["url_scheme"] = arguments.pop("scheme")
    builder = EnvironBuilder(app, *args, **arguments)  # type: ignore[arg-type]
    try:
        return builder.get_environ()
    finally:
        builder.close()


def _merge_quart_body(arguments: dict[str, Any]) -> None:
    form, files = arguments.pop("form", None), arguments.pop("files", None)
    if form is None and files is None:
        return
    if arguments.get("data") is not None or arguments.get("json") is not None:
        raise ValueError("'form' and 'files' cannot be combined with 'data' or 'json'")
    body: MultiDict[str, Any] = MultiDict()
    for part in (form, files):
        if part is not None:
            body.update(part)
    arguments["data"] = body
    if files is not None:
        arguments.setdefault("content_type", "multipart/form-data")
    elif not body:
        arguments.setdefault("content_type", "application/x-www-form-urlencoded")


def take_body(environ: Environ) -> bytes:
    """Read the body out of ``environ``, and leave it there to be read again."""
    stream = environ["wsgi.input"]
    body: bytes = stream.read()
    stream.close()  # a large body was spooled to a temporary file
    environ["wsgi.input"] = BytesIO(body)
    return body


@overload
def make_scope(
    kind: Literal["http"], environ: Environ, base: Mapping[str, Any] | None = None
) -> HTTPScope: ...
@overload
def make_scope(
    kind: Literal["websocket"], environ: Environ, base: Mapping[str, Any] | None = None
) -> WebsocketScope: ...
def make_scope(kind: str, environ: Environ, base: Mapping[str, Any] | None = None) -> Any:
    """Say in ASGI's words what ``environ`` says in WSGI's.

    Args:
        kind: ``http`` or ``websocket``.
        environ: The request.
        base: Entries of the scope that win over what the environ says.
    """
    root = _text(environ.get("SCRIPT_NAME", ""))
    path = root + "/" + _text(environ.get("PATH_INFO", "")).lstrip("/")
    scheme = environ["wsgi.url_scheme"]
    if kind == "websocket":
        scheme = {"http": "ws", "https": "wss"}.get(scheme, scheme)
    address = environ.get("REMOTE_ADDR")
    scope: dict[str, Any] = {
        "type": kind,
        "http_version": str(environ.get("SERVER_PROTOCOL", "HTTP/1.1")).rpartition("/")[2],
        "asgi": {"version": "3.0", "spec_version": "2.1"},
        "method": environ["REQUEST_METHOD"],
        "scheme": scheme,
        "path": path,
        "raw_path": iri_to_uri(path).encode("ascii"),
        "query_string": str(environ.get("QUERY_STRING", "")).encode("latin-1"),
        "root_path": root,
        "headers": [
            (name.lower().encode("latin-1"), _bytes(value)) for name, value in EnvironHeaders(environ)
        ],
        "client": None if address is None else (address, int(environ.get("REMOTE_PORT") or 0)),
        "server": (environ["SERVER_NAME"], int(environ["SERVER_PORT"])),
        "_quart._preserve_context": False,  # how Quart marks the scope of a test client
        "extensions": {"websocket.http.response": {}} if kind == "websocket" else {},
        "quart_app.environ": {key: value for key, value in environ.items() if not _said_by_the_scope(key)},
    }
    if kind == "websocket":
        scope["subprotocols"] = []
    scope.update(base or {})
    if kind == "http" and scope["http_version"] in {"2", "3"}:
        scope["extensions"] = {"http.response.push": {}, **scope["extensions"]}
    return scope


def make_request(app: Quart, *args: Any, environ: Environ | None = None, **kwargs: Any) -> Request:
    """Make the request that an application sees, without sending it.

    Args:
        app: The application.
        args: The path (``/`` when left out) and further positional arguments of Flask's ``EnvironBuilder``.
        environ: A whole environ instead of arguments.
        kwargs: ``method``, ``base_url``, ``query_string``, ``headers``, ``data``, ``json``, ``content_type``, ``environ_base``,
            ``environ_overrides``, ``auth`` and so on; also Quart's ``form``, ``files``, ``scheme``, ``root_path``,
            ``http_version``, ``scope_base``, ``send_push_promise``.

    Returns:
        A request with its body complete, for ``app.request_context(request)``.
    """
    send_push_promise = kwargs.pop("send_push_promise", no_op_push)
    base = take_scope_arguments(kwargs)
    if environ is None:
        environ = make_environ(app, args, kwargs, DEFAULT_ENVIRON)
    body = take_body(environ)
    scope = make_scope("http", environ, base)
    # Quart hands the peer's address to the request as a header of this name.
    headers = Headers([("Remote-Addr", (scope["client"] or ["<local>"])[0]), *EnvironHeaders(environ)])
    request = app.request_class(
        scope["method"],
        scope["scheme"],
        # Quart strips the root from the path of the scope; a request's path is what is left.
        scope["path"].removeprefix(scope["root_path"]),
        scope["query_string"],
        headers,
        scope["root_path"],
        scope["http_version"],
        max_content_length=app.config["MAX_CONTENT_LENGTH"],
        body_timeout=app.config["BODY_TIMEOUT"],
        send_push_promise=send_push_promise,
        scope=scope,
    )
    request.body.set_result(body)
    return request


def take_scope_arguments(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Take the arguments that only Quart's client knows out of ``kwargs``, as entries of the scope."""
    base: dict[str, Any] = {}
    for name in ("root_path", "http_version"):
        value = kwargs.pop(name, None)
        if value:
            base[name] = value
    base.update(kwargs.pop("scope_base", None) or {})
    return base


def _said_by_the_scope(key: str) -> bool:
    return key in _IN_THE_SCOPE or key.startswith(("HTTP_", "wsgi."))


def _text(value: str) -> str:
    return value.encode("latin-1").decode("utf-8", "replace")


def _bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8")
