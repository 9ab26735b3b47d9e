"""Signing in and out, in Flask-Login's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from quart import current_app, g
from quart.sessions import SessionMixin

from .cookies import remember_cookie_name
from .guards import fresh_login_required, is_fresh, login_required
from .loading import stamp
from .proxy import CurrentUser, current_user, get_user, reload_user
from .redirects import expand_login_view, login_url, make_next_param
from .signals import send, user_logged_in, user_logged_out, user_login_confirmed
from .state import UNSET, flag, get_manager, required_connection, session_of, set_user, settled, state_of
from .templates import user_context_processor as _user_context_processor
from .tokens import _cookie_digest, _secret_key, decode_cookie, encode_cookie, load_remember_token

__all__ = [
    "_cookie_digest",
    "_secret_key",
    "_user_context_processor",
    "confirm_login",
    "current_user",
    "decode_cookie",
    "encode_cookie",
    "expand_login_view",
    "fresh_login_required",
    "login_fresh",
    "login_remembered",
    "login_required",
    "login_url",
    "login_user",
    "logout_user",
    "make_next_param",
    "reload_user",
    "set_login_view",
]


def _get_user() -> Any:
    """Return ``UNSET``. Tests put a function that gives a user in its place, as they do with Flask-Login's of this name."""
    return UNSET


async def login_user(
    user: Any,
    remember: bool = False,
    duration: timedelta | None = None,
    force: bool = False,
    fresh: bool = True,
) -> bool:
    """Sign ``user`` in.

    What the session held for another user is dropped, and the CSRF token is made anew.

    Args:
        user: The user.
        remember: Whether the user is still known when the session has ended.
        duration: For how long; ``REMEMBER_COOKIE_DURATION`` when left out.
        force: Sign in an inactive user as well.
        fresh: Whether the session counts as fresh.

    Returns:
        Whether the user was signed in; an inactive one is not.

    Raises:
        TypeError: ``duration`` is no timedelta.
    """
    context = required_connection()
    app, session = context.app, session_of(context)
    manager = get_manager(app)
    if type(user) is CurrentUser:
        user = await user
    if not force and not await flag(user, "is_active"):
        return False
    if remember and duration is not None and not isinstance(duration, timedelta):
        raise TypeError(f"duration must be a datetime.timedelta, instead got: {duration}")
    user_id = await settled(getattr(user, manager.id_attribute)())
    _change_hands(session, user_id)
    session["_user_id"] = user_id
    session["_fresh"] = fresh
    session["_id"] = await settled(manager._session_identifier_generator())
    stamp(manager, user, session, app)
    if remember:
        session["_remember"] = "set"
        session["_remembered"] = True
        if duration is not None:
            session["_remember_seconds"] = duration.total_seconds()
    elif _remembers_another(context.request_websocket.cookies.get(remember_cookie_name(app)), user_id):
        session["_remember"] = "clear"
    set_user(user)
    state = state_of(context)
    assert state is not None
    state.fresh = None
    await send(user_logged_in, app, user=user)
    return True


def _change_hands(session: SessionMixin, user_id: Any) -> None:
    """Keep what one user left in the session from the next one, and the token of a form from before the sign-in."""
    before = session.get("_user_id")
    if before is not None and str(before) == str(user_id):
        return
    if before is not None:
        for key in set(session) - {"_permanent"}:
            session.pop(key)
    name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    session.pop(name, None)
    g.pop(name, None)


def _remembers_another(cookie: str | None, user_id: Any) -> bool:
    claim = None if cookie is None else load_remember_token(cookie)
    return claim is not None and claim.user_id != str(user_id)


async def logout_user() -> bool:
    """Sign the current user out, and forget the remember cookie.

    Returns:
        ``True``.
    """
    context = required_connection()
    app, session = context.app, session_of(context)
    manager = get_manager(app)
    signed_in = session.get("_user_id")
    try:
        # Only the receivers of the signal want to know who it was.
        user = await get_user() if user_logged_out.receivers else None
    finally:
        for key in ("_user_id", "_fresh", "_id", "_user_version", "_signed_in_at", "_seen_at", "_remembered"):
            session.pop(key, None)
        if remember_cookie_name(app) in context.request_websocket.cookies:
            session["_remember"] = "clear"
        else:
            session.pop("_remember", None)
        session.pop("_remember_seconds", None)
    if manager.user_cache is not None and signed_in is not None:
        await manager.user_cache.invalidate(signed_in)
    await send(user_logged_out, app, user=user)
    set_user(await manager._anonymous())
    return True


async def confirm_login() -> None:
    """Make the session fresh again, after the user has proved once more who they are."""
    context = required_connection()
    session = session_of(context)
    session["_fresh"] = True
    session["_id"] = await settled(get_manager()._session_identifier_generator())
    state = state_of(context)
    assert state is not None
    state.fresh = None
    await send(user_login_confirmed, context.app)


def login_fresh() -> bool:
    """Return whether the user signed in during this session, and was not just remembered."""
    return is_fresh()


def login_remembered() -> bool:
    """Return whether a valid remember cookie came with the request."""
    context = required_connection()
    state_of(context)  # the answer depends on the cookie, so the response says Vary
    cookie = context.request_websocket.cookies.get(remember_cookie_name(context.app))
    if cookie is None or session_of(context).get("_remember") == "clear":
        return False
    return load_remember_token(cookie) is not None


def set_login_view(login_view: str, blueprint: Any = None) -> None:
    """Set the login view of the application, or of one blueprint.

    Args:
        login_view: The name of the view, or a URL.
        blueprint: The blueprint.
    """
    manager = get_manager()
    views = manager.blueprint_login_views
    if blueprint is None and not views:
        manager.login_view = login_view
        return
    views[None if blueprint is None else blueprint.name] = login_view
    if manager.login_view is not None and None not in views:
        views[None] = manager.login_view
    manager.login_view = None
