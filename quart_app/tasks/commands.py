"""``quart tasks``: the queue's commands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import click
from quart import Quart, current_app

from quart_app.bridge import drive
from quart_app.cli import AppGroup, ScriptInfo, pass_script_info

tasks = AppGroup("tasks", help="Tasks that are sent to workers (TASKS_QUEUE).")


def _imported(name: str) -> Any:
    try:
        from .queue import schema, worker
    except ImportError as error:
        raise click.ClickException(
            f"{error.name} is not installed: pip install 'flask-to-quart[queue]'"
        ) from error
    return getattr(worker, name, None) or getattr(schema, name)


def _outcomes() -> Any:
    from .queue.outcomes import DatabaseOutcomes
    from .running import database_of

    return DatabaseOutcomes(database_of(_app()))


def _app() -> Quart:
    app: Quart = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


@tasks.command("init")
async def init() -> None:
    """Make the queue's tables in the application's database."""
    made = await _imported("make_tables")(_imported("conninfo_of")(_app()))
    click.echo("The queue's tables are there." if made else "The queue's tables were there.")


@tasks.command("worker", with_appcontext=False)
@click.option("--concurrency", type=int, help="How many tasks run at a time (TASKS_CONCURRENCY, else 10).")
@pass_script_info
def worker(info: ScriptInfo, concurrency: int | None) -> None:
    """Run what is sent, until it is told to stop (SIGTERM, Ctrl-C)."""
    app = info.load_app()
    make_tables: Callable[..., Any] = _imported("make_tables")
    conninfo = _imported("conninfo_of")(app)
    kind = _imported("Worker")

    async def work() -> None:
        await make_tables(conninfo)
        await drive(app.startup())
        try:
            click.echo("The worker is ready.")
            await kind(app, concurrency).run()
        finally:
            await drive(app.shutdown())

    asyncio.run(work())  # not driven: what runs the tasks needs no bridge, the tasks have theirs


@tasks.command("list")
@click.option("--failed", is_flag=True, help="Only what was given up.")
@click.option("--limit", default=20, show_default=True, help="How many.")
async def list_messages(failed: bool, limit: int) -> None:
    """List the newest messages: key, state, task, failures, last error."""
    for found in await _outcomes().last(limit, failed=failed):
        words = [found.key, found.state.value, found.task]
        if found.error:
            words.append(f"({found.failures} failed: {found.error})")
        click.echo(" ".join(words))


@tasks.command("retry")
@click.argument("key")
async def retry(key: str) -> None:
    """Run a message again that was given up."""
    if not await _outcomes().retry(key):
        raise click.ClickException(f"No message with the key {key} was given up.")
    click.echo(f"{key} is waiting.")


@tasks.command("prune")
@click.option("--days", default=30, show_default=True, help="What ended so long ago.")
async def prune(days: int) -> None:
    """Forget old messages that are done; from then on their keys are new again."""
    click.echo(f"{await _outcomes().prune(days)} forgotten.")
