"""Contexts that synchronous code can enter too, as Flask's."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

import quart
import quart.ctx
from blinker import Signal
from quart.globals import _cv_app, _cv_request
from quart.sessions import NullSession, SessionMixin
from quart.signals import appcontext_popped, appcontext_pushed
from werkzeug.exceptions import HTTPException

from ..bridge import OneLoop, one_loop, run
from ..bridge.flask_context import Bound, bind_app, bind_request, unbind

_UNSET: Any = object()


class AppContext(quart.ctx.AppContext):
    """Quart's application context, which ``with`` accepts as well as ``async with``.

    In synchronous code outside of any event loop, the loop that its ``run`` calls use stays the same from entry to exit.
    """

    _loop: OneLoop | None = None

    def __init__(self, app: quart.Quart) -> None:
        super().__init__(app)
        self._flask: list[Bound | None] = []

    async def push(self) -> None:
        """Bind the context to the running task."""
        self._flask.append(bind_app(self))
        await super().push()

    async def pop(self, exc: BaseException | None = _UNSET) -> None:
        """Undo :meth:`push`; the last one runs the teardown functions."""
        try:
            await super().pop(sys.exc_info()[1] if exc is _UNSET else exc)
        finally:
            unbind(self._flask.pop())

    def push_sync(self) -> None:
        """Bind the context to the running synchronous code."""
        self._flask.append(bind_app(self))
        self._cv_tokens.append(_cv_app.set(self))
        _send_sync(appcontext_pushed, self.app)

    def pop_sync(self, exc: BaseException | None = _UNSET) -> None:
        """Undo :meth:`push_sync`; the last one runs the teardown functions.

        Args:
            exc: What they are told; the exception being handled when left out.
        """
        try:
            if len(self._cv_tokens) == 1:
                run(self.app.do_teardown_appcontext(_current_error(exc)))
        finally:
            context = _cv_app.get()
            _cv_app.reset(self._cv_tokens.pop())
            unbind(self._flask.pop())
            if context is not self:
                raise AssertionError(f"Popped wrong app context. ({context!r} instead of {self!r})")
        _send_sync(appcontext_popped, self.app)

    def __enter__(self) -> Self:
        self._loop = one_loop()
        self._loop.__enter__()
        try:
            self.push_sync()
        except BaseException:
            _cv_app.reset(self._cv_tokens.pop())
            unbind(self._flask.pop())
            self._loop.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        loop, self._loop = self._loop, None
        try:
            self.pop_sync(exc_value)
        finally:
            if loop is not None:
                loop.__exit__(exc_type, exc_value, traceback)


class RequestContext(quart.ctx.RequestContext):
    """Quart's request context, which ``with`` accepts as well as ``async with``, and which refuses untrusted hosts."""

    #: Set by :func:`quart_app.streaming.stream_with_context`: the context ends when the response has been sent.
    kept_for_streaming = False

    _loop: OneLoop | None = None

    def __init__(self, app: quart.Quart, request: quart.Request, session: SessionMixin | None = None) -> None:
        self._refused: HTTPException | None = None
        # Before anybody asks for the host: the request remembers the first answer.
        if app.config["TRUSTED_HOSTS"] is not None:
            request.trusted_hosts = app.config["TRUSTED_HOSTS"]
        try:
            _ = request.host
        except HTTPException as error:
            self._refused = error
        super().__init__(app, request, session)
        self._flask: list[Bound | None] = []

    async def push(self) -> None:
        """Bind the context to the running task and open the session."""
        self._flask.append(bind_request(self))
        await super().push()
        self._refuse()

    async def pop(self, exc: BaseException | None = _UNSET) -> None:
        """Undo :meth:`push`; the last one runs the teardown functions."""
        try:
            await super().pop(sys.exc_info()[1] if exc is _UNSET else exc)
        finally:
            unbind(self._flask.pop())

    def _refuse(self) -> None:
        if self._refused is not None:
            self.request.routing_exception = self._refused
        if isinstance(self.session, NullSession) and self.flashes is None:
            # Without a secret key nothing can have been flashed; Quart would take it out of the session, which refuses.
            self.flashes = []  # type: ignore[assignment]

    def push_sync(self) -> None:
        """Bind the context to the running synchronous code, and open the session."""
        self._flask.append(bind_request(self))
        token = _cv_request.set(self)
        app_context: AppContext | None = None
        current = _cv_app.get(None)
        if current is None or current.app is not self.app:
            app_context = AppContext(self.app)
            app_context.push_sync()
        self._cv_tokens.append((token, app_context))
        run(self._push())
        self._refuse()

    def pop_sync(self, exc: BaseException | None = _UNSET) -> None:
        """Undo :meth:`push_sync`; the last one runs the teardown functions.

        Args:
            exc: What they are told; the exception being handled when left out.
        """
        error = _current_error(exc)
        try:
            if len(self._cv_tokens) == 1:
                run(self._tear_down(error))
        finally:
            context = _cv_request.get()
            token, app_context = self._cv_tokens.pop()
            _cv_request.reset(token)
            unbind(self._flask.pop())
            if isinstance(app_context, AppContext):
                app_context.pop_sync(error)
            if context is not self:
                raise AssertionError(f"Popped wrong request context. ({context!r} instead of {self!r})")

    async def _tear_down(self, error: BaseException | None) -> None:
        await self.app.do_teardown_request(error, self)
        await self.request.close()

    def __enter__(self) -> Self:
        self._loop = one_loop()
        self._loop.__enter__()
        try:
            self.push_sync()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        loop, self._loop = self._loop, None
        try:
            if self._cv_tokens:
                self.pop_sync(exc_value)
        finally:
            if loop is not None:
                loop.__exit__(exc_type, exc_value, traceback)


class WebsocketContext(quart.ctx.WebsocketContext):
    """Quart's websocket context, which Flask's extensions see as a request without a body."""

    def __init__(
        self, app: quart.Quart, request: quart.Websocket, session: SessionMixin | None = None
    ) -> None:
        super().__init__(app, request, session)
        self._flask: list[Bound | None] = []

    async def push(self) -> None:
        """Bind the context to the running task and open the session."""
        self._flask.append(bind_request(self))
        await super().push()

    async def pop(self, exc: BaseException | None = _UNSET) -> None:
        """Undo :meth:`push`; the last one runs the teardown functions."""
        try:
            await super().pop(sys.exc_info()[1] if exc is _UNSET else exc)
        finally:
            unbind(self._flask.pop())


def _current_error(exc: BaseException | None) -> BaseException | None:
    return sys.exc_info()[1] if exc is _UNSET else exc


def _send_sync(signal: Signal, app: quart.Quart) -> None:
    signal.send(app, _async_wrapper=_waiting)


def _waiting(receiver: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return run(receiver(*args, **kwargs))

    return call
