"""Implicit loading: what the database is asked without ``await``, and what to do about it.

``allow`` counts it, ``warn`` (the default) logs each place once with the fix, ``raise`` raises
:class:`~quart_app.bridge.errors.ImplicitLoadingError`. Explicit :func:`~quart_app.bridge.wait` calls are counted apart and are
never refused.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import FrameType
from typing import TYPE_CHECKING, Self

from quart.globals import _cv_app

from . import places
from .errors import ImplicitLoadingError
from .places import Place

if TYPE_CHECKING:
    from .greenlets import DrivingGreenlet

logger = logging.getLogger("quart_app.bridge")


class ImplicitLoading(StrEnum):
    """What happens when code reads what is not loaded."""

    ALLOW = "allow"
    WARN = "warn"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class ImplicitLoad:
    """One kind of implicit load: what was read, where, and the way to do without."""

    what: str
    place: Place | None
    fix: str

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place is not None else ""
        return f"Implicit load: {self.what}{where}. {self.fix}"


class ImplicitLoads:
    """The implicit loads of one request, or of one ``with implicit_loads()`` block.

    Attributes:
        count: How many there were.
        waits: How many explicit :func:`~quart_app.bridge.wait` calls there were.
        kinds: How often each was done. Empty under ``allow``, which does not look for places.
    """

    __slots__ = ("__dict__", "_token", "count", "outer", "waits")

    def __init__(self) -> None:
        self.count = 0
        self.waits = 0
        self.outer: ImplicitLoads | None = None

    @cached_property
    def kinds(self) -> Counter[ImplicitLoad]:
        """Made when it is asked for: most requests load nothing."""
        return Counter()

    def __enter__(self) -> Self:
        self.outer = _loads.get()
        self._token = _loads.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _loads.reset(self._token)

    def __repr__(self) -> str:
        return f"ImplicitLoads(count={self.count}, waits={self.waits}, kinds={self.kinds})"

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return self.count > 0


_loads: ContextVar[ImplicitLoads | None] = ContextVar("quart_app_implicit_loads", default=None)
_policy: ContextVar[ImplicitLoading | None] = ContextVar("quart_app_implicit_loading", default=None)
_warned: set[tuple[Place | None, str]] = set()


def implicit_loading_policy() -> ImplicitLoading:
    """Return the policy in force: :func:`implicit_loading`'s, else the application's ``IMPLICIT_LOADING``, else ``warn``."""
    policy = _policy.get()
    if policy is not None:
        return policy
    context = _cv_app.get(None)
    if context is None:
        return ImplicitLoading.WARN
    return ImplicitLoading(context.app.config.get("IMPLICIT_LOADING") or ImplicitLoading.WARN)


@contextmanager
def implicit_loading(policy: ImplicitLoading | str) -> Iterator[None]:
    """Put ``policy`` in force inside a ``with`` block, and in the tasks created there."""
    token = _policy.set(ImplicitLoading(policy))
    try:
        yield
    finally:
        _policy.reset(token)


def implicit_loads() -> ImplicitLoads:
    """Count the implicit loads inside a ``with`` block, those of the requests and tasks begun in it included."""
    return ImplicitLoads()


def current_implicit_loads() -> ImplicitLoads | None:
    """Return the counts of the current request or block, ``None`` outside of both."""
    return _loads.get()


def record_implicit_load(what: str, fix: str, place: Place | None = None) -> None:
    """Apply the policy to one implicit load: count it, and warn or raise.

    Args:
        what: What is being loaded, as the reader knows it: ``User.posts``.
        fix: What to write instead, a sentence.
        place: Where; the application's line that is running when left out.

    Raises:
        ImplicitLoadingError: The policy is ``raise``.
    """
    policy = implicit_loading_policy()
    load = None
    if policy is not ImplicitLoading.ALLOW:
        load = ImplicitLoad(what, place or places.here(), fix)
    loads = _loads.get()
    while loads is not None:
        loads.count += 1
        if load is not None:
            loads.kinds[load] += 1
        loads = loads.outer
    if load is None:
        return
    if policy is ImplicitLoading.RAISE:
        raise ImplicitLoadingError(str(load))
    if (load.place, what) not in _warned:
        _warned.add((load.place, what))
        logger.warning("%s", load)


def forget_warnings() -> None:
    """Let every place warn again, as in a new process."""
    _warned.clear()


def count_explicit_wait() -> None:
    """Count one call of :func:`~quart_app.bridge.wait`."""
    loads = _loads.get()
    while loads is not None:
        loads.waits += 1
        loads = loads.outer


def note_synchronous_wait(greenlet: DrivingGreenlet) -> None:
    """Record a statement that SQLAlchemy executes in driven code and that no ORM load has announced."""
    frame, executes = places.of_wait()
    if executes and places.key(frame) != greenlet.covered:
        greenlet.covered = places.key(frame)
        record_implicit_load(
            "a synchronous SQLAlchemy statement",
            "Await it (AsyncSession, AsyncConnection), or say that it waits: quart_app.bridge.wait().",
            places.place(frame),
        )


def collecting_garbage(frame: FrameType | None) -> bool:
    """Whether SQLAlchemy runs at ``frame`` to close a connection that the garbage collector found."""
    while frame is not None and places.in_sqlalchemy(frame):
        if frame.f_code.co_name == "_finalize_fairy":
            return bool(frame.f_locals.get("is_gc_cleanup"))
        frame = frame.f_back
    return False
