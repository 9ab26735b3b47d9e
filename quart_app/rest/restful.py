"""Flask-RESTful's ``Api``, ``Resource``, ``marshal_with`` and ``marshal_with_field``, awaited."""

from __future__ import annotations

from typing import Any

import flask_restful
from flask_restful.utils import unpack

from .dispatch import AwaitedApi, AwaitedResource, ChangingResults

__all__ = ["Api", "Resource", "marshal_with", "marshal_with_field"]


class Resource(AwaitedResource, flask_restful.Resource):  # type: ignore[misc]
    """A resource of Flask-RESTful whose methods may be ``async def``."""

    _unpack = staticmethod(unpack)


class Api(AwaitedApi, flask_restful.Api):  # type: ignore[misc]
    """An API of Flask-RESTful for an application or a blueprint of Quart."""

    _unpack = staticmethod(unpack)

    async def error_router(self, original_handler: Any, e: Exception) -> Any:
        """Answer an error in one of the API's resources; others go to the application."""
        if self._has_fr_route():
            try:
                return self.handle_error(e)
            except Exception:  # noqa: S110 - as Flask-RESTful: the application's handler gets the error itself
                pass
        return await original_handler(e)


class marshal_with(ChangingResults, flask_restful.marshal_with):  # type: ignore[misc] # noqa: N801 - the library's name
    """Flask-RESTful's decorator, also of coroutine functions."""


class marshal_with_field(ChangingResults, flask_restful.marshal_with_field):  # type: ignore[misc] # noqa: N801
    """Flask-RESTful's decorator, also of coroutine functions."""
