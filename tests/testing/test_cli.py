"""The runner of command-line commands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import click
import pytest
from quart import current_app

from quart_app import Quart
from quart_app.bridge import NotInBridgeError, drive, run
from quart_app.cli import async_command
from quart_app.testing import CliRunner


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


@pytest.fixture
def app() -> Quart:
    app = Quart("shop")

    command: Callable[..., Callable[[Any], click.Command]] = app.cli.command

    @command()
    @click.argument("name")
    def greet(name: str) -> None:
        click.echo(run(later(f"hello {name} from {current_app.name}")))

    @command("wait")
    async def waits() -> None:
        click.echo(await later(f"waited in {current_app.name}"))

    @command()
    def fails() -> None:
        raise ZeroDivisionError

    return app


def check(app: Quart) -> None:
    runner = app.test_cli_runner()
    assert isinstance(runner, CliRunner)
    assert runner.invoke(args=["greet", "ann"]).output == "hello ann from shop\n"
    assert runner.invoke(args="wait").output == "waited in shop\n"
    assert isinstance(runner.invoke(args=["fails"]).exception, ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        runner.invoke(args=["fails"], catch_exceptions=False)
    assert runner.invoke(args=["greet"]).exit_code == 2


def test_commands_run_where_no_loop_runs(app: Quart) -> None:
    check(app)


async def test_commands_run_inside_a_driven_loop(app: Quart) -> None:
    async def driven() -> None:
        check(app)

    await drive(driven())


async def test_on_a_loop_that_is_not_driven_the_result_says_so(app: Quart) -> None:
    result = app.test_cli_runner().invoke(args=["greet", "ann"])
    assert isinstance(result.exception, NotInBridgeError)


def test_other_commands_get_the_application(app: Quart) -> None:
    @click.command()
    @click.pass_obj
    def which(obj: Any) -> None:
        click.echo(obj.load_app().name)

    assert app.test_cli_runner().invoke(which).output == "shop\n"


def test_a_coroutine_function_becomes_a_command(app: Quart) -> None:
    @click.command()
    @async_command
    async def remembered() -> None:
        click.echo(await later("done"))

    assert app.test_cli_runner().invoke(remembered).output == "done\n"
