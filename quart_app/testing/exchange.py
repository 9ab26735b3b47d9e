"""One request of the test client, watched from inside the application.

The request runs in a task of its own. What a test wants to know afterwards (the contexts it had, the exception that its
view raised) is noted here by receivers of Quart's signals, found again through the ASGI scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any, Self

from quart import Quart
from quart.ctx import AppContext, RequestContext
from quart.globals import _cv_app, _cv_request
from quart.signals import appcontext_popped, got_request_exception, request_started

from ..bridge.flask_context import bind_app, bind_request
from .signed_in import SignedIn

SCOPE_KEY = "quart_app.testing"


class Exchange:
    """What happened in one request."""

    def __init__(self, app: Quart) -> None:
        self.app = app
        self.error: BaseException | None = None
        self.request_context: RequestContext | None = None
        self.app_context: AppContext | None = None
        self.signed_in = SignedIn(app)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        # An ASGI middleware may copy the scope (hypercorn's ProxyFix does); it must still lead here.
        return self

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Listen while the request runs."""
        with (
            request_started.connected_to(self._started, sender=self.app),
            got_request_exception.connected_to(self._failed, sender=self.app),
        ):
            yield

    async def _started(self, _app: Quart, **_: Any) -> None:
        if self._is_current():
            self.request_context = _cv_request.get()
            self.app_context = _cv_app.get()
            self.signed_in.before(self.request_context)

    async def _failed(self, _app: Quart, exception: BaseException, **_: Any) -> None:
        if self._is_current():
            self.error = exception

    def _is_current(self) -> bool:
        context = _cv_request.get(None)
        return context is not None and context.request.scope.get(SCOPE_KEY) is self

    def raise_error(self) -> None:
        """Raise the view's exception where Flask's client raises it (CATALOGUE: a 500 page on Quart)."""
        propagate = self.app.config["PROPAGATE_EXCEPTIONS"]
        if propagate is None:
            propagate = self.app.testing or self.app.debug
        if self.error is not None and propagate:
            raise self.error


class KeptContexts:
    """The contexts of the last request, current again after it, until released.

    ``request``, ``session`` and ``g`` then answer in the test. As in Flask, the teardown functions have run when the
    request ended and run once more at the release, for what the test itself opened.
    """

    def __init__(self, exchange: Exchange, *, own_app_context: bool) -> None:
        self._app = exchange.app
        self._request_context = exchange.request_context
        self._app_context = exchange.app_context
        self._own_app_context = own_app_context
        self._tokens: list[tuple[ContextVar[Any], Token[Any]]] = []

    def make_current(self) -> None:
        """Let the test see them."""
        self._tokens = self._set()

    async def release(self) -> None:
        """Tear them down and give the test back what it saw before."""
        own = self._set()
        try:
            if self._request_context is not None:
                await self._app.do_teardown_request(None, self._request_context)
            if self._own_app_context:
                await self._app.do_teardown_appcontext(None)
        finally:
            _reset(own)
            _reset(self._tokens)
        if self._own_app_context:
            await appcontext_popped.send_async(self._app, _sync_wrapper=self._app.ensure_async)  # type: ignore[arg-type]

    def _set(self) -> list[tuple[ContextVar[Any], Token[Any]]]:
        tokens: list[tuple[ContextVar[Any], Token[Any]]] = []
        if self._app_context is not None:
            tokens.append((_cv_app, _cv_app.set(self._app_context)))
            tokens += filter(None, [bind_app(self._app_context)])
        if self._request_context is not None:
            tokens.append((_cv_request, _cv_request.set(self._request_context)))
            tokens += filter(None, [bind_request(self._request_context)])
        return tokens


def _reset(tokens: list[tuple[ContextVar[Any], Token[Any]]]) -> None:
    while tokens:
        variable, token = tokens.pop()
        try:
            variable.reset(token)
        except ValueError:
            # Set in another context: a fixture holds the client, the test (which is over) made the request.
            continue
