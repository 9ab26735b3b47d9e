"""Proofs of identity that travel in the ``Authorization`` header, made and read by quart-auth."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from itsdangerous import BadData
from quart import Quart, current_app
from quart.wrappers.base import BaseRequestWebsocket
from quart_auth import QuartAuth
from quart_auth.extension import DEFAULTS
from werkzeug.datastructures import WWWAuthenticate

from .config import MAX_TOKEN_LENGTH
from .state import call

if TYPE_CHECKING:
    from .login_manager import LoginManager

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]+) *", re.IGNORECASE)


class Transport(Protocol):
    """A way to prove who one is with every request. Several may be in use at once."""

    async def find_user(self, manager: LoginManager, request: BaseRequestWebsocket) -> Any:
        """Return the user that ``request`` proves, or ``None``."""

    def challenge(self) -> WWWAuthenticate:
        """Say how the proof is to be given, for a 401."""


class BearerTransport(QuartAuth):
    """``Authorization: Bearer TOKEN``, the token made by :meth:`dump_token` from the user's id.

    This is quart-auth in its ``bearer`` mode, without its hooks: nothing is read on requests that do not ask for the user.
    The tokens are those of a quart-auth extension that has the same salt.

    Args:
        salt: What the tokens are for; tokens made for another purpose are refused.
        duration: How long a token is good, in seconds.
    """

    def __init__(self, *, salt: str | None = None, duration: int | None = None) -> None:
        super().__init__(
            mode="bearer",
            salt=salt if salt is not None else str(DEFAULTS["QUART_AUTH_SALT"]),
            duration=duration if duration is not None else 365 * 24 * 60 * 60,
        )

    def init_app(self, app: Quart) -> None:
        """Do nothing: a transport is added to a LoginManager."""

    def load_token(self, token: str, app: Quart | None = None) -> str | None:
        """Return the user's id, or ``None`` if the token is not good."""
        app = app or current_app
        if len(token) > MAX_TOKEN_LENGTH or not app.secret_key:
            return None
        try:
            user_id = super().load_token(token, app)
        except (BadData, ValueError):
            return None
        return user_id if isinstance(user_id, str) else None

    async def find_user(self, manager: LoginManager, request: BaseRequestWebsocket) -> Any:
        """Return the user whose token ``request`` carries."""
        match = _BEARER.fullmatch(request.headers.get("Authorization", ""))
        if match is None or manager.user_callback is None:
            return None
        user_id = self.load_token(match[1])
        return None if user_id is None else await manager.find_user_by_id(user_id)

    def challenge(self) -> WWWAuthenticate:
        """Ask for a bearer token."""
        return WWWAuthenticate("bearer")


class BasicTransport:
    """``Authorization: Basic``, with a name and a password.

    Args:
        verify: Takes both and returns the user, or ``None``; may be async. It has to take as long for an unknown name
            as for a wrong password, which ``passwords.verify_password`` does.
        realm: What the browser's dialogue says.
    """

    def __init__(self, verify: Callable[[str, str], Any], *, realm: str = "login") -> None:
        self._verify = verify
        self._realm = realm

    async def find_user(self, manager: LoginManager, request: BaseRequestWebsocket) -> Any:  # noqa: ARG002
        """Return the user whose name and password ``request`` carries."""
        if len(request.headers.get("Authorization", "")) > MAX_TOKEN_LENGTH:
            return None
        given = request.authorization
        if given is None or given.type != "basic" or given.username is None or given.password is None:
            return None
        return await call(self._verify, given.username, given.password)

    def challenge(self) -> WWWAuthenticate:
        """Ask for a name and a password."""
        return WWWAuthenticate("basic", {"realm": self._realm})
