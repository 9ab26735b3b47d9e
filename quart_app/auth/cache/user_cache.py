"""``UserCache``: users across requests, as copies that cannot be changed and that end when their user changes."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack, suppress
from enum import Enum
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

import sqlalchemy as sa
from quart import Quart, current_app
from sqlalchemy.ext.asyncio import async_object_session

from quart_app.db.scope import fresh_sessions, in_transaction

from ..errors import AuthSetupError
from ..flight import SingleFlight
from ..state import settled
from . import listening
from .changes import Affected, Watch
from .codec import Codec
from .fields import Fields, read_fields
from .redis_store import RedisStore
from .snapshot import Snapshot
from .stores import MISS, MemoryStore, Store

if TYPE_CHECKING:
    from sqlalchemy import orm

    from ..login_manager import LoginManager

_log = logging.getLogger("quart_app.auth.cache")


class _Kept:
    """What the cache of one application keeps."""

    def __init__(self, store: Store, absent: MemoryStore) -> None:
        self.store = store
        self.absent = absent
        self.flights: dict[tuple[str, Any], SingleFlight[Any]] = {}

    def forget(self, keys: Iterable[str] | None) -> None:
        chosen = None if keys is None else frozenset(keys)
        self.store.forget(chosen)
        self.absent.forget(chosen)
        # Who asks from now on must not be given what a load that began before the change finds.
        for key, token in list(self.flights):
            if chosen is None or key in chosen:
                del self.flights[key, token]


class UserCache:
    """Copies of users, between the auth layer and the application's user loader. See ``LoginManager.cache_users``."""

    def __init__(
        self,
        manager: LoginManager,
        model: type[Any],
        fields: Iterable[str],
        *,
        store: str = "memory",
        seconds: float = 30.0,
        absent_seconds: float = 2.0,
        size: int = 10_000,
        ignore: Iterable[str] = (),
        prefix: str | None = None,
    ) -> None:
        self._manager = manager
        self._model = model
        self._paths = tuple(fields)
        self._store = store
        self._seconds = seconds
        self._absent_seconds = absent_seconds
        self._size = size
        self._ignore = tuple(ignore)
        self._prefix = prefix
        self._fields: Fields | None = None
        self._watch: Watch | None = None
        self._by_app: WeakKeyDictionary[Quart, _Kept | None] = WeakKeyDictionary()
        #: Applications that have stopped: nothing is kept for them until they serve again.
        self._closed: WeakSet[Quart] = WeakSet()
        listening.watch(self)

    # Finding

    async def find(self, user_id: Any) -> Any:
        """Return the copy of the user with this id, loaded by the application's user loader where it is not known.

        Returns:
            The copy; ``None`` if there is no such user; the loader's own result where the cache is switched off.

        Raises:
            AuthSetupError: The loader returns something else than users.
            SnapshotError: A user has a value that cannot be copied.
        """
        kept = self._kept(current_app._get_current_object())  # type: ignore[attr-defined]
        if kept is None:
            return await self._manager._load_by_id(user_id)
        key = str(user_id)
        token, found = await kept.store.read(key)
        if found is not MISS:
            return found
        if in_transaction():
            # On the connection this request holds already. It may see what is not committed, or no longer true: that is
            # this request's own view and nobody else's.
            return (await self._load(user_id))[0]
        absent_token, absent = await kept.absent.read(key)
        if absent is not MISS:
            return None
        name = (key, repr(token))
        flight = kept.flights.get(name)
        if flight is None:
            flight = kept.flights[name] = SingleFlight("The user")

        async def load() -> Any:
            try:
                begun = time.monotonic()
                async with fresh_sessions():
                    copy, sure = await self._load(user_id)
                if copy is None:
                    await kept.absent.write(key, absent_token, None, begun)
                elif sure:
                    await kept.store.write(key, token, copy, begun)
                return copy
            finally:
                if kept.flights.get(name) is flight:
                    del kept.flights[name]

        return await flight.run(load)

    async def _load(self, user_id: Any) -> tuple[Snapshot | None, bool]:
        """Return the copy of what the loader finds, and whether it is the user who was asked for."""
        fields = self._known_fields()
        async with AsyncExitStack() as stack:
            stack.enter_context(listening.loading_together(self._model, self._options()))
            user = await self._manager._load_by_id(user_id)
            if user is None:
                return None, True
            if not isinstance(user, self._model):
                raise AuthSetupError(
                    f"The user cache is for {self._model.__name__}, but the user loader returned a {type(user).__name__}."
                )
            await _load_the_rest(user, fields)
            own_id = await settled(getattr(user, self._manager.id_attribute)())
            copy = fields.copy(user)
        if str(own_id) == str(user_id):
            return copy, True
        _log.warning("The user loader was asked for %r and returned %r, who is not kept.", user_id, own_id)
        return copy, False

    @staticmethod
    def is_copy(user: Any) -> bool:
        """Whether ``user`` is a copy, and no row."""
        return isinstance(user, Snapshot)

    # Forgetting

    async def invalidate(self, *user_ids: Any) -> None:
        """Forget these users, after a change that the ORM did not see. Call it after the commit."""
        self.forget({str(user_id) for user_id in user_ids})
        await self.settle()

    async def invalidate_all(self) -> None:
        """Forget all users."""
        self.forget(None)
        await self.settle()

    def forget(self, keys: Iterable[str] | None) -> None:
        """Forget these users, or all, in this process at once; :meth:`settle` waits until the others have."""
        for kept in self._all_kept():
            kept.forget(keys)

    async def settle(self) -> None:
        """Wait, not for long, until all workers have forgotten what was forgotten here."""
        for kept in self._all_kept():
            await kept.store.settle()

    # What the session events ask

    def note_flush(self, session: orm.Session, affected: Affected) -> None:
        """Add the users that a flush changes."""
        watch = self._watched()
        if watch is not None:
            watch.note_flush(session, affected)

    def note_statement(self, statement: Any, affected: Affected) -> None:
        """Add the users that a statement changes."""
        watch = self._watched()
        if watch is not None:
            watch.note_statement(statement, affected)

    def note_bulk(self, mapper: Any, affected: Affected) -> None:
        """Add the users that a bulk method changes."""
        watch = self._watched()
        if watch is not None:
            watch.note_bulk(mapper, affected)

    def _watched(self) -> Watch | None:
        # Any session of the process comes here. One that has nothing to do with a cache that is set up wrongly must not
        # fail for it; that cache keeps no copies, see _make.
        with suppress(Exception):
            self._set_up()
        return self._watch

    # Set-up, at the first use: only then all models are known

    def _set_up(self) -> None:
        if self._watch is None and sa.inspect(self._model, raiseerr=False) is not None:
            self._watch = Watch(self._known_fields(), self._manager.id_attribute, self._ignore)

    def _known_fields(self) -> Fields:
        if self._fields is None:
            version = self._manager.session_version_attribute
            self._fields = read_fields(self._model, self._paths, [version] if version else [])
        return self._fields

    def _options(self) -> list[Any]:
        fields = self._known_fields()
        return list(fields.loaders()) if fields.relations else []

    def _all_kept(self) -> list[_Kept]:
        """What is kept for every application of the manager: a command that has asked for no user changes users, too."""
        found = [self._kept(app) for app in list(self._manager.apps) if app not in self._closed]
        return [kept for kept in found if kept is not None]

    def _kept(self, app: Quart) -> _Kept | None:
        try:
            return self._by_app[app]
        except KeyError:
            self._closed.discard(app)
            kept = self._by_app[app] = self._make(app)
            return kept

    def _make(self, app: Quart) -> _Kept | None:
        where = app.config.get("AUTH_USER_CACHE", self._store)
        if not where or where == "off":
            return None
        self._set_up()
        fields = self._known_fields()
        store: Store
        if where == "memory":
            store = MemoryStore(self._seconds, self._size)
        else:
            if not app.secret_key:
                raise AuthSetupError(
                    "The user cache in Redis signs what it keeps: the application needs a SECRET_KEY."
                )
            codec = Codec(fields, app.secret_key, _enums(fields))
            prefix = self._prefix or f"quart-app:users:{app.import_name}"
            store = RedisStore(where, codec, self._seconds, prefix, fields.fingerprint())
        return _Kept(store, MemoryStore(self._absent_seconds, 1_000))

    async def close(self, app: Quart) -> None:
        """Give back what the cache of ``app`` holds. The LoginManager sees to it when the application stops."""
        self._closed.add(app)
        kept = self._by_app.pop(app, None)
        if kept is not None:
            await kept.store.close()


def _enums(fields: Fields) -> dict[str, type[Enum]]:
    found: dict[str, type[Enum]] = {}
    for part in [fields, *fields.below()]:
        mapper = sa.inspect(part.model, raiseerr=False)
        for column in [] if mapper is None else mapper.columns:
            kind = getattr(column.type, "enum_class", None)
            if kind is not None:
                found[kind.__qualname__] = kind
    return found


async def _load_the_rest(user: Any, fields: Fields) -> None:
    """Load what the loader's own query left out, such as deferred columns."""
    state: Any = sa.inspect(user, raiseerr=False)
    if state is None:
        return
    missing = state.unloaded & {*fields.names, *fields.relations}
    session = async_object_session(user)
    if missing and session is not None:
        await session.refresh(user, list(missing))
