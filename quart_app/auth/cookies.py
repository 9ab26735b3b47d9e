"""What leaves with the response: the remember cookie, ``Vary``, and a ``Location`` that browsers read as we do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from quart import Quart, Response
from quart.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response as WerkzeugResponse

from .config import COOKIE_HTTPONLY, COOKIE_NAME, COOKIE_SAMESITE, COOKIE_SECURE
from .state import connection

AnyResponse = Response | WerkzeugResponse


def remember_cookie_name(app: Quart) -> str:
    """Return the name of the application's remember cookie."""
    name: str = app.config.get("REMEMBER_COOKIE_NAME", COOKIE_NAME)
    return name


def remember_cookie_attributes(app: Quart) -> dict[str, Any]:
    """Return the attributes of the remember cookie; it is set and deleted with the same ones."""
    config = app.config
    secure = config.get("REMEMBER_COOKIE_SECURE", COOKIE_SECURE)
    return {
        "domain": config.get("REMEMBER_COOKIE_DOMAIN"),
        "path": config.get("REMEMBER_COOKIE_PATH", "/"),
        "secure": _over_https() if secure is None else secure,
        "httponly": config.get("REMEMBER_COOKIE_HTTPONLY", COOKIE_HTTPONLY),
        "samesite": config.get("REMEMBER_COOKIE_SAMESITE", COOKIE_SAMESITE),
    }


def _over_https() -> bool:
    context = connection()
    return context is not None and context.request_websocket.is_secure


def as_duration(value: Any) -> timedelta:
    """Return ``REMEMBER_COOKIE_DURATION`` as a timedelta.

    Raises:
        TypeError: It is neither a timedelta nor a number of seconds.
    """
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return timedelta(seconds=value)
    raise TypeError(f"REMEMBER_COOKIE_DURATION must be a datetime.timedelta, instead got: {value}")


# Quoted one by one where they stand raw: controls, space, what is not ASCII, and the backslash, which browsers
# read as a slash.
_SAFE_IN_LOCATION = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "\\")


def escape_location(response: AnyResponse) -> None:
    """Quote in ``Location`` what a browser would skip or read differently.

    ``/\\evil.example`` leads to another site when it is sent raw, as Quart does; Flask sent ``/%5Cevil.example``.
    """
    location = response.headers.get("Location")
    if location is not None:
        escaped = quote(location, safe=_SAFE_IN_LOCATION)
        if escaped != location:
            response.headers["Location"] = escaped


class SessionInterface(SecureCookieSessionInterface):
    """Quart's own sessions, whose cookie is ``SameSite=Lax`` and, over https, ``Secure`` where the configuration says nothing."""

    def get_cookie_secure(self, app: Quart) -> bool:
        """Return whether the cookie is for https only: ``SESSION_COOKIE_SECURE``, or that it is set over https."""
        return super().get_cookie_secure(app) or _over_https()

    def get_cookie_samesite(self, app: Quart) -> str:
        """Return ``SESSION_COOKIE_SAMESITE``, or ``Lax``."""
        return super().get_cookie_samesite(app) or "Lax"


def secure_session_cookie(app: Quart) -> None:
    """Give the application's session cookie safe defaults, if it uses Quart's own sessions."""
    if type(app.session_interface) is SecureCookieSessionInterface:
        app.session_interface = SessionInterface()
