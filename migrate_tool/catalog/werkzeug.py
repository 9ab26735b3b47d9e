"""Werkzeug 0.16 to 3.1: what moved, and what has an ASGI twin."""

from __future__ import annotations

from .api import Api, Consumer, cls, fn

_ERROR = "werkzeug.exceptions.HTTPException"
_ERRORS = [
    "BadGateway",
    "BadRequest",
    "Conflict",
    "ExpectationFailed",
    "FailedDependency",
    "Forbidden",
    "GatewayTimeout",
    "Gone",
    "ImATeapot",
    "InternalServerError",
    "LengthRequired",
    "Locked",
    "MethodNotAllowed",
    "NotAcceptable",
    "NotFound",
    "NotImplemented",
    "PreconditionFailed",
    "PreconditionRequired",
    "RequestEntityTooLarge",
    "RequestHeaderFieldsTooLarge",
    "RequestTimeout",
    "RequestURITooLarge",
    "RequestedRangeNotSatisfiable",
    "SecurityError",
    "ServiceUnavailable",
    "TooManyRequests",
    "Unauthorized",
    "UnavailableForLegalReasons",
    "UnprocessableEntity",
    "UnsupportedMediaType",
]

APIS: dict[str, Api] = {
    "werkzeug.middleware.proxy_fix.ProxyFix": cls("quart_app.proxy.ProxyFix", rule="FQ140"),
    "werkzeug.wrappers.Request": cls(),
    "werkzeug.wrappers.Response": cls(),
    # What makes a response of an error awaits get_response; what get_response asks it does not.
    _ERROR: cls(
        hooks={
            "get_response": Consumer.AWAITS,
            "get_body": Consumer.CALLS,
            "get_description": Consumer.CALLS,
            "get_headers": Consumer.CALLS,
        }
    ),
    **{f"werkzeug.exceptions.{name}": cls(bases=(_ERROR,)) for name in _ERRORS},
    "werkzeug.utils.secure_filename": fn("str"),
    "werkzeug.security.generate_password_hash": fn("str"),
    "werkzeug.security.check_password_hash": fn("bool"),
}

ALIASES = {
    "werkzeug.contrib.fixers.ProxyFix": "werkzeug.middleware.proxy_fix.ProxyFix",
}
