"""The bridge: synchronous code waits without blocking the event loop, so that a migration never stands still.

``drive`` runs a coroutine so that synchronous code below it can wait; ``wait`` is how it waits; ``run`` is for code that
may be called with or without an event loop. ``implicit_loading`` and ``implicit_loads`` govern and count what SQLAlchemy loads
without an ``await``.
"""

from . import naming as naming  # listens to the ORM from here on
from .adapters import (
    async_closing,
    async_context,
    each,
    maybe_await,
    maybe_wait,
    sync_context,
    sync_decorator,
    sync_iter,
)
from .errors import BridgeError, EagerTaskError, ImplicitLoadingError, NotInBridgeError
from .loading import (
    ImplicitLoad,
    ImplicitLoading,
    ImplicitLoads,
    current_implicit_loads,
    forget_warnings,
    implicit_loading,
    implicit_loading_policy,
    implicit_loads,
    record_implicit_load,
)
from .loops import OneLoop, before_closing, lend, one_loop
from .properties import awaited_property
from .tasks import install, task_factory
from .threads import in_thread
from .waiting import drive, in_bridge, run, wait

__all__ = [
    "BridgeError",
    "EagerTaskError",
    "ImplicitLoad",
    "ImplicitLoading",
    "ImplicitLoadingError",
    "ImplicitLoads",
    "NotInBridgeError",
    "OneLoop",
    "async_closing",
    "async_context",
    "awaited_property",
    "before_closing",
    "current_implicit_loads",
    "drive",
    "each",
    "forget_warnings",
    "implicit_loading",
    "implicit_loading_policy",
    "implicit_loads",
    "in_bridge",
    "in_thread",
    "install",
    "lend",
    "maybe_await",
    "maybe_wait",
    "one_loop",
    "record_implicit_load",
    "run",
    "sync_context",
    "sync_decorator",
    "sync_iter",
    "task_factory",
    "wait",
]
