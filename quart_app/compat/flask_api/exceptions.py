"""The errors of Flask-API: raised anywhere below a view, they are answered with ``{"message": ...}`` and their code."""

from __future__ import annotations

__all__ = [
    "APIException",
    "AuthenticationFailed",
    "NotAcceptable",
    "NotAuthenticated",
    "NotFound",
    "ParseError",
    "PermissionDenied",
    "Throttled",
    "UnsupportedMediaType",
]


class APIException(Exception):  # noqa: N818 -- the name that projects import
    """An error that is an answer; subclasses say its code and what it says when nothing else is given."""

    status_code = 500
    detail = ""

    def __init__(self, detail: str | None = None) -> None:
        """Make the error.

        Args:
            detail: What to say instead of the class's words.
        """
        if detail is not None:
            self.detail = detail

    def __str__(self) -> str:
        return self.detail


class ParseError(APIException):
    """The body is not what its content type says."""

    status_code = 400
    detail = "Malformed request."


class AuthenticationFailed(APIException):
    """Who asks is not who he says."""

    status_code = 401
    detail = "Incorrect authentication credentials."


class NotAuthenticated(APIException):
    """Who asks does not say who he is."""

    status_code = 401
    detail = "Authentication credentials were not provided."


class PermissionDenied(APIException):
    """Who asks may not."""

    status_code = 403
    detail = "You do not have permission to perform this action."


class NotFound(APIException):
    """There is no such thing."""

    status_code = 404
    detail = "This resource does not exist."


class NotAcceptable(APIException):
    """The client takes nothing that can be given."""

    status_code = 406
    detail = "Could not satisfy the request Accept header."


class UnsupportedMediaType(APIException):
    """The body is of a content type that is not read."""

    status_code = 415
    detail = "Unsupported media type in the request Content-Type header."


class Throttled(APIException):
    """Too many requests."""

    status_code = 429
    detail = "Request was throttled."
