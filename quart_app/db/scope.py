"""Which session ``db.session`` is: one for each application context, one for each ``session_scope()``, else one a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from quart import Quart
from quart.globals import _cv_app
from sqlalchemy import orm
from sqlalchemy.ext.asyncio import AsyncSessionTransaction, async_scoped_session, async_sessionmaker
from sqlalchemy.util import ScopedRegistry

from quart_app.bridge import before_closing

from .guard import current_task
from .query import AsyncQuery
from .session import AsyncSession


class Scope:
    """A ``session_scope()`` that is entered, and the application context it was entered in."""

    __slots__ = ("__weakref__", "context")

    def __init__(self) -> None:
        self.context: Any = _cv_app.get(None)


_current: ContextVar[Scope | None] = ContextVar("quart_app.db.scope", default=None)
_root: ContextVar[Scope | None] = ContextVar("quart_app.db.root scope", default=None)
_ended: WeakSet[Any] = WeakSet()


def current_scope() -> Any:
    """Return what the session of the running code belongs to.

    It is compared by identity: the ``session_scope()`` the code is in, else the application context, as in
    Flask-SQLAlchemy 3, else the thread, as in Flask-SQLAlchemy 2. A task that outlives the context it was started
    in is a scope of its own.
    """
    scope = _current.get()
    context: Any = _cv_app.get(None)
    if scope is not None and scope.context is context and scope not in _ended:
        return scope
    if context is None:
        return _root.get() or threading.current_thread()
    if context in _ended and not context._cv_tokens:
        return current_task() or threading.current_thread()
    return context


def running_context() -> Any:
    """Return the application context the code runs in, or ``None``."""
    return _cv_app.get(None)


class ContextRegistry(ScopedRegistry[AsyncSession]):
    """Sessions by scope, held no longer than the scope."""

    def __init__(
        self, make: Callable[[], AsyncSession], scopefunc: Callable[[], Any] = current_scope
    ) -> None:
        super().__init__(make, scopefunc)
        if scopefunc is current_scope:
            self.registry = WeakKeyDictionary()
            _registries.add(self)
        else:
            _own_choice.add(self)

    def __call__(self) -> AsyncSession:
        """Return the session of the scope; make it if it has none."""
        scope = self.scopefunc()
        session: AsyncSession | None = self.registry.get(scope)
        if session is None:
            session = self.registry[scope] = self.createfunc()
            if isinstance(scope, asyncio.Task):
                scope.add_done_callback(lambda task: _close_after(task, session))
        return session

    def pop(self) -> AsyncSession | None:
        """Return the session of the scope, if it has one, and forget it."""
        session: AsyncSession | None = self.registry.pop(self.scopefunc(), None)
        return session


class ScopedSession(async_scoped_session[AsyncSession]):
    """What ``db.session`` is: the session of the scope, opened by its first use, with all of its methods."""

    registry: ContextRegistry
    close_at_teardown: Any = None

    def __init__(
        self,
        session_factory: async_sessionmaker[AsyncSession],
        scopefunc: Callable[[], Any] | None = None,
    ) -> None:
        super().__init__(session_factory, scopefunc or current_scope)
        self.registry = ContextRegistry(session_factory, scopefunc or current_scope)

    @property
    def sync_session_class(self) -> type[orm.Session]:
        """The class of the synchronous sessions underneath, which events are listened for on."""
        return type(self.session_factory().sync_session)

    def add(self, instance: object, _warn: object = True) -> None:
        """Place one object into the session; see :meth:`AsyncSession.add` for what a second one means."""
        self.registry().add(instance, _warn)

    def begin(self, nested: bool = False) -> AsyncSessionTransaction:
        """Begin a transaction, or a savepoint in the one there is; see :meth:`sqlalchemy.orm.Session.begin`."""
        return self.registry().begin(nested)

    def query(self, *entities: Any, **options: Any) -> AsyncQuery[Any]:
        """Return an awaited query for these entities or columns."""
        return self.registry().query(*entities, **options)

    def query_property(self, query_cls: type[AsyncQuery[Any]] | None = None) -> QueryProperty:
        """Return what ``Base.query = Session.query_property()`` needs."""
        return QueryProperty(self.registry, query_cls)

    async def remove(self) -> None:
        """Close the session of the scope and forget it; uncommitted changes are rolled back."""
        session = self.registry.pop()
        if session is not None:
            await session.close()

    def __getattr__(self, name: str) -> Any:
        # What async_scoped_session has no face for: run_sync, bulk_save_objects, a subclass's own methods.
        if name.startswith("__") or name == "registry":
            raise AttributeError(name)
        return getattr(self.registry(), name)


class QueryProperty:
    """``Model.query``: a query for the class, in the session of the scope."""

    def __init__(
        self, session: Callable[[], AsyncSession], query_cls: type[AsyncQuery[Any]] | None = None
    ) -> None:
        self.session = session
        self.query_cls = query_cls

    def __get__(self, instance: object, owner: type[Any]) -> AsyncQuery[Any]:
        session = self.session()
        return (self.query_cls or session.query_cls)(owner, session=session)


async def end_context(sessions: ScopedSession, context: Any) -> None:
    """Close the session of an application context that ends."""
    if not isinstance(sessions.registry.registry, WeakKeyDictionary):
        await sessions.remove()  # a scope of the application's own choice
        return
    session = sessions.registry.registry.pop(context, None)
    _ended.add(context)
    if session is not None:
        await session.close()


def close_sessions_of(app: Quart, sessions: ScopedSession, commit: str) -> None:
    """Close the session of every application context of ``app`` when it ends.

    Args:
        app: The application.
        sessions: What gives the sessions.
        commit: The key of the configuration that says whether what was done is committed first, where no error was.
    """
    # Not with teardown_appcontext: Quart calls those in the order of their registration, where Flask reverses it,
    # and stops at the first that raises. The session is closed after all of them, whatever they do.
    tear_down = app.do_teardown_appcontext

    async def do_teardown_appcontext(exc: BaseException | None) -> None:
        context = _cv_app.get()
        try:
            await tear_down(exc)
            if exc is None and app.config.get(commit) and sessions.registry.has():
                await sessions.commit()
        finally:
            await end_context(sessions, context)

    app.do_teardown_appcontext = do_teardown_appcontext  # type: ignore[method-assign]


class SessionScope:
    """``async with db.session_scope() as session``: a session of its own for a stretch of work.

    Within it ``db.session`` is that session. It is rolled back if the work fails or is cancelled, and closed at
    the end; what is to stay is committed by the work itself.
    """

    def __init__(self, sessions: ScopedSession) -> None:
        self._sessions = sessions
        self._entered: list[tuple[Scope, Any]] = []

    async def __aenter__(self) -> AsyncSession:
        scope = Scope()
        self._entered.append((scope, _current.set(scope)))
        return self._sessions()

    async def __aexit__(self, *_: object) -> None:
        scope, token = self._entered.pop()
        session = self._sessions.registry.registry.pop(scope, None)
        _ended.add(scope)
        _current.reset(token)
        if session is not None:
            await session.close()


def _close_after(task: asyncio.Task[Any], session: AsyncSession) -> None:
    if session.in_transaction():
        closing = task.get_loop().create_task(session.close())
        _closing.add(closing)
        closing.add_done_callback(_closing.discard)


_closing: set[asyncio.Task[None]] = set()
_registries: WeakSet[ContextRegistry] = WeakSet()
#: Those whose scope is the application's own choice.
_own_choice: WeakSet[ContextRegistry] = WeakSet()


@before_closing
async def _end_thread(thread: threading.Thread) -> None:
    """Close the sessions that a thread has outside application contexts, while the loop that they used still is."""
    for registry in list(_registries):
        session = registry.registry.pop(thread, None)
        if session is not None:
            await session.close()


@asynccontextmanager
async def own_sessions() -> AsyncIterator[None]:
    """Let the code within have sessions of its own outside application contexts, as a thread of its own has.

    They are closed at the end.
    """
    scope = Scope()
    token = _root.set(scope)
    try:
        yield
    finally:
        _root.reset(token)
        for registry in list(_registries):
            session = registry.registry.pop(scope, None)
            if session is not None:
                await session.close()


@asynccontextmanager
async def fresh_sessions() -> AsyncIterator[None]:
    """Let the code within have sessions that have seen nothing yet, inside an application context or not.

    They are closed at the end. What is uncommitted in the sessions outside is not visible within.
    """
    scope = Scope()
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)
        _ended.add(scope)
        for registry in list(_registries):
            session = registry.registry.pop(scope, None)
            if session is not None:
                await session.close()


def in_transaction() -> bool:
    """Whether a session of the running code has begun a transaction, and so may hold a connection and see old data."""
    scope = current_scope()
    for registry in list(_registries):
        session = registry.registry.get(scope)
        if session is not None and session.in_transaction():
            return True
    return any(registry.has() and registry().in_transaction() for registry in list(_own_choice))
