"""Flask-API, whose last release Werkzeug 3 cannot be imported with: its application, errors and codes are ``quart_app.compat.flask_api``."""

from __future__ import annotations

from http import HTTPStatus

from .api import Api, Generation, cls, fn, module, value

_OURS = "quart_app.compat.flask_api"
_RULE = "FQ191"
_PARTS = ("exceptions", "status")
_ERRORS = (
    "APIException",
    "AuthenticationFailed",
    "NotAcceptable",
    "NotAuthenticated",
    "NotFound",
    "ParseError",
    "PermissionDenied",
    "Throttled",
    "UnsupportedMediaType",
)
_KINDS = ("informational", "success", "redirect", "client_error", "server_error")
_CODES = {f"HTTP_{code.value}_{code.name}" for code in HTTPStatus}


def _of(part: str, name: str) -> tuple[str, str]:
    return f"flask_api.{part}.{name}", f"{_OURS}.{part}.{name}"


APIS: dict[str, Api] = {
    "flask_api.FlaskAPI": cls(f"{_OURS}.FlaskAPI", bases=("flask.Flask",), rule=_RULE),
    **{f"flask_api.{part}": module(f"{_OURS}.{part}", rule=_RULE) for part in _PARTS},
    **{
        name: cls(ours, rule=_RULE, bases=("Exception",))
        for name, ours in (_of("exceptions", error) for error in _ERRORS)
    },
    **{name: value("int", ours, rule=_RULE) for name, ours in (_of("status", code) for code in _CODES)},
    **{name: fn("bool", ours, rule=_RULE) for name, ours in (_of("status", f"is_{kind}") for kind in _KINDS)},
}

ALIASES = {
    "flask_api.app.FlaskAPI": "flask_api.FlaskAPI",
    f"{_OURS}.FlaskAPI": "flask_api.FlaskAPI",
}

GENERATIONS = [
    # Its request gives what stands in the body, not the body's bytes.
    Generation(
        told_by=frozenset({"flask_api.FlaskAPI", "flask_api.app.FlaskAPI"}),
        becomes={},
        apis={"flask.Request.data": value("dict", awaited=True, rule="FQ104")},
    )
]
