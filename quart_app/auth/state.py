"""Who the user of the running request, websocket or background task is, as far as that is known.

The state belongs to the request and not to ``g``: ``g`` is shared by all requests that are made inside one application context,
and one user must never be found in another one's request.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from quart import Quart, current_app, g
from quart.ctx import AppContext, RequestContext, WebsocketContext
from quart.globals import _cv_app, _cv_request, _cv_websocket
from quart.sessions import SessionMixin

from .errors import AuthSetupError
from .flight import SingleFlight

if TYPE_CHECKING:
    from .login_manager import LoginManager

UNSET: Final[Any] = object()
_KEY = "quart_app.auth"
#: Kept on the application context: the user in its ``g``, and the state of the request that put it there.
_SET_BY = "_quart_app_user_set_by"


class UserState:
    """What is known about one request's user.

    Attributes:
        user: The user, or ``UNSET`` when nobody has asked.
        fresh: Overrules the session's word where the session cannot be written (an open websocket).
        acting_id: The id a background task acts for; no session and no cookie is looked at then.
        pinned: The user was given by the application and cannot be loaded again.
        loaded: The user is one that the loader found, by what the request brought.
    """

    __slots__ = ("acting_id", "flight", "fresh", "loaded", "pinned", "user")

    def __init__(self, user: Any = UNSET, acting_id: Any = UNSET) -> None:
        self.user = user
        self.acting_id = acting_id
        self.pinned = user is not UNSET
        self.loaded = False
        self.fresh: bool | None = None
        self.flight: SingleFlight[Any] = SingleFlight("current_user")


_acting: ContextVar[UserState | None] = ContextVar("quart_app_auth_acting", default=None)


def connection() -> RequestContext | WebsocketContext | None:
    """Return the context of the running request or websocket, if there is one."""
    return _cv_request.get(None) or _cv_websocket.get(None)


def required_connection() -> RequestContext | WebsocketContext:
    """Return the context of the running request or websocket.

    Raises:
        RuntimeError: There is none.
    """
    context = connection()
    if context is None:
        raise RuntimeError(
            "Working outside of request context: nobody signs in or out here. Pass the user's id to background"
            " work, and there use `async with acting_as(user_id):`."
        )
    return context


def session_of(context: RequestContext | WebsocketContext) -> SessionMixin:
    """Return the session of a pushed context."""
    session = context.session
    if session is None:
        raise RuntimeError("The session of this context is not open yet.")
    return session


def current_state(create: bool = True) -> UserState | None:
    """Return the state in force here: that of ``acting_as``, else that of the request, else ``None``."""
    acting = _acting.get()
    if acting is not None:
        return acting
    context = connection()
    if context is None:
        return None
    return state_of(context, create)


def state_of(context: RequestContext | WebsocketContext, create: bool = True) -> UserState | None:
    """Return the state of one request; ``None`` if nobody asked for its user and ``create`` is false."""
    attributes = context.request_websocket.__dict__
    state: UserState | None = attributes.get(_KEY)
    if state is None and create:
        state = attributes[_KEY] = UserState()
    return state


def set_user(user: Any, *, loaded: bool = False) -> None:
    """Make ``user`` the user of the running request; ``loaded`` if the loader has found them."""
    state = state_of(required_connection())
    assert state is not None
    state.user = user
    state.loaded = loaded
    # Flask-Login's own place. It is written for those who look there and never read.
    g._login_user = user
    setattr(_cv_app.get(), _SET_BY, (user, state))


def kept_by_hand(context: AppContext, outer: RequestContext | None) -> Any:
    """Return the user that stands in ``g`` where Flask-Login keeps it, unless a request put it there, other than ``outer``; or ``None``."""
    user = context.g.get("_login_user")
    by = getattr(context, _SET_BY, None)
    if by is None or by[0] is not user:
        return user
    return user if outer is not None and by[1] is state_of(outer, create=False) else None


def get_manager(app: Quart | None = None) -> LoginManager:
    """Return the application's LoginManager.

    Raises:
        AuthSetupError: It has none.
    """
    found = getattr(app if app is not None else current_app, "login_manager", None)
    if found is None:
        raise AuthSetupError(
            "This application has no LoginManager: `LoginManager(app)`, or `login_manager.init_app(app)`."
        )
    manager: LoginManager = found
    return manager


def id_for_copy() -> Any:
    """Return whom to load again, each time something runs in a copy of the running request's context.

    An object belongs to the database session of the request, which does one thing at a time.

    Returns:
        ``UNSET`` where the request's own state serves: nobody is signed in, nobody has asked yet, or the user was signed in by this
        very request, whose new row nobody else may see yet.
    """
    context = connection()
    state = None if context is None or _acting.get() is not None else state_of(context, create=False)
    if context is None or state is None or not state.loaded:
        return UNSET
    user_id = session_of(context).get("_user_id")
    # A header may have named somebody else than a session that was refused.
    if user_id is None or str(getattr(state.user, get_manager().id_attribute)()) != str(user_id):
        return UNSET
    return user_id


@contextmanager
def acting_for(user_id: Any) -> Iterator[None]:
    """Run a block in the name of this user, who is loaded when first asked for; with ``UNSET`` nothing changes."""
    if user_id is UNSET:
        yield
        return
    with in_force(UserState(acting_id=user_id)):
        yield


@contextmanager
def in_force(state: UserState) -> Iterator[None]:
    """Let ``state`` say who the user is."""
    token = _acting.set(state)
    try:
        yield
    finally:
        _acting.reset(token)


async def call(function: Callable[..., Any], *args: Any) -> Any:
    """Call what the application registered, sync or async, and wait for the result if it is one to wait for."""
    return await settled(await current_app.ensure_async(function)(*args))


async def settled(value: Any) -> Any:
    """Await ``value`` if it is an awaitable, as what a synchronous wrapper of an async function returns."""
    return await value if inspect.isawaitable(value) else value


async def flag(user: Any, name: str) -> bool:
    """Read ``is_active`` or ``is_authenticated``, a property as Flask-Login wants it, or a method as people write it.

    Flask-Login takes a bound method for true, so ``def is_authenticated(self): return False`` let everybody in.
    """
    value = getattr(user, name)
    if callable(value):
        value = value()
    return bool(await settled(value))


@asynccontextmanager
async def acting_as(user: Any) -> AsyncIterator[None]:
    """Run a block, most often of a background task, in the name of a user.

    Inside it ``await current_user`` is that user, loaded by the user loader when first asked for. What request the task was
    started from no longer matters.

    Args:
        user: The user's id, as the user loader takes it; a user; or ``None``: nobody.
    """
    if user is None:
        state = UserState(get_manager().anonymous_user())
    elif hasattr(user, get_manager().id_attribute):
        state = UserState(user)
    else:
        state = UserState(acting_id=user)
    with in_force(state):
        yield
