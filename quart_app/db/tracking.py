"""What Flask-SQLAlchemy tells about itself: the signals of committed models, and the queries of a context."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from typing import Any

from blinker import NamedSignal, Namespace
from quart import current_app, g, has_app_context
from sqlalchemy import event, inspect
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session

from quart_app import bridge

from .guard import calling_place

_signals = Namespace()

#: Sent after a commit, with ``changes``: pairs of an object and ``"insert"``, ``"update"`` or ``"delete"``.
models_committed = _signals.signal("models-committed")
#: The same before the commit.
before_models_committed = _signals.signal("before-models-committed")

_CHANGES = "quart_app.db changes"


def track_modifications(session_class: type[Session]) -> None:
    """Send the two signals for the sessions of ``session_class``, where the configuration asks for them."""
    if not event.contains(session_class, "before_flush", _note_changes):
        event.listen(session_class, "before_flush", _note_changes)
        event.listen(session_class, "before_commit", _before_commit)
        event.listen(session_class, "after_commit", _after_commit)
        event.listen(session_class, "after_rollback", _after_rollback)


def _tracks() -> bool:
    return has_app_context() and bool(current_app.config.get("SQLALCHEMY_TRACK_MODIFICATIONS"))


def _note_changes(session: Session, *_: Any) -> None:
    if not _tracks():
        return
    changes: dict[Any, tuple[object, str]] = session.info.setdefault(_CHANGES, {})
    for objects, operation in (
        (session.new, "insert"),
        (session.dirty, "update"),
        (session.deleted, "delete"),
    ):
        for changed in objects:
            state = inspect(changed)
            changes[state.identity_key if state.has_identity else id(changed)] = (changed, operation)


def _before_commit(session: Session) -> None:
    _note_changes(session)
    if _tracks() and session.info.get(_CHANGES):
        _send(before_models_committed, session.info[_CHANGES])


def _after_commit(session: Session) -> None:
    changes = session.info.pop(_CHANGES, None)
    if changes and _tracks():
        _send(models_committed, changes)


def _send(signal: NamedSignal, changes: Mapping[Any, tuple[object, str]]) -> None:
    # The session commits in a greenlet of SQLAlchemy's, so a receiver that is a coroutine can be waited for.
    sender = current_app._get_current_object()  # type: ignore[attr-defined]
    signal.send(sender, _async_wrapper=_waited_for, changes=list(changes.values()))


def _waited_for(receiver: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    return lambda *args, **options: bridge.wait(receiver(*args, **options))


def _after_rollback(session: Session) -> None:
    session.info.pop(_CHANGES, None)


@dataclasses.dataclass
class QueryInfo:
    """One statement that was executed."""

    statement: str | None
    parameters: Any
    start_time: float
    end_time: float
    location: str

    @property
    def duration(self) -> float:
        """The seconds it took."""
        return self.end_time - self.start_time

    @property
    def context(self) -> str:
        """Where it was executed, by the name that Flask-SQLAlchemy 2 has for it."""
        return self.location


def get_recorded_queries() -> list[QueryInfo]:
    """Return the statements executed in this application context, if ``SQLALCHEMY_RECORD_QUERIES`` is on."""
    return g.get("_sqlalchemy_queries", [])  # type: ignore[no-any-return]


#: Flask-SQLAlchemy's name for it before 3.0.
get_debug_queries = get_recorded_queries


def record_queries(engine: AsyncEngine) -> None:
    """Record the statements of ``engine`` from now on."""
    event.listen(engine.sync_engine, "before_cursor_execute", _start)
    event.listen(engine.sync_engine, "after_cursor_execute", _end)


def _start(
    _connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    context._quart_app_started = perf_counter()


def _end(_connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool) -> None:
    if not has_app_context():
        return
    if "_sqlalchemy_queries" not in g:
        g._sqlalchemy_queries = []
    started = getattr(context, "_quart_app_started", perf_counter())
    g._sqlalchemy_queries.append(
        QueryInfo(statement, parameters, started, perf_counter(), str(calling_place() or "<unknown>"))
    )
