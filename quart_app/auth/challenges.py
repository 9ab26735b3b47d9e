"""What a visitor meets who may not enter: the login page, a 401, or what the application registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from quart import Response, abort, flash, redirect
from quart.ctx import RequestContext
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as WerkzeugResponse

from .config import (
    LOGIN_MESSAGE,
    LOGIN_MESSAGE_CATEGORY,
    REFRESH_MESSAGE,
    REFRESH_MESSAGE_CATEGORY,
    USE_SESSION_FOR_NEXT,
)
from .redirects import expand_login_view, login_url, make_next_param, request_url
from .signals import send, user_needs_refresh, user_unauthorized
from .state import call, required_connection, session_of, settled

if TYPE_CHECKING:
    from .transports import Transport

F = TypeVar("F", bound=Callable[..., Any])


class Challenges:
    """The half of :class:`~quart_app.auth.LoginManager` that refuses."""

    transports: list[Transport]
    _session_identifier_generator: Callable[[], Any]

    def __init__(self) -> None:
        #: Where to sign in: the name of a view, or a URL. Without it a refused visitor gets a 401.
        self.login_view: str | None = None
        #: Where to sign in, for each blueprint by name.
        self.blueprint_login_views: dict[str | None, str | None] = {}
        #: Flashed on the way to the login page, with its category; none if empty.
        self.login_message: str | None = LOGIN_MESSAGE
        self.login_message_category = LOGIN_MESSAGE_CATEGORY
        #: Where to sign in again when the session is not fresh.
        self.refresh_view: str | None = None
        #: Flashed on the way there, with its category.
        self.needs_refresh_message: str | None = REFRESH_MESSAGE
        self.needs_refresh_message_category = REFRESH_MESSAGE_CATEGORY
        #: Translates both messages; may be async.
        self.localize_callback: Callable[[Any], Any] | None = None
        self.unauthorized_callback: Callable[[], Any] | None = None
        self.needs_refresh_callback: Callable[[], Any] | None = None

    def unauthorized_handler(self, callback: F) -> F:
        """Register the function that answers a visitor who is not signed in. It may be async."""
        self.unauthorized_callback = callback
        return callback

    def needs_refresh_handler(self, callback: F) -> F:
        """Register the function that answers a user whose session is not fresh. It may be async."""
        self.needs_refresh_callback = callback
        return callback

    async def unauthorized(self) -> Any:
        """Refuse a visitor who is not signed in; return the result from the view.

        The registered handler answers; without one, a redirect to the login view of the blueprint or of the
        application, which learns the way back as ``next``; without that, and for a websocket, a 401.

        Raises:
            Unauthorized: There is nowhere to send the visitor.
        """
        context = required_connection()
        await send(user_unauthorized, context.app)
        if self.unauthorized_callback is not None:
            return await call(self.unauthorized_callback)
        blueprint = context.request_websocket.blueprint
        view = self.blueprint_login_views.get(blueprint, self.login_view)
        return await self._send_to(view, self.login_message, self.login_message_category)

    async def needs_refresh(self) -> Any:
        """Ask a user whose session is not fresh to sign in again; return the result from the view.

        Raises:
            Unauthorized: There is no ``refresh_view``, and no handler.
        """
        await send(user_needs_refresh, required_connection().app)
        if self.needs_refresh_callback is not None:
            return await call(self.needs_refresh_callback)
        return await self._send_to(
            self.refresh_view, self.needs_refresh_message, self.needs_refresh_message_category
        )

    async def _send_to(
        self, view: str | None, message: str | None, category: str
    ) -> Response | WerkzeugResponse:
        context = required_connection()
        if not view or not isinstance(context, RequestContext):
            challenges = [transport.challenge() for transport in self.transports]
            if challenges:
                raise Unauthorized(www_authenticate=challenges)
            abort(401)
        if message:
            translated = message
            if self.localize_callback is not None:
                translated = await call(self.localize_callback, message)
            await flash(translated, category)
        if context.app.config.get("USE_SESSION_FOR_NEXT", USE_SESSION_FOR_NEXT):
            session = session_of(context)
            session["_id"] = await settled(self._session_identifier_generator())
            session["next"] = make_next_param(expand_login_view(view), request_url(context))
            return redirect(login_url(view))
        return redirect(login_url(view, next_url=request_url(context)))
