"""``in_thread``: a call that blocks, out of the event loop's way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from .waiting import in_bridge, wait

P = ParamSpec("P")
T = TypeVar("T")


def in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call ``function`` in a thread and wait for it; where nothing drives the caller, call it as it is.

    It is ``await asyncio.to_thread(...)`` for synchronous code: in the bridge other requests go on meanwhile, in a script, a
    worker or a thread there is nobody to make way for. The context variables go along.

    Args:
        function: What blocks: a request to another server, a password hash, another program.
        args: Its arguments.
        kwargs: Its keyword arguments.

    Returns:
        What it returns.
    """
    if in_bridge():
        return wait(asyncio.to_thread(function, *args, **kwargs))
    return function(*args, **kwargs)
