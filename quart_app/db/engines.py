"""The engines of one application, as its configuration says now."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from quart import Quart
from quart.globals import _cv_app

from .config import engine_options
from .engine import Engine, make_engine
from .memory import MemoryPool
from .tracking import record_queries

_KEYS = (
    "SQLALCHEMY_DATABASE_URI",
    "SQLALCHEMY_BINDS",
    "SQLALCHEMY_ENGINE_OPTIONS",
    "SQLALCHEMY_ECHO",
)


def for_sessions(
    engines: Mapping[str | None, Engine], of_all: Mapping[Quart, Engines]
) -> Mapping[str | None, Engine]:
    """The engines that a session works with: those of the current application, mostly.

    Until version 2 of Flask-SQLAlchemy a thread had one session, with the engines of the application that was the current one
    when it was made; in a context of a second application within the first's context it was the same session. It matters where
    each has an in-memory database: a test makes the tables, and then an application anew. So while nobody has used the
    second's, the first's is meant: nothing could be found in the other.

    Args:
        engines: Those of the current application.
        of_all: The engines of every application.
    """
    if _is_open(engines.get(None)) is False:
        for app in _outer_applications():
            theirs = of_all[app].current() if app in of_all else {}
            if _is_open(theirs.get(None)):
                return theirs
    return engines


def _is_open(engine: Engine | None) -> bool | None:
    """Whether an in-memory database has been used; ``None`` for another one."""
    pool = None if engine is None else engine.sync_engine.pool
    return pool.database.is_open if isinstance(pool, MemoryPool) else None


def _outer_applications() -> Iterator[Quart]:
    context: Any = _cv_app.get(None)
    while context is not None and context._cv_tokens:
        outer = context._cv_tokens[0].old_value
        # A context that is pushed twice is its own outer one.
        context = outer if outer is not context and hasattr(outer, "app") else None
        if context is not None:
            yield context.app


class Engines:
    """Makes engines when the configuration is first asked for them, and others where it has changed since.

    Flask-SQLAlchemy did so until version 2: an application made for one database and then configured for another uses
    the other. Version 3 kept the first, which is the one of development where tests forget it, and ``drop_all`` empties it.
    """

    def __init__(self, app: Quart, defaults: Mapping[str, Any]) -> None:
        self._config = app.config
        # The table that holds this is keyed weakly by the application.
        self._app = weakref.ref(app)
        self._defaults = dict(defaults)
        self._read: tuple[Any, ...] | None = None
        self._options: dict[str | None, dict[str, Any]] = {}
        self._made: dict[str | None, Engine] = {}

    def __getitem__(self, key: str | None) -> Engine:
        return self.current()[key]

    def at_once(self) -> Collection[str | None]:
        """The bind keys of the engines; none, where no database is configured yet."""
        config = self._config
        if config.get("SQLALCHEMY_DATABASE_URI") is None and not (
            config.get("SQLALCHEMY_BINDS") or (config.get("SQLALCHEMY_ENGINE_OPTIONS") or {}).get("url")
        ):
            for key in _KEYS:
                config.setdefault(key, _DEFAULTS[key])
            return ()
        return self.current().keys()

    def current(self) -> Mapping[str | None, Engine]:
        """The engines by bind key.

        Raises:
            RuntimeError: No database is configured.
            DatabaseURLError: No async driver understands the URL.
            MissingDriverError: The async driver is not installed.
        """
        config = self._config
        now = tuple(config.get(key) for key in _KEYS)
        if now != self._read:
            app = self._app()
            if app is None:
                raise RuntimeError("The application of these engines is gone.")
            self._make(engine_options(app, self._defaults))
            self._read = tuple(_copy(config.get(key)) for key in _KEYS)
        return self._made

    def _make(self, options: dict[str | None, dict[str, Any]]) -> None:
        made = {}
        for key, given in options.items():
            if key in self._made and self._options[key] == given:
                made[key] = self._made[key]
                continue
            made[key] = make_engine(**given)
            if self._config.get("SQLALCHEMY_RECORD_QUERIES"):
                record_queries(made[key])
        self._made, self._options = made, options


_DEFAULTS: Mapping[str, Any] = {
    "SQLALCHEMY_DATABASE_URI": None,
    "SQLALCHEMY_BINDS": {},
    "SQLALCHEMY_ENGINE_OPTIONS": {},
    "SQLALCHEMY_ECHO": False,
}


def _copy(value: Any) -> Any:
    """A value that stays what it is when the configuration's own is changed in place."""
    return {key: _copy(item) for key, item in value.items()} if isinstance(value, Mapping) else value
