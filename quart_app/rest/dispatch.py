"""What both libraries have in common: a resource, the views made of it, and what decorates either."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from inspect import iscoroutinefunction
from typing import Any

import quart
from werkzeug.sansio.response import Response

from ..bridge import maybe_await, run, sync_decorator

View = Callable[..., Awaitable[Any]]


def decorate(decorator: Callable[[Any], Any], function: Any) -> Any:
    """``decorator(function)``; a decorator that makes a plain function of a coroutine function is made to await it.

    Decorators that know coroutine functions (the project's own, after the migration) give one; Flask-Login's, Flask-JWT-Extended's
    and Flask-HTTPAuth's give a plain function, which must decide before ours is called.
    """
    decorated = decorator(function)
    if not iscoroutinefunction(function) or iscoroutinefunction(decorated):
        return decorated
    return sync_decorator(decorator)(function)


def changing_results(decorator: Callable[[Any], Any], function: Any) -> Any:
    """``decorator(function)`` for a decorator that changes nothing but the result, as ``marshal_with`` does."""
    if not iscoroutinefunction(function):
        return decorator(function)

    @functools.wraps(function)
    async def awaited(*args: Any, **kwargs: Any) -> Any:
        result = await function(*args, **kwargs)
        return decorator(lambda: result)()

    return awaited


class ChangingResults:
    """Makes a library's decorator that changes nothing but the result one of coroutine functions as well."""

    def __call__(self, f: Any) -> Any:
        """Decorate ``f``."""
        return changing_results(super().__call__, f)  # type: ignore[misc]


def plain(function: Any) -> Any:
    """``function`` as a function that a library can call without knowing of coroutines: it waits in the bridge."""
    if not iscoroutinefunction(function):
        return function

    @functools.wraps(function)
    def waiting(*args: Any, **kwargs: Any) -> Any:
        return run(function(*args, **kwargs))

    del waiting.__wrapped__
    return waiting


class Decorators(list[Any]):
    """Decorators in the order given; iterated over, they know coroutine functions (:func:`decorate`)."""

    def __iter__(self) -> Iterator[Any]:
        return (functools.partial(decorate, decorator) for decorator in super().__iter__())


class AwaitedResource:
    """Makes a library's resource, a ``MethodView`` of Flask, one whose methods may be ``async def`` or not."""

    #: Of Flask's ``View`` and of the libraries' ``Resource``.
    decorators: Any
    init_every_request: bool
    method_decorators: Any
    methods: Any
    provide_automatic_options: Any
    representations: Any

    @classmethod
    def as_view(cls, name: str, *class_args: Any, **class_kwargs: Any) -> View:
        """The view of this class: a coroutine function."""
        kept = None if cls.init_every_request else cls(*class_args, **class_kwargs)

        async def view(**kwargs: Any) -> Any:
            resource = kept or cls(*class_args, **class_kwargs)
            return await maybe_await(resource.dispatch_request(**kwargs))

        made: Any = view
        made.__name__ = name
        made.__module__ = cls.__module__
        for decorator in cls.decorators:
            made = decorate(decorator, made)
        made.view_class = cls
        made.__name__ = name
        made.__doc__ = cls.__doc__
        made.__module__ = cls.__module__
        made.methods = cls.methods
        made.provide_automatic_options = cls.provide_automatic_options
        return made  # type: ignore[no-any-return]

    async def dispatch_request(self, *args: Any, **kwargs: Any) -> Any:
        """Call the method of the request's verb, with its decorators around it, and await it.

        Returns:
            A response, or data, status and headers, of which the API makes one.
        """
        verb = quart.request.method.lower()
        method = getattr(self, verb, None)
        if method is None and verb == "head":
            method = getattr(self, "get", None)
        if method is None:
            raise AssertionError(f"Unimplemented method {quart.request.method!r}")
        for decorator in _decorators(self.method_decorators, verb):
            method = decorate(decorator, _awaited(method))
        self._check(method)
        result = await maybe_await(method(*args, **kwargs))
        if isinstance(result, Response):
            return result
        representations: dict[str, Any] = self.representations or {}
        mediatype = quart.request.accept_mimetypes.best_match(representations)
        if mediatype is None or mediatype not in representations:
            return result
        made = plain(representations[mediatype])(*self._unpack(result))
        made.headers["Content-Type"] = mediatype
        return made

    def _check(self, method: Any) -> None:
        """What the library does with the method before it is called."""

    #: The library's function that tells data, status and headers apart.
    _unpack: Callable[[Any], tuple[Any, Any, Any]]


class AwaitedApi:
    """Makes a library's ``Api`` one that awaits its views and is awaited by the application."""

    _decorators: Decorators

    @property
    def decorators(self) -> Decorators:
        """What decorates every view of the API."""
        return self._decorators

    @decorators.setter
    def decorators(self, given: Iterable[Any]) -> None:
        self._decorators = Decorators(given)

    def output(self, resource: View) -> View:
        """Make responses of what a view gives."""

        @functools.wraps(resource)
        async def view(*args: Any, **kwargs: Any) -> Any:
            result = await maybe_await(resource(*args, **kwargs))
            if isinstance(result, Response):
                return result
            data, code, headers = self._unpack(result)
            return self.make_response(data, code, headers=headers)

        return view

    def representation(self, mediatype: str) -> Callable[[Any], Any]:
        """Register what makes responses of a media type; it may be a coroutine function."""

        def register(function: Any) -> Any:
            super(AwaitedApi, self).representation(mediatype)(plain(function))  # type: ignore[misc]
            return function

        return register

    def make_response(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        """The library's."""
        return super().make_response(data, *args, **kwargs)  # type: ignore[misc]

    #: The library's function that tells data, status and headers apart.
    _unpack: Callable[[Any], tuple[Any, Any, Any]]


def _decorators(given: Any, verb: str) -> Iterable[Any]:
    """Those of a verb: they are given for all of them, or by verb."""
    return given.get(verb, ()) if isinstance(given, Mapping) else given  # type: ignore[no-any-return]


def _awaited(method: Any) -> Any:
    """A method that decorators can await, whatever it is."""
    if iscoroutinefunction(method):
        return method

    @functools.wraps(method)
    async def awaited(*args: Any, **kwargs: Any) -> Any:
        return await maybe_await(method(*args, **kwargs))

    return awaited
