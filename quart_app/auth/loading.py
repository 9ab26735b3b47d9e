"""Who the user is: from the session, the remember cookie, a transport or the request loader, in this order."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from quart import Quart
from quart.ctx import RequestContext, WebsocketContext
from quart.sessions import SessionMixin

from .config import AUTH_HEADER_NAME, COOKIE_NAME, OWN_SESSION_KEYS
from .errors import AuthSetupError
from .protection import session_protection_failed
from .signals import (
    _user_loaded_from_header,
    send,
    user_accessed,
    user_loaded_from_cookie,
    user_loaded_from_request,
)
from .state import UserState, call, session_of, settled
from .tokens import legacy_accepted, load_remember_token

if TYPE_CHECKING:
    from .login_manager import LoginManager

Context = RequestContext | WebsocketContext


async def find_user(manager: LoginManager, context: Context, state: UserState) -> Any:
    """Return the user that the running request proves to be, or ``None``.

    Raises:
        AuthSetupError: Nothing is registered that could load a user.
    """
    if not manager.loads_users:
        raise AuthSetupError(
            "Missing user_loader or request_loader. Register one: `@login_manager.user_loader`."
        )
    app = context.app
    await send(user_accessed, app)
    if _ambiguous(app, context) or await session_protection_failed(manager, context, state):
        return None
    session = session_of(context)
    user = await _from_session(manager, context, session)
    if user is not None:
        return user
    name = app.config.get("REMEMBER_COOKIE_NAME", COOKIE_NAME)
    cookie = context.request_websocket.cookies.get(name)
    if cookie is not None and session.get("_remember") != "clear":
        user = await _from_remember_cookie(manager, context, state, cookie)
        if user is not None:
            return user
    return await _from_request(manager, context)


def _ambiguous(app: Quart, context: Context) -> bool:
    """Whether the client sent two different values for one of the cookies that say who it is.

    A neighbouring host can set a cookie that is sent in front of ours, and so choose whose session is used.
    """
    if app.config.get("AUTH_DUPLICATE_COOKIES", "refuse") == "first":
        return False
    cookies = context.request_websocket.cookies
    names = (app.config["SESSION_COOKIE_NAME"], app.config.get("REMEMBER_COOKIE_NAME", COOKIE_NAME))
    return any(len(set(cookies.getlist(name))) > 1 for name in names)


async def _from_session(manager: LoginManager, context: Context, session: SessionMixin) -> Any:
    user_id = session.get("_user_id")
    if user_id is None or manager._user_callback is None:
        return None
    if _timed_out(context, session):
        return None
    user = await manager.find_user_by_id(user_id)
    if user is None or not version_fits(manager, user, session.get("_user_version")):
        return None
    return user


def user_version(manager: LoginManager, user: Any) -> str | None:
    """Return the session version that the user carries, as text; ``None`` if they carry none."""
    name = manager.session_version_attribute
    version = getattr(user, name, None) if name else None
    return None if version is None else str(version)


def version_fits(manager: LoginManager, user: Any, given: str | None) -> bool:
    """Whether a session or token issued for version ``given`` is still good for ``user``."""
    current = user_version(manager, user)
    if current is None:
        return True
    if given is None:
        return legacy_accepted(versioned=True)
    return given == current


def _seconds(value: Any) -> float:
    return float(value.total_seconds() if hasattr(value, "total_seconds") else value)


def _timed_out(context: Context, session: SessionMixin) -> bool:
    """Apply ``AUTH_ABSOLUTE_TIMEOUT`` and ``AUTH_IDLE_TIMEOUT`` to the times that the session carries, signed."""
    config = context.app.config
    now = int(time.time())
    writable = isinstance(context, RequestContext)
    absolute, idle = config.get("AUTH_ABSOLUTE_TIMEOUT"), config.get("AUTH_IDLE_TIMEOUT")
    timed_out = (absolute is not None and now - session.get("_signed_in_at", now) >= _seconds(absolute)) or (
        idle is not None and now - session.get("_seen_at", now) >= _seconds(idle)
    )
    if not writable:
        return timed_out
    if timed_out:
        for key in ("_user_id", "_fresh", "_id", *OWN_SESSION_KEYS):
            session.pop(key, None)
        return True
    if absolute is not None and "_signed_in_at" not in session:
        session["_signed_in_at"] = now
    if idle is not None and now - session.get("_seen_at", 0) >= _seconds(idle) / 10:
        session["_seen_at"] = now
    return False


async def _from_remember_cookie(
    manager: LoginManager, context: Context, state: UserState, cookie: str
) -> Any:
    claim = load_remember_token(cookie)
    if claim is None or manager._user_callback is None:
        return None
    user = await manager.find_user_by_id(claim.user_id)
    if user is None or not version_fits(manager, user, claim.version):
        return None
    state.fresh = False
    if isinstance(context, RequestContext):  # on an open websocket no cookie could carry it
        session = session_of(context)
        session["_user_id"] = claim.user_id
        session["_fresh"] = False
        # Flask-Login leaves this out, and under "strong" its next request empties the session again.
        session["_id"] = await settled(manager._session_identifier_generator())
        session["_remembered"] = True
        stamp(manager, user, session, context.app)
    await send(user_loaded_from_cookie, context.app, user=user)
    return user


def stamp(manager: LoginManager, user: Any, session: SessionMixin, app: Quart) -> None:
    """Write the facts of a new sign-in that only this package knows, where the application uses them."""
    version = user_version(manager, user)
    if version is None:
        session.pop("_user_version", None)
    else:
        session["_user_version"] = version
    now = int(time.time())
    for key, setting in (("_signed_in_at", "AUTH_ABSOLUTE_TIMEOUT"), ("_seen_at", "AUTH_IDLE_TIMEOUT")):
        if app.config.get(setting) is not None:
            session[key] = now


async def _from_request(manager: LoginManager, context: Context) -> Any:
    app, request = context.app, context.request_websocket
    for transport in manager.transports:
        user = await transport.find_user(manager, request)
        if user is not None:
            await send(user_loaded_from_request, app, user=user)
            return user
    if manager._request_callback is not None:
        user = await call(manager._request_callback, request)
        if user is not None:
            await send(user_loaded_from_request, app, user=user)
        return user
    header = request.headers.get(app.config.get("AUTH_HEADER_NAME", AUTH_HEADER_NAME))
    if header is not None and manager._header_callback is not None:
        user = await call(manager._header_callback, header)
        if user is not None:
            await send(_user_loaded_from_header, app, user=user)
        return user
    return None
