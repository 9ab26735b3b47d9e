"""``Quart`` with Flask's manners, driven by the bridge.

The manners are listed in :data:`quart_app.manners.MANNERS`.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import flask
import quart
from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, Scope
from quart.signals import appcontext_tearing_down
from quart.typing import ResponseTypes
from quart.wrappers.base import BaseRequestWebsocket
from werkzeug.datastructures import ImmutableDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from .bridge import ImplicitLoading, drive, install, run
from .cli import AppGroup, give_context
from .guard import LoopGuard
from .manners import blueprints
from .manners.asked import also
from .manners.connections import HTTPConnection, WebsocketConnection
from .manners.contexts import AppContext, RequestContext, WebsocketContext
from .manners.first_request import FirstRequest
from .manners.json import JSONProvider
from .manners.requests import Request
from .manners.resources import FilePath, Resource
from .manners.responses import Response, called_with_environ
from .manners.routing import Rule
from .manners.serving import server_options
from .manners.templates import Environment
from .manners.url_values import AwaitsURLValues
from .wsgi import TakesWSGIMiddleware

P = ParamSpec("P")
T = TypeVar("T")


class Quart(TakesWSGIMiddleware, AwaitsURLValues, quart.Quart):
    """A Quart application that behaves as the Flask application it was.

    ``app.config["QUART_APP_BRIDGE"] = False`` turns the bridge off: synchronous functions then run in threads, and nothing is
    loaded implicitly. ``IMPLICIT_LOADING`` is ``allow``, ``warn`` or ``raise``.
    """

    asgi_http_class = HTTPConnection
    asgi_websocket_class = WebsocketConnection
    jinja_environment = Environment
    json_provider_class = JSONProvider
    request_class = Request
    response_class = Response
    url_rule_class = Rule
    test_client_class: Any = None
    test_cli_runner_class: Any = None

    default_config = ImmutableDict(
        quart.Quart.default_config
        | {
            # Whether LoopGuard names what blocks the event loop; None: in debug mode.
            "BLOCKING_GUARD": None,
            "BLOCKING_GUARD_SECONDS": 0.1,
            "BODY_TIMEOUT": None,
            # Flask-CORS would put plain functions around our coroutine methods; its after_request sees errors anyway.
            "CORS_INTERCEPT_EXCEPTIONS": False,
            # Flask-DebugToolbar takes the place of methods that are coroutines here: it stays away.
            "DEBUG_TB_ENABLED": False,
            "IMPLICIT_LOADING": "warn",
            "MAX_CONTENT_LENGTH": None,
            "QUART_APP_BRIDGE": True,
            "QUART_APP_FLASK_CONTEXT": True,
            "RESPONSE_TIMEOUT": None,
            "SEND_FILE_MAX_AGE_DEFAULT": None,
            "TRUSTED_HOSTS": None,
        }
    )

    def __init__(self, import_name: str, *args: Any, **kwargs: Any) -> None:
        """Create an application; the arguments are those of Flask and Quart."""
        super().__init__(import_name, *args, **kwargs)
        blueprints.set_up_again()
        self.cli: AppGroup = AppGroup()
        self.cli.name = self.name
        self._first_request = FirstRequest()
        self._guard: LoopGuard | None = None

    @property
    def __class__(self) -> type:  # isinstance(app, flask.Flask): some extensions take nothing else
        cls: type = type(self)
        return also(cls, flask.Flask)

    @__class__.setter
    def __class__(self, cls: type) -> None:
        object.__dict__["__class__"].__set__(self, cls)

    # The bridge

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer an ASGI server. All of it is driven, from the first byte to the last teardown function."""
        call = super().__call__(scope, receive, send)
        if not self.config["QUART_APP_BRIDGE"]:
            await call
            return
        if scope["type"] != "lifespan":  # there startup() does it, and says why the server cannot start
            install()
            if "asgi_app" not in vars(self):
                # No middleware: the connection drives the one task in which the application's code runs.
                await call
                return
        await drive(call)

    async def startup(self) -> None:
        """Start; refuse to on a loop that the bridge cannot work with, and with a policy that does not exist."""
        if self.config["QUART_APP_BRIDGE"]:
            install()
        ImplicitLoading(self.config["IMPLICIT_LOADING"] or "warn")
        if self.debug if self.config["BLOCKING_GUARD"] is None else self.config["BLOCKING_GUARD"]:
            self._guard = LoopGuard(float(self.config["BLOCKING_GUARD_SECONDS"]))
            self._guard.start()
        await super().startup()

    async def shutdown(self) -> None:
        """Shut down, the guard last: what ends the application may block, too."""
        try:
            await super().shutdown()
        finally:
            if self._guard is not None:
                self._guard.stop()

    def sync_to_async(self, func: Callable[P, T]) -> Callable[P, Awaitable[T]]:
        """Return a coroutine function that calls ``func`` inline, and awaits what it returns if it can be awaited."""
        in_thread = super().sync_to_async(func)

        async def inline(*args: P.args, **kwargs: P.kwargs) -> T:
            result = func(*args, **kwargs)
            if inspect.isawaitable(result):
                result = await result
            return result

        @functools.wraps(func)
        async def call(*args: P.args, **kwargs: P.kwargs) -> T:
            if self.config["QUART_APP_BRIDGE"]:
                return await drive(inline(*args, **kwargs))
            return await in_thread(*args, **kwargs)

        return call

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func`` as a function that synchronous code can call."""
        return self.async_to_sync(func) if inspect.iscoroutinefunction(func) else func

    def async_to_sync(self, func: Callable[..., Awaitable[T]]) -> Callable[..., T]:
        """Return a function that calls a coroutine function and waits for it (:func:`quart_app.bridge.run`)."""

        @functools.wraps(func)
        def call(*args: Any, **kwargs: Any) -> T:
            return run(func(*args, **kwargs))

        del call.__wrapped__
        return call

    # Requests

    async def handle_request(self, request: quart.Request) -> ResponseTypes:
        """Answer a request; teardown functions learn of an error that nobody handled.

        A context that a stream needs is left to whoever sends the response, if they asked for it (``request.kept_context``).
        """
        context = self.request_context(request)
        error: BaseException | None = None
        try:
            await context.push()
            return _located(request, await self.full_dispatch_request(context))
        except Exception as raised:
            error = raised
            return _located(request, await self.handle_exception(raised))
        except BaseException as raised:
            error = raised
            raise
        finally:
            if request.scope.get("_quart._preserve_context", False):
                self._preserved_context = context.copy()
            if error is None and context.kept_for_streaming and hasattr(request, "kept_context"):
                request.kept_context = context
            else:
                await context.auto_pop(error)

    def before_first_request(self, func: Callable[[], T]) -> Callable[[], T]:
        """Call ``func``, a function or a coroutine function, once before the first request, as Flask did until 2.3."""
        return self._first_request.register(func)

    async def full_dispatch_request(self, request_context: Any = None) -> ResponseTypes:
        """Answer the request of the current context, after what is to be called before the first one."""
        await self._first_request.run()
        return await super().full_dispatch_request(request_context)

    async def dispatch_request(self, request_context: Any = None) -> Any:
        """Call the view; what it gives is awaited if it can be.

        A view that looks up by name what answers (``return getattr(pages, action)()``) may give the coroutine of a function that nothing
        in the code says.
        """
        result: Any = await super().dispatch_request(request_context)
        return await result if inspect.isawaitable(result) else result

    async def handle_websocket(self, websocket: quart.Websocket) -> ResponseTypes | None:
        """Serve a websocket; teardown functions learn of an error that nobody handled."""
        context = self.websocket_context(websocket)
        error: BaseException | None = None
        try:
            await context.push()
            return _leaving(await self.full_dispatch_websocket(context))
        except Exception as raised:
            error = raised
            return _leaving(await self.handle_websocket_exception(raised))
        except BaseException as raised:
            error = raised
            raise
        finally:
            if websocket.scope.get("_quart._preserve_context", False):
                self._preserved_context = context.copy()
            await context.auto_pop(error)

    async def do_teardown_appcontext(self, exc: BaseException | None) -> None:
        """Call the teardown functions, the last registered first."""
        for function in reversed(self.teardown_appcontext_funcs):
            await self.ensure_async(function)(exc)
        await appcontext_tearing_down.send_async(self, _sync_wrapper=self.ensure_async, exc=exc)  # type: ignore[arg-type]

    def create_url_adapter(self, request: BaseRequestWebsocket | None) -> MapAdapter | None:
        """Return the adapter that matches and builds URLs; ``SERVER_NAME`` refuses nobody."""
        server_name: str | None = self.config["SERVER_NAME"]
        if request is not None:
            try:
                _ = request.host
            except HTTPException:  # not a host, or not a trusted one: the request context says so to the view
                return None
            subdomain = None
            if self.url_map.host_matching:
                server_name = None  # or it would stand for every host
            elif not self.subdomain_matching:
                subdomain = self.url_map.default_subdomain or ""
            return self.url_map.bind_to_request(request, subdomain, server_name)  # type: ignore[attr-defined, no-any-return]
        if server_name is None:
            return None
        scheme = "https" if self.config["PREFER_SECURE_URLS"] else self.config["PREFERRED_URL_SCHEME"]
        return self.url_map.bind(server_name, self.config["APPLICATION_ROOT"], url_scheme=scheme)

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Build a URL, with Quart's arguments; bytes are text in it, as until Werkzeug 2.2: a token of ``dumps()``, say."""
        texts: dict[str, Any] = {
            key: value.decode() if isinstance(value, bytes) else value for key, value in values.items()
        }
        return super().url_for(endpoint, **texts)

    async def make_response(self, result: Any) -> ResponseTypes:
        """Make a response of what a view returned; one of Werkzeug (an error's, an extension's) becomes one of ours."""
        result = await called_with_environ(result)
        response = await super().make_response(result)
        return response if isinstance(response, quart.Response) else self.response_class.force_type(response)

    # Contexts

    def app_context(self) -> AppContext:
        """Return a context for ``async with``, or in synchronous code for ``with``."""
        return AppContext(self)

    def request_context(self, request: quart.Request) -> RequestContext:
        """Return the context of a request; Flask's takes a WSGI environ, see :meth:`test_request_context`."""
        given: object = request
        if isinstance(given, dict):
            raise TypeError(
                "request_context() takes a request, not a WSGI environ: use test_request_context()."
            )
        return RequestContext(self, request)

    def websocket_context(self, websocket: quart.Websocket) -> WebsocketContext:
        """Return the context of a websocket."""
        return WebsocketContext(self, websocket)

    def test_request_context(self, *args: Any, **kwargs: Any) -> RequestContext:
        """Return the context of a request made up for a test.

        Args:
            args: The path, ``/`` when left out, and what else Flask's ``test_request_context`` takes.
            kwargs: Flask's arguments, and Quart's.
        """
        from .testing.scope import make_environ, make_request

        only_quarts = {"root_path", "http_version", "scope_base", "send_push_promise"}
        rest = {name: kwargs.pop(name) for name in only_quarts & kwargs.keys()}
        environ = make_environ(self, args, kwargs, {})
        request = make_request(self, environ=environ, **rest)
        if "REMOTE_ADDR" not in environ:  # nobody made this request
            request.remote_addr = None
            request.headers.pop("Remote-Addr", None)
        return self.request_context(request)

    # Files, blueprints, tests, the server

    def open_resource(  # type: ignore[override]
        self, path: FilePath, mode: str = "rb", encoding: str | None = None
    ) -> Resource:
        """Open a file of the application: ``async with await app.open_resource(path)``, or ``with`` in synchronous code."""
        return Resource(os.path.join(self.root_path, path), mode, encoding)

    def open_instance_resource(  # type: ignore[override]
        self, path: FilePath, mode: str = "rb", encoding: str | None = None
    ) -> Resource:
        """Open a file of the instance folder, like :meth:`open_resource`."""
        return Resource(os.path.join(self.instance_path, path), mode, encoding)

    async def send_static_file(self, filename: str) -> Response:
        """Send a file of the static folder."""
        return await _send_static(self, filename)

    def register_blueprint(self, blueprint: Any, **options: Any) -> None:
        """Register a blueprint; its static files and its commands keep Flask's manners too."""
        super().register_blueprint(blueprint, **options)
        blueprints.remember(self.blueprints.values(), self.import_name)
        for name, registered in self.blueprints.items():
            endpoint = f"{name}.static"
            if self.view_functions.get(endpoint) == getattr(registered, "send_static_file", None) is not None:
                self.view_functions[endpoint] = _static_view(registered)
            give_context(registered.cli)

    def test_client(self, use_cookies: bool = True, **kwargs: Any) -> Any:
        """Return a test client with Flask's face, or of ``test_client_class``."""
        from .testing import QuartClient

        return (self.test_client_class or QuartClient)(self, use_cookies=use_cookies, **kwargs)

    def test_cli_runner(self, **kwargs: Any) -> Any:
        """Return a runner for commands, or one of ``test_cli_runner_class``."""
        from .testing import CliRunner

        return (self.test_cli_runner_class or CliRunner)(self, **kwargs)

    def run(  # type: ignore[override]
        self, host: str | None = None, port: int | None = None, debug: bool | None = None, **options: Any
    ) -> None:
        """Serve the application while developing it; the arguments are those of Flask and of Quart.

        Args:
            host: Where to listen.
            port: Where to listen.
            debug: Turn debugging on or off; it also decides about reloading, unless ``use_reloader`` does.
            options: ``ssl_context=(certfile, keyfile)``, ``use_reloader``, ``load_dotenv`` ... What an asynchronous server has no use for
                (``threaded``, ``processes``) is ignored, and said.
        """
        super().run(host, port, debug, **server_options(debug, options))


def _leaving(response: ResponseTypes | None) -> ResponseTypes | None:
    """The answer to a websocket that is not accepted, which Quart sends."""
    if isinstance(response, Response):
        response.on_its_way = True
    return response


def _located(request: quart.Request, response: ResponseTypes) -> ResponseTypes:
    """``response``, with its ``Location`` as its class wants it."""
    if isinstance(response, Response) and "Location" in response.headers:
        response.correct_location(request.base_url)
    return response


def _static_view(owner: Any) -> Any:
    # A function, because extensions that describe views look at its module and its source.
    async def send_static_file(filename: str) -> Response:
        return await _send_static(owner, filename)

    return send_static_file


async def _send_static(owner: Any, filename: str) -> Response:
    from .files import send_from_directory

    if not owner.has_static_folder:
        raise RuntimeError("There is no static folder.")
    return await send_from_directory(owner.static_folder, filename, max_age=owner.get_send_file_max_age)
