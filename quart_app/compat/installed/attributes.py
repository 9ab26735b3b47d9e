"""Old attributes of applications, blueprints and requests, for installed packages."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import flask
import quart
import werkzeug.sansio.request
import werkzeug.sansio.response

from ..first_request import before_app_first_request
from ..json import JSONDecoder, JSONEncoder
from .asking import who_asks


def _env(app: Any) -> str:
    return os.environ.get("FLASK_ENV") or ("development" if app.debug else "production")


def _propagates(app: Any) -> bool:
    asked = app.config["PROPAGATE_EXCEPTIONS"]
    return bool(app.testing or app.debug if asked is None else asked)


def _is_xhr(request: Any) -> bool:
    return bool(request.headers.get("X-Requested-With", "").lower() == "xmlhttprequest")


_APPLICATION: dict[str, Callable[[Any], Any]] = {
    "env": _env,
    "json_decoder": lambda _: JSONDecoder,
    "json_encoder": lambda _: JSONEncoder,
    "preserve_context_on_exception": lambda app: bool(app.config.get("PRESERVE_CONTEXT_ON_EXCEPTION")),
    "propagate_exceptions": _propagates,
    "send_file_max_age_default": lambda app: app.config["SEND_FILE_MAX_AGE_DEFAULT"],
    "session_cookie_name": lambda app: app.config["SESSION_COOKIE_NAME"],
    "try_trigger_before_first_request_functions": lambda _: lambda: None,
    "use_x_sendfile": lambda app: bool(app.config.get("USE_X_SENDFILE")),
}
_BLUEPRINT: dict[str, Callable[[Any], Any]] = {
    "before_app_first_request": before_app_first_request,
    "json_decoder": lambda _: None,
    "json_encoder": lambda _: None,
}
_REQUEST: dict[str, Callable[[Any], Any]] = {
    "charset": lambda _: "utf-8",
    "encoding_errors": lambda _: "replace",
    "is_xhr": _is_xhr,
    "url_charset": lambda _: "utf-8",
}
_GIVEN: tuple[tuple[type, dict[str, Callable[[Any], Any]]], ...] = (
    (quart.Quart, _APPLICATION),
    (quart.Blueprint, _BLUEPRINT),
    (flask.Blueprint, _BLUEPRINT),
    (werkzeug.sansio.request.Request, _REQUEST),
    (werkzeug.sansio.response.Response, {"charset": lambda _: "utf-8"}),
)


class OldAttribute:
    """An attribute that only installed packages find; what is assigned to it is an attribute like any other."""

    def __init__(self, owner: type, name: str, make: Callable[[Any], Any]) -> None:
        self._owner = owner
        self._name = name
        self._make = make

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Return the value.

        Raises:
            AttributeError: The application asks, and not an installed package.
        """
        asker = None if instance is None else who_asks()
        if asker is None:
            raise AttributeError(f"{self._owner.__name__!r} object has no attribute {self._name!r}")
        asker.tell(f"{self._owner.__name__}.{self._name}")
        return self._make(instance)


def give_attributes() -> None:
    """Put the old attributes on the classes."""
    for owner, attributes in _GIVEN:
        for name, make in attributes.items():
            if not hasattr(owner, name):
                setattr(owner, name, OldAttribute(owner, name, make))
