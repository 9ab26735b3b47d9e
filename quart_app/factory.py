"""Application factories that tell a server, which was given their bare name, what to write instead."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NoReturn, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Scope = MutableMapping[str, Any]


def application_factory(create: Callable[P, T]) -> Callable[P, T]:
    """Make a factory refuse to be served as if it were the application.

    A server that is given ``module:create_app`` takes the factory for the application, calls it with each request and
    answers 500. A decorated factory makes hypercorn, and every other server that waits for the application to start, stop
    at once and say what to write; a server that does not wait gets the same words as an error.

    Args:
        create: The factory.

    Returns:
        A function that does what ``create`` does when it is called by a programmer.
    """
    advice = (
        f"{create.__module__}:{create.__name__} makes the application, it is not the application itself."
        f' Write the parentheses, in quotes: hypercorn "{create.__module__}:{create.__name__}()"'
    )

    async def refuse(scope: Scope, receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.failed", "message": advice})
        raise TypeError(advice)

    @functools.wraps(create)
    def factory(*args: P.args, **kwargs: P.kwargs) -> T:
        if _is_asgi_call(args):
            return refuse(*args)  # type: ignore[arg-type, return-value]
        if len(args) == 2 and isinstance(args[0], dict) and "wsgi.version" in args[0]:
            _raise(advice)
        return create(*args, **kwargs)

    # Where a server looks when it wants to know whether this is an ASGI application; nobody calls it there.
    vars(factory)["__call__"] = refuse
    return factory


def _is_asgi_call(args: tuple[Any, ...]) -> bool:
    return len(args) == 3 and isinstance(args[0], MutableMapping) and "type" in args[0]


def _raise(advice: str) -> NoReturn:
    raise TypeError(advice)
