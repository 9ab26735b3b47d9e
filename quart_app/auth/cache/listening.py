"""Listens to the sessions for the caches: notes what a transaction changes, and acts on it when it has been committed."""

from __future__ import annotations

import contextvars
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from sqlalchemy import event, orm

from quart_app import bridge
from quart_app.db.session import bulk_listeners

from .changes import Affected

if TYPE_CHECKING:
    from .user_cache import UserCache

_log = logging.getLogger("quart_app.auth.cache")
_AFFECTED = "quart_app.auth affected"
_COMMITTING = "quart_app.auth committing"

_caches: WeakSet[UserCache] = WeakSet()
_together: contextvars.ContextVar[tuple[type[Any], tuple[Any, ...]] | None] = contextvars.ContextVar(
    "quart_app.auth loaded together", default=None
)


def joined(relationships: Iterable[Any]) -> list[Any]:
    """Return the options that load these relationships in the statement that loads their object."""
    return [orm.joinedload(relationship) for relationship in relationships]


@contextmanager
def loading_together(model: type[Any], options: Iterable[Any]) -> Iterator[None]:
    """Load users within with these loader options, whichever way the code asks for them, in one statement."""
    _listen()
    token = _together.set((model, tuple(options)))
    try:
        yield
    finally:
        _together.reset(token)


def watch(cache: UserCache) -> None:
    """Tell ``cache`` of changes from now on."""
    _caches.add(cache)
    _listen()


def _listen() -> None:
    # On all sessions there are. An application without a cache never comes here.
    if not event.contains(orm.Session, "do_orm_execute", _on_execute):
        event.listen(orm.Session, "do_orm_execute", _on_execute)
        event.listen(orm.Session, "after_flush", _on_flush)
        event.listen(orm.Session, "before_commit", _before_commit)
        event.listen(orm.Session, "after_commit", _after_commit)
        event.listen(orm.Session, "after_transaction_end", _after_end)
        bulk_listeners.append(_on_bulk)


def _on_execute(execution: orm.ORMExecuteState) -> Any:
    if execution.is_select:
        return _add_options(execution)
    _note(execution.session, lambda cache, found: cache.note_statement(execution.statement, found))
    return None


def _add_options(execution: orm.ORMExecuteState) -> Any:
    wanted = _together.get()
    if wanted is None or execution.is_relationship_load or execution.is_column_load:
        return None
    model, options = wanted
    mapper = execution.bind_mapper
    if not options or mapper is None or not mapper.isa(orm.class_mapper(model)):
        return None
    # Rows of joined lists come several times; what asks for one user must not be told that there are several.
    return execution.invoke_statement(execution.statement.options(*options)).unique()


def _on_flush(session: orm.Session, _context: Any) -> None:
    _note(session, lambda cache, found: cache.note_flush(session, found))


def _on_bulk(session: orm.Session, mapper: Any) -> None:
    _note(session, lambda cache, found: cache.note_bulk(mapper, found))


def _note(session: orm.Session, look: Callable[[UserCache, Affected], None]) -> None:
    for cache in list(_caches):
        known: dict[UserCache, Affected] = session.info.setdefault(_AFFECTED, {})
        found = known.get(cache)
        if found is None:
            found = known[cache] = Affected()
        look(cache, found)


def _before_commit(session: orm.Session) -> None:
    if not session.in_nested_transaction():
        session.info[_COMMITTING] = True


def _after_commit(session: orm.Session) -> None:
    if session.in_nested_transaction():
        # A savepoint is nothing that others can see; but SQLite's driver, if it comes first in its transaction, commits it.
        session.info[_COMMITTING] = True
    else:
        _act(session)


def _after_end(session: orm.Session, ended: orm.SessionTransaction) -> None:
    if ended.parent is not None:
        return
    if session.info.get(_COMMITTING):
        # The commit was begun and did not succeed, or its answer was lost: the change may stand.
        _act(session)
    else:
        session.info.pop(_AFFECTED, None)


def _act(session: orm.Session) -> None:
    session.info.pop(_COMMITTING, None)
    known: dict[UserCache, Affected] = session.info.pop(_AFFECTED, {})
    for cache, found in known.items():
        if not found:
            continue
        try:
            cache.forget(None if found.all else found.keys)
            if bridge.in_bridge():
                # Whoever waits for the commit waits for this, too: after it, the change is in force.
                bridge.wait(cache.settle())
        except Exception:  # it is committed, and must not look as if it were not
            _log.exception("The user cache could not tell others of a change.")
