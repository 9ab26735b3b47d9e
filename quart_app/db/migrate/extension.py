"""``Migrate``: what an application says about its migrations, and what their ``env.py`` is given."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import alembic.config
import sqlalchemy as sa
from quart import Quart, current_app, g

from ..extension import SQLAlchemy
from ..habits import PLUGIN
from ..urls import translate

#: Options of Alembic's ``context.configure`` that are on unless the application says otherwise.
DEFAULTS: Mapping[str, Any] = {"compare_type": True, "render_as_batch": True}


class Migrate:
    """Sets an application up for migrations, and gives it the commands ``quart db ...``."""

    def __init__(
        self,
        app: Quart | None = None,
        db: SQLAlchemy | None = None,
        directory: str | Path = "migrations",
        command: str = "db",
        **options: Any,
    ) -> None:
        """Create the extension.

        Args:
            app: The application; :meth:`init_app` else.
            db: Its database.
            directory: Where the migrations are, seen from the working directory.
            command: The name of the group of commands.
            options: For Alembic's ``context.configure``.
        """
        self.db = db
        self.directory = str(directory)
        self.command = command
        self.options: dict[str, Any] = {**DEFAULTS, **options}
        self.configure_callbacks: list[Callable[[Config], Config]] = []
        if app is not None and db is not None:
            self.init_app(app)

    def init_app(
        self,
        app: Quart,
        db: SQLAlchemy | None = None,
        directory: str | Path | None = None,
        command: str | None = None,
        **options: Any,
    ) -> None:
        """Set an application up; what is given replaces what the constructor was given."""
        from .cli import group

        self.db = db or self.db
        self.directory = str(directory or self.directory)
        self.command = command or self.command
        self.options.update(options)
        app.extensions["migrate"] = Environment(self, self.db, dict(self.options))
        app.cli.add_command(group, name=self.command)

    def configure(self, function: Callable[[Config], Config]) -> Callable[[Config], Config]:
        """Register a function that gets Alembic's configuration before each command and returns it."""
        self.configure_callbacks.append(function)
        return function

    def get_config(
        self,
        directory: str | Path | None = None,
        x_arg: str | Iterable[str] | None = None,
        opts: Iterable[str] | None = None,
    ) -> Config:
        """Return Alembic's configuration for a command.

        Args:
            directory: Where the migrations are.
            x_arg: What ``context.get_x_argument()`` gives to ``env.py``.
            opts: Names of options that are on, as ``autogenerate``.
        """
        folder = str(directory or self.directory)
        config = Config(str(Path(folder) / "alembic.ini"))
        config.set_main_option("script_location", folder)
        config.set_main_option("path_separator", "os")
        more = [x_arg] if isinstance(x_arg, str) else list(x_arg or ())
        config.cmd_opts = argparse.Namespace(
            x=[*g.get("x_arg", ()), *more], **dict.fromkeys(opts or (), True)
        )
        for function in self.configure_callbacks:
            config = function(config)
        return config


class Config(alembic.config.Config):
    """Alembic's configuration, with our templates, and database URLs that an async driver understands."""

    def __init__(self, *args: Any, **options: Any) -> None:
        # Alembic's own default is what standard output was when Alembic was imported.
        super().__init__(*args, **{"stdout": sys.stdout, **options})

    def get_template_directory(self) -> str:
        """Return the folder of the templates for ``init``."""
        return str(Path(__file__).parent / "templates")

    def get_section(self, name: str, default: Any = None) -> Any:
        """Return a section of ``alembic.ini``; an ``env.py`` makes its engine of it with ``engine_from_config``."""
        section: dict[str, Any] | None = super().get_section(name, default)
        url = (section or {}).get("sqlalchemy.url")
        if section is None or not url:
            return section
        target = translate(url)
        section = {**section, "sqlalchemy.url": target.url, "sqlalchemy.plugins": [PLUGIN]}
        if target.connect_args:
            section["sqlalchemy.connect_args"] = target.connect_args
        return section


class Environment:
    """``app.extensions["migrate"]``: what ``env.py`` asks for."""

    def __init__(self, migrate: Migrate, db: SQLAlchemy | None, configure_args: dict[str, Any]) -> None:
        self.migrate = migrate
        #: The database itself, whose engines are awaited.
        self.database: Any = db
        #: The database with synchronous engines, for the ``env.py`` of Flask-Migrate.
        self.db = SyncDatabase(db)
        self.directory = migrate.directory
        self.configure_args = configure_args

    @property
    def metadata(self) -> sa.MetaData:
        """The metadata of the models."""
        metadata: sa.MetaData = self.database.metadata
        return metadata


class SyncDatabase:
    """A database whose engines are called without ``await``: they wait in the bridge."""

    def __init__(self, db: Any) -> None:
        self._db = db

    @property
    def engine(self) -> sa.Engine:
        """The default engine."""
        engine: sa.Engine = self._db.engine.sync_engine
        return engine

    @property
    def engines(self) -> dict[str | None, sa.Engine]:
        """All engines, by bind key."""
        return {key: engine.sync_engine for key, engine in self._db.engines.items()}

    def get_engine(self, *args: Any, **options: Any) -> sa.Engine:
        """Return an engine by its bind key."""
        engine: sa.Engine = self._db.get_engine(*args, **options).sync_engine
        return engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


def current_migrate() -> Migrate:
    """Return the extension of the current application.

    Raises:
        RuntimeError: It has none.
    """
    environment: Environment | None = current_app.extensions.get("migrate")
    if environment is None:
        raise RuntimeError("This application has no migrations; was Migrate(app, db) forgotten?")
    return environment.migrate
