"""Whose request it is, where a test has opened a context itself.

Flask pushes no application context for a request if one of the same application is open already: ``g`` is shared, and Flask-Login (since
0.6.2) keeps the user in it. So a test sees, in a request context of its own, who signed in with the client's request, and a user whom
the test signed in is the user of the requests that follow. Our layer keeps the user with the request; here the test client, and nobody
else, hands them over. Who was left by an earlier request is not handed on: that is what the session and its cookie are for.
"""

from __future__ import annotations

from typing import Any

from quart import Quart
from quart.ctx import AppContext, RequestContext
from quart.globals import _cv_app, _cv_request

from ..auth.state import UNSET, get_manager, kept_by_hand, state_of


class SignedIn:
    """The user of one application context, before and after a request that is made inside it."""

    def __init__(self, app: Quart) -> None:
        """Look at what the test has open."""
        self._app = app
        context = _cv_app.get(None)
        has_users = getattr(app, "login_manager", None) is not None
        self._shared: AppContext | None = (
            context if has_users and context is not None and context.app is app else None
        )
        request = _cv_request.get(None)
        self._outer = request if request is not None and request.app is app else None

    def before(self, context: RequestContext) -> None:
        """Let the request that starts have the user whom the test signed in."""
        if self._shared is None or _cv_app.get(None) is not self._shared:
            return
        user = kept_by_hand(self._shared, self._outer)
        if user is not None and not self._is_nobody(user):
            state = state_of(context)
            assert state is not None
            state.user = user

    def after(self, context: RequestContext | None) -> None:
        """Let the test's own request context have the user of the request that is over."""
        if self._shared is None or context is None:
            return
        state = state_of(context, create=False)
        if state is None or state.user is UNSET or self._shared.g.get("_login_user") is not state.user:
            return
        if self._outer is not None:
            outer = state_of(self._outer)
            assert outer is not None
            outer.user = state.user

    def _is_nobody(self, user: Any) -> bool:
        anonymous = get_manager(self._app).anonymous_user
        return isinstance(anonymous, type) and isinstance(user, anonymous)
