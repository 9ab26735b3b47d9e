"""The tokens: Flask-Login's remember token, and the stronger one that expires on the server.

The stronger one is made and read by quart-auth's serializer.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha512
from typing import Any

from itsdangerous import BadData
from quart import Quart, current_app
from quart_auth import QuartAuth

from .config import MAX_TOKEN_LENGTH
from .errors import AuthSetupError

_REMEMBER_SALT = "quart_app.auth remember"


def encode_cookie(payload: str, key: str | bytes | None = None) -> str:
    """Sign ``payload`` as Flask-Login does: ``payload|hexdigest``.

    Args:
        payload: The text to sign, a user's id.
        key: The key; the application's ``SECRET_KEY`` when left out.
    """
    return f"{payload}|{_cookie_digest(payload, key=key)}"


def decode_cookie(cookie: str, key: str | bytes | None = None) -> str | None:
    """Return what :func:`encode_cookie` signed, or ``None`` if the cookie is not what it made.

    Args:
        cookie: The signed text, as a client sent it.
        key: The key; the application's ``SECRET_KEY``, and its ``SECRET_KEY_FALLBACKS``, when left out.
    """
    if len(cookie) > MAX_TOKEN_LENGTH:
        return None
    payload, bar, digest = cookie.rpartition("|")
    if not bar:
        return None
    try:
        message, given = payload.encode(), digest.encode()
    except UnicodeEncodeError:
        return None
    keys = _application_keys() if key is None else iter([key])
    good = False
    for candidate in keys:
        # All keys are tried, so that the time does not tell which one fits.
        good |= hmac.compare_digest(_digest(message, _secret_key(candidate)), given)
    return payload if good else None


def _digest(message: bytes, key: bytes) -> bytes:
    return hmac.new(key, message, sha512).hexdigest().encode()


def _cookie_digest(payload: str, key: str | bytes | None = None) -> str:
    return _digest(payload.encode(), _secret_key(key)).decode()


def _secret_key(key: str | bytes | None = None) -> bytes:
    if key is None:
        key = current_app.config["SECRET_KEY"]
        if not key:
            raise AuthSetupError("A signed cookie needs a SECRET_KEY; this application has none.")
    if isinstance(key, str):
        try:
            return key.encode("latin-1")
        except UnicodeEncodeError:  # Flask-Login fails on such a key, so no token of its is lost
            return key.encode()
    return key


def _application_keys() -> Iterator[str | bytes]:
    config = current_app.config
    if config["SECRET_KEY"]:
        yield config["SECRET_KEY"]
    yield from config.get("SECRET_KEY_FALLBACKS") or ()


@dataclass(frozen=True, slots=True)
class RememberClaim:
    """What a valid remember token says.

    Attributes:
        user_id: Whose it is.
        version: The user's session version when it was issued, if the user had one.
        legacy: It is Flask-Login's, which neither knows a version nor expires.
    """

    user_id: str
    version: str | None
    legacy: bool


def dump_remember_token(user_id: str, version: str | None, seconds: float) -> str:
    """Make the value of a remember cookie: Flask-Login's, or the stronger one under ``AUTH_STRONG_TOKENS``.

    A user that has a session version always gets the stronger one, because Flask-Login's could not be revoked by it.
    """
    if version is None and not current_app.config.get("AUTH_STRONG_TOKENS"):
        return encode_cookie(user_id)
    token = remember_serializer(current_app).dumps([user_id, version, int(time.time() + seconds)])
    return str(token)


def load_remember_token(cookie: str) -> RememberClaim | None:
    """Return what a remember cookie says, or ``None`` if it is not valid here and now."""
    if "|" in cookie:
        user_id = decode_cookie(cookie)
        if user_id is None or not legacy_accepted():
            return None
        return RememberClaim(user_id, None, legacy=True)
    if len(cookie) > MAX_TOKEN_LENGTH or not current_app.config["SECRET_KEY"]:
        return None
    try:
        user_id, version, until = remember_serializer(current_app).loads(cookie)
    except (BadData, ValueError, TypeError):
        return None
    if time.time() >= until:
        return None
    return RememberClaim(user_id, version, legacy=False)


def remember_serializer(app: Quart) -> Any:
    """Return quart-auth's serializer under the application's keys, the newest last."""
    keys = [*(app.config.get("SECRET_KEY_FALLBACKS") or ()), app.config["SECRET_KEY"]]
    return QuartAuth.serializer_class(keys, _REMEMBER_SALT)


def legacy_accepted(versioned: bool = False) -> bool:
    """Whether what Flask-Login signed is still good.

    Without ``AUTH_STRONG_TOKENS`` it is, for as long as it likes. With it, or for a user that has a session version, it
    is until ``AUTH_LEGACY_UNTIL`` (a datetime), and never when there is no such date.

    Args:
        versioned: The user has a session version, which an old token does not know.
    """
    config = current_app.config
    if not versioned and not config.get("AUTH_STRONG_TOKENS"):
        return True
    until: datetime | None = config.get("AUTH_LEGACY_UNTIL")
    if until is None:
        return False
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return datetime.now(UTC) < until
