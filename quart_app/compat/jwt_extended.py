"""What Flask-JWT-Extended had until version 3, on top of version 4, which Flask 3 needs.

Version 4 kept the name ``jwt_required`` for something else: there it must be called, ``@jwt_required()``. The decorators here are those of
version 3, without parentheses; they take coroutine functions, and so do the callbacks of :class:`JWTManager`. Tokens stay what they
were: the identity in ``identity``, the user's claims in ``user_claims``, a blacklist only with ``JWT_BLACKLIST_ENABLED``.
A refresh token gets the user's claims too (version 4 does not say which kind it asks claims for).

New code imports from ``flask_jwt_extended``: ``@jwt_required()``, ``@jwt_required(optional=True)``, ``get_jwt()``,
``additional_claims_loader``, ``token_in_blocklist_loader``, ``user_lookup_loader``.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from inspect import iscoroutinefunction
from typing import Any

import flask
import flask_jwt_extended
from flask_jwt_extended.config import config
from flask_jwt_extended.exceptions import InvalidHeaderError, WrongTokenError
from werkzeug.local import LocalProxy

from ..bridge import run

__all__ = [
    "JWTManager",
    "create_access_token",
    "create_refresh_token",
    "current_user",
    "fresh_jwt_required",
    "get_current_user",
    "get_jwt_claims",
    "get_jwt_identity",
    "get_raw_jwt",
    "get_raw_jwt_header",
    "jwt_optional",
    "jwt_refresh_token_required",
    "jwt_required",
    "verify_fresh_jwt_in_request",
    "verify_jwt_in_request",
    "verify_jwt_in_request_optional",
    "verify_jwt_refresh_token_in_request",
]


class JWTManager(flask_jwt_extended.JWTManager):
    """Flask-JWT-Extended's manager with the callbacks of version 3; each may be a coroutine function."""

    def __init__(self, app: Any = None, add_context_processor: bool = False) -> None:
        """Create a manager, and set up ``app`` if it is given."""
        super().__init__(app, add_context_processor)

    def init_app(self, app: Any, add_context_processor: bool = False) -> None:
        """Set up an application, with version 3's defaults."""
        for name, value in {
            "JWT_IDENTITY_CLAIM": "identity",
            "JWT_USER_CLAIMS": "user_claims",
            "JWT_BLACKLIST_ENABLED": False,
            "JWT_BLACKLIST_TOKEN_CHECKS": ("access", "refresh"),
            # Identities were any JSON; PyJWT 2.10 checks that "sub" is a string.
            "JWT_VERIFY_SUB": False,
        }.items():
            app.config.setdefault(name, value)
        super().init_app(app, add_context_processor)

    def user_claims_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback(identity)`` gives the user's claims of a new token."""

        def claims(identity: Any) -> dict[str, Any]:
            return _user_claims(_call(callback, identity))

        self.additional_claims_loader(claims)
        return callback

    def user_loader_callback_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback(identity)`` gives the user of a token, or None."""
        self.user_lookup_loader(lambda _header, data: _call(callback, data[config.identity_claim_key]))
        return callback

    def user_loader_error_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback(identity)`` answers a request whose token has no user."""
        self.user_lookup_error_loader(lambda _header, data: _call(callback, data[config.identity_claim_key]))
        return callback

    def token_in_blacklist_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback(token)`` says whether a token is revoked; it is asked only with ``JWT_BLACKLIST_ENABLED``."""

        def revoked(_header: dict[str, Any], data: dict[str, Any]) -> bool:
            settings = flask.current_app.config
            if (
                not settings["JWT_BLACKLIST_ENABLED"]
                or data["type"] not in settings["JWT_BLACKLIST_TOKEN_CHECKS"]
            ):
                return False
            return bool(_call(callback, data))

        self.token_in_blocklist_loader(revoked)
        return callback

    def claims_verification_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback(user_claims)`` says whether the claims of an access token are acceptable."""

        def verify(_header: dict[str, Any], data: dict[str, Any]) -> bool:
            return data["type"] != "access" or bool(_call(callback, data.get(_claims_key(), {})))

        self.token_verification_loader(verify)
        return callback

    def claims_verification_failed_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback()`` answers a request whose claims are not acceptable."""
        self.token_verification_failed_loader(lambda *_given: _call(callback))
        return callback

    def expired_token_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback(token)``, or ``callback()``, answers a request whose token has expired."""
        takes = len(inspect.signature(callback).parameters)
        super().expired_token_loader(lambda _header, data: _call(callback, *((data,) if takes else ())))
        return callback

    def needs_fresh_token_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback()`` answers a request whose token is not fresh."""
        super().needs_fresh_token_loader(lambda *_given: _call(callback))
        return callback

    def revoked_token_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback()`` answers a request whose token is revoked."""
        super().revoked_token_loader(lambda *_given: _call(callback))
        return callback

    def invalid_token_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback(reason)`` answers a request whose token is invalid."""
        super().invalid_token_loader(functools.partial(_call, callback))
        return callback

    def unauthorized_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback(reason)`` answers a request without a token."""
        super().unauthorized_loader(functools.partial(_call, callback))
        return callback

    def user_identity_loader(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """``callback(user)`` gives the identity that a new token holds."""
        super().user_identity_loader(functools.partial(_call, callback))
        return callback


def verify_jwt_in_request() -> None:
    """Refuse a request without a valid access token."""
    with _told_as_before():
        flask_jwt_extended.verify_jwt_in_request()


def verify_jwt_in_request_optional() -> None:
    """Refuse a request whose access token is invalid; one without a token, or with another kind of header, is let through."""
    with contextlib.suppress(InvalidHeaderError), _told_as_before():
        flask_jwt_extended.verify_jwt_in_request(optional=True)


def verify_fresh_jwt_in_request() -> None:
    """Refuse a request without a valid access token that is fresh."""
    with _told_as_before():
        flask_jwt_extended.verify_jwt_in_request(fresh=True)


def verify_jwt_refresh_token_in_request() -> None:
    """Refuse a request without a valid refresh token."""
    flask_jwt_extended.verify_jwt_in_request(refresh=True)


@contextlib.contextmanager
def _told_as_before() -> Iterator[None]:
    """What a client with the wrong kind of token is told, in the words of version 3."""
    try:
        yield
    except WrongTokenError as error:
        raise WrongTokenError("Only access tokens are allowed") from error


def _guard(verify: Callable[[], None], function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, called only after ``verify`` has let the request pass; of the colour it has."""
    if iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            verify()
            return await function(*args, **kwargs)

        return awaited

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        verify()
        return function(*args, **kwargs)

    return called


def jwt_required(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A view that needs a valid access token."""
    return _guard(verify_jwt_in_request, fn)


def jwt_optional(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A view that takes an access token, if there is one it must be valid."""
    return _guard(verify_jwt_in_request_optional, fn)


def fresh_jwt_required(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A view that needs a fresh access token."""
    return _guard(verify_fresh_jwt_in_request, fn)


def jwt_refresh_token_required(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A view that needs a valid refresh token."""
    return _guard(verify_jwt_refresh_token_in_request, fn)


def get_raw_jwt() -> dict[str, Any]:
    """All claims of the request's token; none if no token was verified."""
    return _kept("_jwt_extended_jwt") or {}


def get_raw_jwt_header() -> dict[str, Any]:
    """The headers of the request's token; none if no token was verified."""
    return _kept("_jwt_extended_jwt_header") or {}


def get_jwt_claims() -> dict[str, Any]:
    """The user's claims of the request's token."""
    return get_raw_jwt().get(_claims_key(), {})  # type: ignore[no-any-return]


def get_jwt_identity() -> Any:
    """The identity of the request's token; None if no token was verified."""
    return get_raw_jwt().get(config.identity_claim_key)


def get_current_user() -> Any:
    """The user of the request's token; None if no token was verified or no callback loads users."""
    return (_kept("_jwt_extended_jwt_user") or {}).get("loaded_user")


current_user: Any = LocalProxy(get_current_user)


def create_access_token(
    identity: Any,
    fresh: bool | timedelta = False,
    expires_delta: timedelta | bool | None = None,
    user_claims: Any = None,
    headers: dict[str, Any] | None = None,
) -> str:
    """Make an access token; the arguments are version 3's."""
    token: str = flask_jwt_extended.create_access_token(
        identity,
        fresh=fresh,
        expires_delta=expires_delta,  # type: ignore[arg-type]
        additional_claims=None if user_claims is None else _user_claims(user_claims),
        additional_headers=headers,
    )
    return token


def create_refresh_token(
    identity: Any,
    expires_delta: timedelta | bool | None = None,
    user_claims: Any = None,
    headers: dict[str, Any] | None = None,
) -> str:
    """Make a refresh token; the arguments are version 3's."""
    token: str = flask_jwt_extended.create_refresh_token(
        identity,
        expires_delta=expires_delta,  # type: ignore[arg-type]
        additional_claims=None if user_claims is None else _user_claims(user_claims),
        additional_headers=headers,
    )
    return token


def _call(callback: Callable[..., Any], *args: Any) -> Any:
    result = callback(*args)
    return run(result) if inspect.isawaitable(result) else result


def _user_claims(claims: Any) -> dict[str, Any]:
    return {_claims_key(): claims} if claims else {}


def _claims_key() -> str:
    return flask.current_app.config["JWT_USER_CLAIMS"]  # type: ignore[no-any-return]


def _kept(name: str) -> Any:
    return flask.g.get(name) if flask.has_app_context() else None
