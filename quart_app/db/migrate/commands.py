"""The commands as functions: ``upgrade()``, ``migrate(message="add a table")`` ..., inside an application context.

Each can be called in synchronous code and in the bridge alike.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import alembic.command
from alembic.util import CommandError
from quart import current_app

from quart_app.bridge import implicit_loading, run

from .extension import Config, current_migrate

Directory = str | Path | None
XArg = str | Iterable[str] | None

TEMPLATE = "quart"
log = logging.getLogger("quart_app.db.migrate")


def _alembic(function: Callable[..., Any], config: Config, *args: Any, **options: Any) -> None:
    """Run a command of Alembic where its ``env.py`` can wait; what it objects to ends the process with 1."""

    async def in_bridge() -> None:
        with implicit_loading("allow"):  # a migration is synchronous and stays so
            function(config, *args, **options)

    environment = current_app.extensions["migrate"]
    before = dict(environment.configure_args)
    try:
        run(in_bridge())
    except (CommandError, RuntimeError) as error:
        log.error("Error: %s", error)
        sys.exit(1)
    finally:
        # An env.py of Flask-Migrate leaves a function of this command there, which the next one would call.
        environment.configure_args = before


def list_templates() -> None:
    """Print what ``init`` can make."""
    config = Config()
    for folder in sorted(Path(config.get_template_directory()).iterdir()):
        if (folder / "README").is_file():
            config.print_stdout("%s - %s", folder.name, (folder / "README").read_text().splitlines()[0])


def init(
    directory: Directory = None, multidb: bool = False, template: str | None = None, package: bool = False
) -> None:
    """Make the folder for migrations.

    Args:
        directory: Where.
        multidb: Not offered: an ``env.py`` for several binds is written by hand, or kept from Flask-Migrate.
        template: The name of a template, or the path of one's own.
        package: Put ``__init__.py`` files in it.
    """
    extension = current_migrate()
    folder = str(directory or extension.directory)
    config = Config()
    config.set_main_option("script_location", folder)
    config.config_file_name = str(Path(folder) / "alembic.ini")
    for function in extension.configure_callbacks:
        function(config)
    if multidb:
        raise NotImplementedError("init(multidb=True): write env.py for several binds by hand.")
    _alembic(alembic.command.init, config, folder, template=template or TEMPLATE, package=package)


def revision(
    directory: Directory = None,
    message: str | None = None,
    autogenerate: bool = False,
    sql: bool = False,
    head: str = "head",
    splice: bool = False,
    branch_label: str | None = None,
    version_path: str | None = None,
    rev_id: str | None = None,
    x_arg: XArg = None,
) -> None:
    """Make an empty revision; see ``alembic revision`` for the arguments."""
    opts = ["autogenerate"] if autogenerate else []
    _alembic(
        alembic.command.revision,
        current_migrate().get_config(directory, x_arg, opts),
        message,
        autogenerate=autogenerate,
        sql=sql,
        head=head,
        splice=splice,
        branch_label=branch_label,
        version_path=version_path,
        rev_id=rev_id,
    )


def migrate(directory: Directory = None, message: str | None = None, **options: Any) -> None:
    """Make a revision from the difference between the models and the database."""
    revision(directory, message, autogenerate=True, **options)


def edit(directory: Directory = None, revision: str = "current") -> None:
    """Open a revision in the editor."""
    _alembic(alembic.command.edit, current_migrate().get_config(directory), revision)


def merge(
    directory: Directory = None,
    revisions: Any = "",
    message: str | None = None,
    branch_label: str | None = None,
    rev_id: str | None = None,
) -> None:
    """Make one revision of several heads."""
    config = current_migrate().get_config(directory)
    _alembic(alembic.command.merge, config, revisions, message, branch_label=branch_label, rev_id=rev_id)


def upgrade(
    directory: Directory = None,
    revision: str = "head",
    sql: bool = False,
    tag: str | None = None,
    x_arg: XArg = None,
) -> None:
    """Bring the database to a later revision."""
    _alembic(
        alembic.command.upgrade, current_migrate().get_config(directory, x_arg), revision, sql=sql, tag=tag
    )


def downgrade(
    directory: Directory = None,
    revision: str = "-1",
    sql: bool = False,
    tag: str | None = None,
    x_arg: XArg = None,
) -> None:
    """Bring the database back to an earlier revision."""
    config = current_migrate().get_config(directory, x_arg)
    if sql and revision == "-1":
        revision = "head:-1"
    _alembic(alembic.command.downgrade, config, revision, sql=sql, tag=tag)


def show(directory: Directory = None, revision: str = "head") -> None:
    """Print a revision."""
    _alembic(alembic.command.show, current_migrate().get_config(directory), revision)


def history(
    directory: Directory = None,
    rev_range: str | None = None,
    verbose: bool = False,
    indicate_current: bool = False,
) -> None:
    """Print the revisions in their order."""
    config = current_migrate().get_config(directory)
    _alembic(alembic.command.history, config, rev_range, verbose=verbose, indicate_current=indicate_current)


def heads(directory: Directory = None, verbose: bool = False, resolve_dependencies: bool = False) -> None:
    """Print the last revisions."""
    config = current_migrate().get_config(directory)
    _alembic(alembic.command.heads, config, verbose=verbose, resolve_dependencies=resolve_dependencies)


def branches(directory: Directory = None, verbose: bool = False) -> None:
    """Print where the revisions part."""
    _alembic(alembic.command.branches, current_migrate().get_config(directory), verbose=verbose)


def current(directory: Directory = None, verbose: bool = False) -> None:
    """Print the revision of the database."""
    _alembic(alembic.command.current, current_migrate().get_config(directory), verbose=verbose)


def stamp(
    directory: Directory = None,
    revision: str = "head",
    sql: bool = False,
    tag: str | None = None,
    purge: bool = False,
) -> None:
    """Say which revision the database has, without changing its tables."""
    config = current_migrate().get_config(directory)
    _alembic(alembic.command.stamp, config, revision, sql=sql, tag=tag, purge=purge)


def check(directory: Directory = None) -> None:
    """Fail if the models and the database differ."""
    _alembic(alembic.command.check, current_migrate().get_config(directory))
