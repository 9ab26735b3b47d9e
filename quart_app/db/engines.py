"""The engines of one application, as its configuration says now."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Mapping
from typing import Any

from quart import Quart

from .config import engine_options
from .engine import Engine, make_engine
from .tracking import record_queries

_KEYS = (
    "SQLALCHEMY_DATABASE_URI",
    "SQLALCHEMY_BINDS",
    "SQLALCHEMY_ENGINE_OPTIONS",
    "SQLALCHEMY_ECHO",
)


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
