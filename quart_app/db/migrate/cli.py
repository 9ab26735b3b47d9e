"""``quart db ...``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from quart import g

from quart_app.cli import AppGroup

from . import commands

group = AppGroup("db", help="Perform database migrations.")

Command = Callable[..., None]


def _flag(name: str, text: str, *more: str) -> Callable[[Command], Command]:
    return click.option(*more, f"--{name}", is_flag=True, help=text)


def _text(name: str, text: str, *more: str, **options: Any) -> Callable[[Command], Command]:
    return click.option(*more, f"--{name}", help=text, **options)


directory = _text("directory", "Where the migrations are (default: migrations).", "-d")
message = _text("message", "What the revision does.", "-m")
sql = _flag("sql", "Print the SQL, execute nothing.")
tag = _text("tag", "A tag for env.py.")
verbose = _flag("verbose", "Say more.", "-v")
rev_id = _text("rev-id", "The identifier of the revision.")
branch_label = _text("branch-label", "A label for the branch.")
head = _text("head", "The revision, or branch, to go on from.", default="head", show_default=True)
splice = _flag("splice", "Go on from a revision that is no head.")
version_path = _text("version-path", "Where the file goes.")
x_arg = _text("x-arg", "Argument for env.py, several times if there are several.", "-x", multiple=True)


def _made(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorator(function: Command) -> Command:
        for option in reversed(options):
            function = option(function)
        return function

    return decorator


def _with_x(function: Command, given: tuple[str, ...], **options: Any) -> None:
    g.x_arg = list(given)
    function(**options)


@group.command("list-templates")
def list_templates() -> None:
    """List the templates for init."""
    commands.list_templates()


@group.command("init")
@_made(
    directory,
    _text("template", "The template (default: quart).", "-t"),
    _flag("package", "Write __init__.py files."),
)
def init(**options: Any) -> None:
    """Make the folder for migrations."""
    commands.init(**options)


@group.command("revision")
@_made(
    directory,
    message,
    _flag("autogenerate", "Fill it with the difference between models and database."),
    sql,
    head,
    splice,
    branch_label,
    version_path,
    rev_id,
)
def revision(**options: Any) -> None:
    """Make a revision."""
    commands.revision(**options)


@group.command("migrate")
@_made(directory, message, sql, head, splice, branch_label, version_path, rev_id, x_arg)
def migrate(x_arg: tuple[str, ...], **options: Any) -> None:
    """Make a revision from the difference between models and database."""
    _with_x(commands.migrate, x_arg, **options)


@group.command("edit")
@_made(directory, click.argument("revision", default="head"))
def edit(**options: Any) -> None:
    """Edit a revision."""
    commands.edit(**options)


@group.command("merge")
@_made(directory, message, branch_label, rev_id, click.argument("revisions", nargs=-1))
def merge(**options: Any) -> None:
    """Merge heads into one revision."""
    commands.merge(**options)


@group.command("upgrade")
@_made(directory, sql, tag, x_arg, click.argument("revision", default="head"))
def upgrade(x_arg: tuple[str, ...], **options: Any) -> None:
    """Bring the database to a later revision."""
    _with_x(commands.upgrade, x_arg, **options)


@group.command("downgrade")
@_made(directory, sql, tag, x_arg, click.argument("revision", default="-1"))
def downgrade(x_arg: tuple[str, ...], **options: Any) -> None:
    """Bring the database back to an earlier revision."""
    _with_x(commands.downgrade, x_arg, **options)


@group.command("show")
@_made(directory, click.argument("revision", default="head"))
def show(**options: Any) -> None:
    """Show a revision."""
    commands.show(**options)


@group.command("history")
@_made(
    directory,
    _text("rev-range", "From where to where: [start]:[end].", "-r"),
    verbose,
    _flag("indicate-current", "Say which one the database has.", "-i"),
)
def history(**options: Any) -> None:
    """List the revisions."""
    commands.history(**options)


@group.command("heads")
@_made(directory, verbose, _flag("resolve-dependencies", "Treat dependencies as down revisions."))
def heads(**options: Any) -> None:
    """Show the last revisions."""
    commands.heads(**options)


@group.command("branches")
@_made(directory, verbose)
def branches(**options: Any) -> None:
    """Show where the revisions part."""
    commands.branches(**options)


@group.command("current")
@_made(directory, verbose)
def current(**options: Any) -> None:
    """Show the revision of the database."""
    commands.current(**options)


@group.command("stamp")
@_made(
    directory,
    sql,
    tag,
    _flag("purge", "Forget the revisions that are noted first."),
    click.argument("revision", default="head"),
)
def stamp(**options: Any) -> None:
    """Note a revision for the database, without changing its tables."""
    commands.stamp(**options)


@group.command("check")
@_made(directory)
def check(**options: Any) -> None:
    """Fail if models and database differ."""
    commands.check(**options)
