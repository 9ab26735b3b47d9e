"""The codes of HTTP under Flask-API's names, ``HTTP_201_CREATED``, and what kind a code is."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING


def is_informational(code: int) -> bool:
    """Return whether ``code`` is one of the 100s."""
    return 100 <= code <= 199


def is_success(code: int) -> bool:
    """Return whether ``code`` is one of the 200s."""
    return 200 <= code <= 299


def is_redirect(code: int) -> bool:
    """Return whether ``code`` is one of the 300s."""
    return 300 <= code <= 399


def is_client_error(code: int) -> bool:
    """Return whether ``code`` is one of the 400s."""
    return 400 <= code <= 499


def is_server_error(code: int) -> bool:
    """Return whether ``code`` is one of the 500s."""
    return 500 <= code <= 599


#: What Flask-API calls otherwise than Python, or Python does not have; Python 3.13 has new names for some.
_OTHERWISE = {
    "HTTP_308_PERMANENT_REDIRECT": 308,
    "HTTP_413_REQUEST_ENTITY_TOO_LARGE": 413,
    "HTTP_414_REQUEST_URI_TOO_LONG": 414,
    "HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE": 416,
    "HTTP_418_IM_A_TEAPOT": 418,
    "HTTP_422_UNPROCESSABLE_ENTITY": 422,
    "HTTP_444_CONNECTION_CLOSED_WITHOUT_RESPONSE": 444,
    "HTTP_499_CLIENT_CLOSED_REQUEST": 499,
    "HTTP_599_NETWORK_CONNECT_TIMEOUT_ERROR": 599,
}

globals().update({f"HTTP_{code.value}_{code.name}": code.value for code in HTTPStatus} | _OTHERWISE)

if TYPE_CHECKING:

    def __getattr__(name: str) -> int: ...
