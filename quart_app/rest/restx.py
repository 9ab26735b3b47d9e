"""Flask-RESTX's ``Api``, ``Namespace``, ``Resource``, ``marshal_with`` and ``marshal_with_field``, awaited."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isclass, iscoroutinefunction
from typing import Any

import flask_restx
from flask_restx.utils import unpack

from .dispatch import AwaitedApi, AwaitedResource, ChangingResults, Decorators, plain

__all__ = ["Api", "Namespace", "Resource", "marshal_with", "marshal_with_field"]


class Resource(AwaitedResource, flask_restx.Resource):  # type: ignore[misc]
    """A resource of Flask-RESTX whose methods may be ``async def``."""

    def _check(self, method: Any) -> None:
        self.validate_payload(method)

    _unpack = staticmethod(unpack)


class marshal_with(ChangingResults, flask_restx.marshal_with):  # type: ignore[misc] # noqa: N801 - the library's name
    """Flask-RESTX's decorator, also of coroutine functions."""


class marshal_with_field(ChangingResults, flask_restx.marshal_with_field):  # type: ignore[misc] # noqa: N801
    """Flask-RESTX's decorator, also of coroutine functions."""


class _Handlers:
    """Error handlers of an API or a namespace may be coroutine functions."""

    def errorhandler(self, exception: Any) -> Any:
        """Register a handler for a class of exceptions, or the one for all others."""
        if not (isclass(exception) and issubclass(exception, Exception)):
            super().errorhandler(plain(exception))  # type: ignore[misc]
            return exception

        def register(function: Any) -> Any:
            super(_Handlers, self).errorhandler(exception)(plain(function))  # type: ignore[misc]
            return function

        return register


class Namespace(_Handlers, flask_restx.Namespace):  # type: ignore[misc]
    """A namespace of Flask-RESTX whose decorators also take coroutine functions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create a namespace; the arguments are the library's."""
        super().__init__(*args, **kwargs)
        self.decorators: Decorators = Decorators(vars(self)["decorators"])

    def marshal_with(self, fields: Any, *args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        """Document and marshal what a method gives."""
        documenting = super().marshal_with(fields, *args, **kwargs)
        named = {name: kwargs[name] for name in ("envelope", "skip_none", "mask") if name in kwargs}
        marshalling = marshal_with(fields, ordered=self.ordered, **named)

        def decorator(function: Any) -> Any:
            marshalled = documenting(function)
            return marshalling(function) if iscoroutinefunction(function) else marshalled

        return decorator


class Api(AwaitedApi, _Handlers, flask_restx.Api):  # type: ignore[misc]
    """An API of Flask-RESTX for an application or a blueprint of Quart."""

    def namespace(self, *args: Any, **kwargs: Any) -> Namespace:
        """Make a namespace of this API."""
        kwargs.setdefault("ordered", self.ordered)
        made = Namespace(*args, **kwargs)
        self.add_namespace(made)
        return made

    _unpack = staticmethod(unpack)

    async def error_router(self, original_handler: Any, e: Exception) -> Any:
        """Answer an error in one of the API's resources; others go to the application."""
        if self._has_fr_route():
            try:
                return self.handle_error(e)
            except Exception as raised:
                return await original_handler(raised)
        return await original_handler(e)
