"""The signals, under Flask-Login's names. Receivers may be sync or async; the sender is the application."""

from __future__ import annotations

import warnings
from typing import Any

from blinker import NamedSignal, Namespace
from quart import Quart

_signals = Namespace()

#: A user was signed in; receivers get ``user``.
user_logged_in = _signals.signal("logged-in")

#: A user was signed out; receivers get ``user``.
user_logged_out = _signals.signal("logged-out")

#: The user was loaded from the remember cookie; receivers get ``user``.
user_loaded_from_cookie = _signals.signal("loaded-from-cookie")

_user_loaded_from_header = _signals.signal("loaded-from-header")

#: The user was loaded by the request loader or a transport; receivers get ``user``.
user_loaded_from_request = _signals.signal("loaded-from-request")

#: A session was made fresh again by ``confirm_login``.
user_login_confirmed = _signals.signal("login-confirmed")

#: A visitor was refused by ``LoginManager.unauthorized``.
user_unauthorized = _signals.signal("unauthorized")

#: A user whose session is not fresh was refused by ``LoginManager.needs_refresh``.
user_needs_refresh = _signals.signal("needs-refresh")

#: The user of a request is about to be loaded.
user_accessed = _signals.signal("accessed")

#: Session protection marked a session as not fresh, or emptied it.
session_protected = _signals.signal("session-protected")


async def send(signal: NamedSignal, app: Quart, **arguments: Any) -> None:
    """Send ``signal`` to its receivers, the synchronous ones as the application runs synchronous code."""
    if signal.receivers:
        await signal.send_async(app, _sync_wrapper=app.ensure_async, **arguments)  # type: ignore[arg-type]


def __getattr__(name: str) -> Any:
    if name == "user_loaded_from_header":
        warnings.warn(
            "'user_loaded_from_header' is deprecated; use 'user_loaded_from_request' instead.",
            DeprecationWarning,
            stacklevel=2,
        )
        return _user_loaded_from_header
    raise AttributeError(name)
