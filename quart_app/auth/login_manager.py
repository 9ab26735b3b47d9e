"""``LoginManager``: how an application signs its users in."""

from __future__ import annotations

import datetime as _datetime
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Self, TypeVar
from weakref import WeakSet

from quart import Quart, current_app, has_app_context
from quart.ctx import RequestContext
from quart.signals import before_render_template

from .challenges import Challenges
from .config import COOKIE_DURATION, ID_ATTRIBUTE, SESSION_VERSION_ATTRIBUTE
from .cookies import (
    AnyResponse,
    as_duration,
    escape_location,
    remember_cookie_attributes,
    remember_cookie_name,
    secure_session_cookie,
)
from .loading import find_user
from .mixins import AnonymousUserMixin
from .protection import _create_identifier
from .state import call, connection, required_connection, session_of, set_user, settled, state_of
from .templates import put_user_into_template, template_context
from .tokens import dump_remember_token, load_remember_token

if TYPE_CHECKING:
    from .cache import UserCache
    from .transports import Transport

F = TypeVar("F", bound=Callable[..., Any])


class datetime(_datetime.datetime):  # noqa: N801
    """The clock of the remember cookie. Tests of Flask-Login applications patch ``login_manager.datetime.utcnow``."""

    @classmethod
    def utcnow(cls) -> Self:
        """Return the time in UTC, without a time zone."""
        return cls.now(_datetime.UTC).replace(tzinfo=None)


class LoginManager(Challenges):
    """Holds how users are found, refused and remembered. One manager may serve several applications.

    Args:
        app: The application; or call :meth:`init_app` later.
        add_context_processor: Whether templates know ``current_user``.
    """

    def __init__(self, app: Quart | None = None, add_context_processor: bool = True) -> None:
        super().__init__()
        #: Makes the user who is there when nobody is signed in: a class or a function without arguments.
        self.anonymous_user: Callable[[], Any] = AnonymousUserMixin
        #: ``"basic"``, ``"strong"`` or ``None``; ``SESSION_PROTECTION`` in the configuration comes first.
        self.session_protection: str | None = "basic"
        #: The user's method that returns the id.
        self.id_attribute = ID_ATTRIBUTE
        #: The user's attribute that, when it changes, ends all sessions and remember cookies of the user. Users need not have it.
        self.session_version_attribute: str | None = SESSION_VERSION_ATTRIBUTE
        #: Other ways to prove who one is, tried in this order: see ``transports.py``.
        self.transports: list[Transport] = []
        self._user_callback: Callable[..., Any] | None = None
        self._header_callback: Callable[..., Any] | None = None
        self._request_callback: Callable[..., Any] | None = None
        self._session_identifier_generator: Callable[[], Any] = _create_identifier
        #: The applications that are served.
        self.apps: WeakSet[Quart] = WeakSet()
        #: The cache of users across requests, if :meth:`cache_users` made one.
        self.user_cache: UserCache | None = None
        self._loaded_with: tuple[Any, ...] = ()
        if app is not None:
            self.init_app(app, add_context_processor)

    def init_app(self, app: Quart, add_context_processor: bool = True) -> None:
        """Serve ``app``.

        Args:
            app: The application.
            add_context_processor: Whether templates know ``current_user``.
        """
        app.login_manager = self  # type: ignore[attr-defined]
        self.apps.add(app)
        app.after_request(self._update_remember_cookie)
        app.after_serving(self._close_cache)
        secure_session_cookie(app)
        if add_context_processor:
            app.context_processor(template_context)
            before_render_template.connect(put_user_into_template, app)

    def setup_app(self, app: Quart, add_context_processor: bool = True) -> None:
        """Do what :meth:`init_app` does, under its old name."""
        warnings.warn("'setup_app' is deprecated; use 'init_app' instead.", DeprecationWarning, stacklevel=2)
        self.init_app(app, add_context_processor)

    # What the application registers

    def user_loader(self, callback: F) -> F:
        """Register the function that takes a user's id and returns the user, or ``None``. It may be async."""
        self._user_callback = callback
        return callback

    @property
    def user_callback(self) -> Callable[..., Any] | None:
        """The registered user loader."""
        return self._user_callback

    def request_loader(self, callback: F) -> F:
        """Register the function that takes the request and returns its user, or ``None``. It may be async."""
        self._request_callback = callback
        return callback

    @property
    def request_callback(self) -> Callable[..., Any] | None:
        """The registered request loader."""
        return self._request_callback

    def header_loader(self, callback: F) -> F:
        """Register the function that takes the ``Authorization`` header; :meth:`request_loader` replaces it."""
        warnings.warn(
            "'header_loader' is deprecated; use 'request_loader' instead.", DeprecationWarning, stacklevel=2
        )
        self._header_callback = callback
        return callback

    def add_transport(self, transport: Transport) -> Transport:
        """Accept another proof of identity, a bearer token or basic credentials, after those already accepted."""
        self.transports.append(transport)
        return transport

    def cache_users(
        self,
        model: type[Any],
        fields: Iterable[str],
        *,
        store: str = "memory",
        seconds: float = 30.0,
        absent_seconds: float = 2.0,
        size: int = 10_000,
        ignore: Iterable[str] = (),
        prefix: str | None = None,
    ) -> UserCache:
        """Keep copies of users across requests; from now on ``await current_user`` gives a copy, and :func:`live_user` the row.

        Args:
            model: The user class.
            fields: What is copied, by name; ``"roles.name"`` for what a relationship leads to.
            store: ``"memory"``, or the URL of a Redis server. ``AUTH_USER_CACHE`` in the configuration comes first; ``"off"``
                there switches the cache off.
            seconds: How long a copy lives. In memory this is how long other workers may not know of a change.
            absent_seconds: How long it is believed that there is no such user.
            size: How many copies memory holds.
            ignore: Columns of the user whose changes leave the copy good, such as the time of the last visit.
            prefix: What the keys in Redis begin with.
        """
        from .cache import UserCache  # an application without a cache does not need SQLAlchemy

        self.user_cache = UserCache(
            self,
            model,
            fields,
            store=store,
            seconds=seconds,
            absent_seconds=absent_seconds,
            size=size,
            ignore=ignore,
            prefix=prefix,
        )
        return self.user_cache

    def load_with(self, *relationships: Any) -> None:
        """Load these relationships of the user in the statement that loads the user: ``load_with(User.roles)``."""
        self._loaded_with = relationships

    # Loading

    @property
    def loads_users(self) -> bool:
        """Whether anything is registered that could load a user."""
        return bool(self._user_callback or self._request_callback or self.transports)

    async def load_user_by_id(self, user_id: Any) -> Any:
        """Return the user with this id as the user loader gives it, for work outside of a request; anonymous if there is none."""
        user = await self.find_user_by_id(user_id)
        return await self._anonymous() if user is None else user

    async def find_user_by_id(self, user_id: Any) -> Any:
        """Return the user with this id, from the user cache if there is one; ``None`` if there is no such user."""
        if self._user_callback is None:
            return None
        if self.user_cache is not None:
            return await self.user_cache.find(user_id)
        return await self._load_by_id(user_id)

    async def _load_by_id(self, user_id: Any) -> Any:
        if self._user_callback is None:
            return None
        if not self._loaded_with:
            return await call(self._user_callback, user_id)
        from .cache.listening import joined, loading_together

        with loading_together(self._loaded_with[0].class_, joined(self._loaded_with)):
            return await call(self._user_callback, user_id)

    async def _anonymous(self) -> Any:
        return await settled(self.anonymous_user())

    async def _load_user(self) -> None:
        context = required_connection()
        state = state_of(context)
        assert state is not None
        user = await find_user(self, context, state)
        set_user(await self._anonymous() if user is None else user, loaded=user is not None)

    def _update_request_context_with_user(self, user: Any = None) -> None:
        set_user(self.anonymous_user() if user is None else user)

    async def _close_cache(self) -> None:
        if self.user_cache is not None:
            await self.user_cache.close(current_app._get_current_object())  # type: ignore[attr-defined]

    # The response

    async def _update_remember_cookie(self, response: AnyResponse) -> AnyResponse:
        context = connection()
        if not isinstance(context, RequestContext):
            return response
        if 300 <= response.status_code < 400:
            escape_location(response)
        if state_of(context, create=False) is not None:
            response.vary.add("Cookie")
            if self.transports:
                response.vary.add("Authorization")
        session = session_of(context)
        if "_remember" in session:
            operation = session.pop("_remember")
            if operation == "set" and "_user_id" in session:
                self._set_cookie(response)
            elif operation == "clear":
                self._clear_cookie(response)
        elif context.app.config.get("REMEMBER_COOKIE_REFRESH_EACH_REQUEST") and self._remembers(context):
            self._set_cookie(response)
        return response

    def _remembers(self, context: RequestContext) -> bool:
        # Flask-Login gives the year-long cookie to everybody here, also to those who never asked to be remembered.
        session = session_of(context)
        if session.get("_user_id") is None:
            return False
        cookie = context.request.cookies.get(remember_cookie_name(context.app))
        claim = None if cookie is None else load_remember_token(cookie)
        if claim is not None:
            return claim.user_id == str(session["_user_id"])
        return bool(session.get("_remembered"))

    def _set_cookie(self, response: AnyResponse) -> None:
        context = required_connection()
        app, session = context.app, session_of(context)
        if "_remember_seconds" in session:
            duration = as_duration(session["_remember_seconds"])
        else:
            duration = as_duration(app.config.get("REMEMBER_COOKIE_DURATION", COOKIE_DURATION))
        token = dump_remember_token(
            str(session["_user_id"]), session.get("_user_version"), duration.total_seconds()
        )
        response.set_cookie(
            remember_cookie_name(app),
            token,
            expires=datetime.utcnow() + duration,
            **remember_cookie_attributes(app),
        )
        response.vary.add("Cookie")

    def _clear_cookie(self, response: AnyResponse) -> None:
        app = required_connection().app
        response.delete_cookie(remember_cookie_name(app), **remember_cookie_attributes(app))
        response.vary.add("Cookie")

    # Flask-Login's old switch

    @property
    def _login_disabled(self) -> bool:
        self._warn_login_disabled()
        return has_app_context() and bool(current_app.config.get("LOGIN_DISABLED", False))

    @_login_disabled.setter
    def _login_disabled(self, value: bool) -> None:
        self._warn_login_disabled()
        current_app.config["LOGIN_DISABLED"] = value

    @staticmethod
    def _warn_login_disabled() -> None:
        warnings.warn(
            "'_login_disabled' is deprecated; use 'LOGIN_DISABLED' in 'app.config' instead.",
            DeprecationWarning,
            stacklevel=3,
        )
