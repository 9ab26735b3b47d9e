"""``SocketIO``: the extension object, with Flask-SocketIO's face and awaited calls."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

import socketio
from quart import Quart
from socketio.exceptions import ConnectionRefusedError as Refused

from quart_app.bridge import drive

from .contexts import event_context

H = TypeVar("H", bound=Callable[..., Any])

#: What chose a WSGI server or guarded its threads, and means nothing on an ASGI server.
OBSOLETE = frozenset({"async_mode", "json", "monkey_patch", "threaded"})


class SocketIO:
    """A Socket.IO server beside an application, with Flask-SocketIO's methods.

    Handlers run in the request context of their connection: ``request.sid``, ``request.namespace``, ``session`` and ``current_user``
    are there. They may be coroutine functions; others run in the bridge.
    """

    def __init__(self, app: Quart | None = None, **options: Any) -> None:
        """Create the extension.

        Args:
            app: See :meth:`init_app`.
            options: Those of Flask-SocketIO and of ``socketio.AsyncServer``.
        """
        self.app: Quart | None = None
        self.server: Any = None
        #: What goes wrong in the handlers of a namespace is given to these.
        self.exception_handlers: dict[str, Callable[..., Any]] = {}
        self.default_exception_handler: Callable[..., Any] | None = None
        self._handlers: list[tuple[str, Callable[..., Any], str]] = []
        self._namespaces: list[Any] = []
        #: Whether each connection has a session of its own, a copy of the visitor's.
        self.manage_session = True
        #: What the server is made with.
        self.server_options: dict[str, Any] = {}
        if app is not None or options:
            self.init_app(app, **options)

    def init_app(self, app: Quart | None, **options: Any) -> None:
        """Serve Socket.IO beside ``app``, under ``path`` (``/socket.io`` if nothing else is said).

        Args:
            app: The application; with ``None`` a process that only emits, through the message queue.
            options: As for the constructor: ``message_queue`` (``redis://`` or ``amqp://``), ``channel``, ``path`` or ``resource``,
                ``manage_session``, ``cors_allowed_origins`` and what ``socketio.AsyncServer`` takes.

        Raises:
            ValueError: There is no asynchronous client for this message queue.
        """
        given = self.server_options
        given |= {name: value for name, value in options.items() if name not in OBSOLETE}
        self.manage_session = given.pop("manage_session", self.manage_session)
        paths = [given.pop("path", None), given.pop("resource", None), "socket.io"]
        path = next(path for path in paths if path)
        queue, channel = given.pop("message_queue", None), given.pop("channel", "flask-socketio")
        if queue and "client_manager" not in options:
            given["client_manager"] = _manager(queue, channel, write_only=app is None)
        self.server = socketio.AsyncServer(async_mode="asgi", **given)
        for name, handler, namespace in self._handlers:
            self.server.on(name, handler, namespace=namespace)
        for namespaced in self._namespaces:
            self.server.register_namespace(namespaced)
        if app is not None:
            self.app = app
            app.extensions["socketio"] = self
            app.asgi_app = socketio.ASGIApp(  # type: ignore[method-assign]
                self.server, app.asgi_app, socketio_path=path.strip("/")
            )

    # -- handlers

    def on(self, message: str, namespace: str | None = None) -> Callable[[H], H]:
        """Return a decorator that makes a function the handler of an event."""

        def registered(handler: H) -> H:
            self._register(message, handler, namespace or "/")
            return handler

        return registered

    def on_event(self, message: str, handler: Callable[..., Any], namespace: str | None = None) -> None:
        """Make ``handler`` the handler of an event."""
        self.on(message, namespace)(handler)

    def event(self, *args: Any, **options: Any) -> Any:
        """Make a function the handler of the event that it is named after; with or without arguments."""
        if len(args) == 1 and not options and callable(args[0]):
            return self.on(args[0].__name__)(args[0])
        return lambda handler: self.on(handler.__name__, *args, **options)(handler)

    def on_error(self, namespace: str | None = None) -> Callable[[H], H]:
        """Return a decorator: the function is given what goes wrong in the handlers of a namespace."""

        def registered(handler: H) -> H:
            self.exception_handlers[namespace or "/"] = handler
            return handler

        return registered

    def on_error_default(self, handler: H) -> H:
        """Decorate the function that is given what goes wrong where no namespace has one."""
        self.default_exception_handler = handler
        return handler

    def on_namespace(self, handler: Any) -> None:
        """Register an object of a class of handlers."""
        from .namespace import Namespace

        if not isinstance(handler, Namespace):
            raise TypeError("Not a namespace instance.")  # as python-socketio says it
        handler.bind(self)
        self._namespaces.append(handler)
        if self.server is not None:
            self.server.register_namespace(handler)

    def _register(self, message: str, handler: Callable[..., Any], namespace: str) -> None:
        @wraps(handler)
        async def handled(sid: str, *args: Any) -> Any:
            # python-socketio puts what stars stand for in front: the event, then the namespace.
            event: tuple[str, ...] = ()
            within = namespace
            if message == "*":
                event, sid, args = (sid,), args[0], args[1:]
            if namespace == "*":
                within, sid, args = sid, args[0], args[1:]
            # The handler of all events is given the event's name.
            return await self.handle(handler, message, within, sid, *event, *args)

        self._handlers.append((message, handled, namespace))
        if self.server is not None:
            self.server.on(message, handled, namespace=namespace)

    async def handle(
        self, handler: Callable[..., Any], message: str, namespace: str, sid: str, *args: Any
    ) -> Any:
        """Call a handler in the context of its connection.

        Args:
            handler: A function of the application.
            message: The event.
            namespace: Its namespace.
            sid: Who sent it.
            args: What came with it; with ``connect`` the environment of the handshake and what the client said of itself.

        Returns:
            What the handler gives: the client's acknowledgement.

        Raises:
            ConnectionRefusedError: The handler refuses the connection.
        """
        environ = self.server.get_environ(sid, namespace=namespace)
        if not environ or self.app is None:
            return "", 400  # the connection has gone meanwhile
        if message == "connect":
            args = args[1:] if len(args) > 1 and _takes(handler, 1) else ()
        elif message == "disconnect" and not _takes(handler, len(args)):
            args = ()
        event = {"message": message, "args": args}
        return await drive(self._answer(handler, environ, sid, namespace, event))

    async def _answer(
        self,
        handler: Callable[..., Any],
        environ: dict[str, Any],
        sid: str,
        namespace: str,
        event: dict[str, Any],
    ) -> Any:
        assert self.app is not None
        call = self.app.ensure_async
        async with event_context(
            self.app, environ, sid=sid, namespace=namespace, event=event, manages=self.manage_session
        ):
            try:
                return await call(handler)(*event["args"])
            except (Refused, ConnectionRefusedError):
                raise
            except Exception as error:
                handles = self.exception_handlers.get(namespace, self.default_exception_handler)
                if handles is None:
                    raise
                return await call(handles)(error)

    # -- sending

    async def emit(self, event: str, *args: Any, **options: Any) -> None:
        """Send an event to the clients of a namespace, in a request or outside of one.

        Args:
            event: Its name.
            args: What is sent with it.
            options: ``namespace``, ``to`` (or ``room``), ``include_self``, ``skip_sid``, ``callback`` and ``ignore_queue``.
        """
        namespace = options.pop("namespace", "/")
        to = options.pop("to", None) or options.pop("room", None)
        skip = options.pop("skip_sid", None)
        if not options.pop("include_self", True) and skip is None:
            from quart import request

            skip = request.sid  # type: ignore[attr-defined]
        callback = options.pop("callback", None)
        if callback is not None:
            callback = self._acknowledged(callback)
        await self.server.emit(
            event,
            *args,
            namespace=namespace,
            to=to,
            skip_sid=skip,
            callback=callback,
            ignore_queue=options.pop("ignore_queue", False),
        )

    async def send(self, data: Any, json: bool = False, **options: Any) -> None:
        """Send a ``message``, or with ``json`` a ``json`` event; the options are those of :meth:`emit`."""
        await self.emit("json" if json else "message", data, **options)

    async def call(self, event: str, *args: Any, **options: Any) -> Any:
        """Send an event to one client and wait for its acknowledgement."""
        namespace = options.pop("namespace", "/")
        to = options.pop("to", None) or options.pop("room", None)
        return await self.server.call(event, *args, namespace=namespace, to=to, **options)

    def _acknowledged(self, callback: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
        from quart import has_request_context, request

        if has_request_context() and hasattr(request, "sid"):
            sid, namespace = request.sid, request.namespace  # type: ignore[attr-defined]

            async def in_context(*args: Any) -> Any:
                return await self.handle(callback, "callback", namespace, sid, *args)

            return in_context

        async def plain(*args: Any) -> Any:
            assert self.app is not None
            return await drive(_run(self.app, callback, args, {}))

        return plain

    async def close_room(self, room: str, namespace: str | None = None) -> None:
        """Empty a room."""
        await self.server.close_room(room, namespace or "/")

    # -- running

    def run(self, app: Quart, host: str | None = None, port: int | None = None, **options: Any) -> None:
        """Serve the application with Quart's development server, websockets included."""
        known = {name: options[name] for name in ("debug", "use_reloader") if name in options}
        app.run(host=host or "127.0.0.1", port=port or 5000, **known)

    def stop(self) -> None:
        """Do nothing: a signal ends an ASGI server."""

    def start_background_task(
        self, target: Callable[..., Any], *args: Any, **options: Any
    ) -> asyncio.Task[Any] | None:
        """Run a function beside the requests, in a task of the running loop.

        Returns:
            The task; ``None`` where no loop runs yet, as in a script that calls :meth:`run` next: it starts with the server.
        """
        app = self.app
        if app is None:
            raise RuntimeError("start_background_task() needs an application: call init_app() first.")

        async def work() -> Any:
            return await drive(_run(app, target, args, options))

        try:
            asyncio.get_running_loop()
        except RuntimeError:

            @app.before_serving
            async def start() -> None:
                self.server.start_background_task(work)

            return None
        task: asyncio.Task[Any] = self.server.start_background_task(work)
        return task

    async def sleep(self, seconds: float = 0) -> None:
        """Wait, and let others work meanwhile."""
        await asyncio.sleep(seconds)

    async def test_client(
        self,
        app: Quart,
        namespace: str | None = None,
        query_string: str | None = None,
        headers: Any = None,
        auth: Any = None,
        flask_test_client: Any = None,
    ) -> Any:
        """Return a connected client for tests.

        Args:
            app: The application.
            namespace: Where it connects to.
            query_string: Of its handshake.
            headers: Of its handshake.
            auth: What it says of itself.
            flask_test_client: A test client whose cookies it sends.
        """
        from .testing import SocketIOTestClient

        return await SocketIOTestClient.connected(
            app,
            self,
            namespace=namespace,
            query_string=query_string,
            headers=headers,
            auth=auth,
            flask_test_client=flask_test_client,
        )


async def _run(app: Quart, target: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    return await app.ensure_async(target)(*args, **options)


def _takes(handler: Callable[..., Any], number: int) -> bool:
    """Whether a handler can be called with so many arguments."""
    try:
        inspect.signature(handler).bind(*[None] * number)
    except TypeError:
        return False
    return True


def _manager(url: str, channel: str, *, write_only: bool) -> Any:
    """What makes the workers of one application know each other's clients."""
    if url.startswith(("redis://", "rediss://", "unix://", "valkey://")):
        return socketio.AsyncRedisManager(url, channel=channel, write_only=write_only)
    if not url.startswith(("amqp://", "amqps://")):
        scheme = url.partition("://")[0]
        raise ValueError(f"message_queue: {scheme}:// has no asynchronous side here, use redis:// or amqp://")
    return socketio.AsyncAioPikaManager(url, channel=channel, write_only=write_only)
