"""PyJWT: what ``encode`` gives was bytes until 2 and is text since."""

from __future__ import annotations

from .api import Api, cls, fn, members

#: Not a class of PyJWT's: a name for what ``encode`` gives, so that it is known wherever it goes.
ENCODED = "jwt.Encoded"

APIS: dict[str, Api] = {
    ENCODED: cls(),
    **members("jwt", encode=fn(ENCODED), decode=fn("")),
}

ALIASES: dict[str, str] = {
    "jwt.api_jwt.encode": "jwt.encode",
}
