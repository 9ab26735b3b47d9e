"""The awaited sign-in layer: Flask-Login's words, with ``await`` where something can wait.

It reads and writes Flask-Login's sessions and remember cookies, so that nobody is signed out by a migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .__about__ import __version__
from .config import (
    AUTH_HEADER_NAME,
    COOKIE_DURATION,
    COOKIE_HTTPONLY,
    COOKIE_NAME,
    COOKIE_SAMESITE,
    COOKIE_SECURE,
    ID_ATTRIBUTE,
    LOGIN_MESSAGE,
    LOGIN_MESSAGE_CATEGORY,
    REFRESH_MESSAGE,
    REFRESH_MESSAGE_CATEGORY,
)
from .errors import AuthSetupError, NotLoadedError, RecursiveLoadError, UserNotLoadedError
from .login_manager import LoginManager
from .mixins import AnonymousUserMixin, UserMixin
from .proxy import current_user, live_user, reload_user
from .redirects import is_safe_redirect, login_url, make_next_param, next_url, redirect_to_next
from .signals import (
    session_protected,
    user_accessed,
    user_loaded_from_cookie,
    user_loaded_from_request,
    user_logged_in,
    user_logged_out,
    user_login_confirmed,
    user_needs_refresh,
    user_unauthorized,
)
from .state import acting_as
from .tokens import decode_cookie, encode_cookie
from .transports import BasicTransport, BearerTransport, Transport
from .utils import (
    confirm_login,
    fresh_login_required,
    login_fresh,
    login_remembered,
    login_required,
    login_user,
    logout_user,
    set_login_view,
)

if TYPE_CHECKING:
    from .testing import FlaskLoginClient

__all__ = [
    "AUTH_HEADER_NAME",
    "COOKIE_DURATION",
    "COOKIE_HTTPONLY",
    "COOKIE_NAME",
    "COOKIE_SAMESITE",
    "COOKIE_SECURE",
    "ID_ATTRIBUTE",
    "LOGIN_MESSAGE",
    "LOGIN_MESSAGE_CATEGORY",
    "REFRESH_MESSAGE",
    "REFRESH_MESSAGE_CATEGORY",
    "AnonymousUserMixin",
    "AuthSetupError",
    "BasicTransport",
    "BearerTransport",
    "FlaskLoginClient",
    "LoginManager",
    "NotLoadedError",
    "RecursiveLoadError",
    "Transport",
    "UserMixin",
    "UserNotLoadedError",
    "__version__",
    "acting_as",
    "confirm_login",
    "current_user",
    "decode_cookie",
    "encode_cookie",
    "fresh_login_required",
    "is_safe_redirect",
    "live_user",
    "login_fresh",
    "login_remembered",
    "login_required",
    "login_url",
    "login_user",
    "logout_user",
    "make_next_param",
    "next_url",
    "redirect_to_next",
    "reload_user",
    "session_protected",
    "set_login_view",
    "user_accessed",
    "user_loaded_from_cookie",
    "user_loaded_from_request",
    "user_logged_in",
    "user_logged_out",
    "user_login_confirmed",
    "user_needs_refresh",
    "user_unauthorized",
]


def __getattr__(name: str) -> Any:
    if name == "FlaskLoginClient":  # only tests need it, and it brings the test client along
        from .testing import FlaskLoginClient

        return FlaskLoginClient
    if name == "user_loaded_from_header":
        from . import signals

        return signals.user_loaded_from_header
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
