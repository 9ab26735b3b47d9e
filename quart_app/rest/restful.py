"""Flask-RESTful's ``Api``, ``Resource``, ``marshal_with`` and ``marshal_with_field``, awaited."""

from __future__ import annotations

from typing import Any

import flask_restful
from flask_restful.utils import unpack

from .dispatch import AwaitedApi, AwaitedResource, changing_results

__all__ = ["Api", "Resource", "marshal_with", "marshal_with_field"]


class Resource(AwaitedResource, flask_restful.Resource):  # type: ignore[misc]
    """A resource of Flask-RESTful whose methods may be ``async def``."""

    def _unpack(self, result: Any) -> tuple[Any, Any, Any]:
        return unpack(result)  # type: ignore[no-any-return]


class Api(AwaitedApi, flask_restful.Api):  # type: ignore[misc]
    """An API of Flask-RESTful for an application or a blueprint of Quart."""

    def _unpack(self, result: Any) -> tuple[Any, Any, Any]:
        return unpack(result)  # type: ignore[no-any-return]

    async def error_router(self, original_handler: Any, e: Exception) -> Any:
        """Answer an error in one of the API's resources; others go to the application."""
        if self._has_fr_route():
            try:
                return self.handle_error(e)
            except Exception:  # noqa: S110 - as Flask-RESTful: the application's handler gets the error itself
                pass
        return await original_handler(e)


class marshal_with(flask_restful.marshal_with):  # type: ignore[misc] # noqa: N801 - the library's name
    """Flask-RESTful's decorator, also of coroutine functions."""

    def __call__(self, f: Any) -> Any:
        """Decorate ``f``."""
        return changing_results(super().__call__, f)


class marshal_with_field(flask_restful.marshal_with_field):  # type: ignore[misc] # noqa: N801
    """Flask-RESTful's decorator, also of coroutine functions."""

    def __call__(self, f: Any) -> Any:
        """Decorate ``f``."""
        return changing_results(super().__call__, f)
