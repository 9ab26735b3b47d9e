"""The guards of views: ``login_required`` and ``fresh_login_required``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec

from quart import Response, abort, current_app
from quart.ctx import RequestContext, WebsocketContext

from .config import EXEMPT_METHODS, WEBSOCKET_RECHECK
from .loading import find_user
from .proxy import get_user
from .state import UserState, connection, flag, get_manager, required_connection, session_of, state_of

P = ParamSpec("P")

#: The close code of a websocket whose user may no longer be there: "policy violation".
_POLICY_VIOLATION = 1008


def login_required(func: Callable[P, Any]) -> Callable[P, Awaitable[Any]]:
    """Let only users who are signed in reach a view; others meet :meth:`LoginManager.unauthorized`.

    It guards sync and async views, methods and ``decorators`` of class-based views, and websockets, which are refused before
    they are accepted and closed when their user is no longer active. It has to stand below ``@app.route``.
    ``OPTIONS`` requests pass, and everything does under ``LOGIN_DISABLED``.
    """
    return _guard(func, fresh=False)


def fresh_login_required(func: Callable[P, Any]) -> Callable[P, Awaitable[Any]]:
    """Let only users reach a view who signed in during this session; remembered ones meet :meth:`LoginManager.needs_refresh`.

    For the rest it is :func:`login_required`.
    """
    return _guard(func, fresh=True)


def _guard(func: Callable[P, Any], fresh: bool) -> Callable[P, Awaitable[Any]]:
    @wraps(func)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        context = required_connection()
        if _exempt(context):
            return await current_app.ensure_async(func)(*args, **kwargs)
        if not await signed_in():
            return await _refusal(get_manager().unauthorized())
        if fresh and not is_fresh():
            return await _refusal(get_manager().needs_refresh())
        view = current_app.ensure_async(func)(*args, **kwargs)
        if isinstance(context, RequestContext):
            return await view
        return await _watched(view, context)

    return guarded


def _exempt(context: Any) -> bool:
    if current_app.config.get("LOGIN_DISABLED"):
        return True
    return isinstance(context, RequestContext) and context.request.method in EXEMPT_METHODS


async def signed_in() -> bool:
    """Return whether the current user is signed in."""
    user = await get_user()
    return user is not None and await flag(user, "is_authenticated")


def is_fresh() -> bool:
    """Return whether the user signed in during this session."""
    context = required_connection()
    state = state_of(context)  # from here on the response says Vary: Cookie
    if state is not None and state.fresh is not None:
        return state.fresh
    return bool(session_of(context).get("_fresh", False))


async def _refusal(answer: Awaitable[Any]) -> Any:
    """Return the answer of a handler; a websocket handler's silence is a refusal too."""
    response = await answer
    if response is None and not isinstance(connection(), RequestContext):
        abort(401)
    return response


async def _watched(view: Awaitable[Response | None], context: WebsocketContext) -> Any:
    """Run the view of a websocket, and look from time to time whether its user may still be there."""
    every: float | None = current_app.config.get("AUTH_WEBSOCKET_RECHECK", WEBSOCKET_RECHECK)
    if not every:
        return await view
    here = asyncio.current_task()
    assert here is not None
    dismissed = False

    async def watch() -> None:
        nonlocal dismissed
        while True:
            await asyncio.sleep(every)
            async with current_app._get_current_object().app_context():  # type: ignore[attr-defined]
                try:
                    # The user that the view holds stays: this one's database session ends here.
                    user = await find_user(get_manager(), context, UserState())
                    welcome = user is not None and await flag(user, "is_authenticated")
                except Exception:
                    current_app.logger.exception("The user of an open websocket could not be looked up")
                    welcome = False
            if not welcome:
                dismissed = True
                here.cancel()
                return

    watcher = asyncio.create_task(watch())
    try:
        return await view
    except asyncio.CancelledError:
        if not dismissed:
            raise
        here.uncancel()
        await context.websocket.close(_POLICY_VIOLATION)
        return None
    finally:
        watcher.cancel()
