"""Every way to make a group of commands: click calls its commands, and would never run a coroutine."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after, migrated, with_app

GROUPS = """
import click
from flask.cli import AppGroup, FlaskGroup, with_appcontext
class Own(FlaskGroup):
    pass
@click.group()
def plain():
    pass
@click.group(cls=FlaskGroup, create_app=lambda: app)
def flask():
    pass
@click.group(cls=Own)
def own():
    pass
@plain.group
def below():
    pass
@app.cli.group("sub")
def sub():
    pass
made = FlaskGroup(create_app=lambda: app)
"""


@pytest.mark.parametrize("group", ["plain", "flask", "own", "below", "sub", "made", "app.cli"])
@pytest.mark.parametrize("call", ["", "()", "('fill')"])
def test_a_command_of_a_group_is_run(group: str, call: str) -> None:
    text = after(
        GROUPS + f"@{group}.command{call}\n@click.option('--y')\ndef fill(y):\n    db.create_all()\n"
    )
    assert (
        f"@{group}.command{call}\n@click.option('--y')\n@async_command\nasync def fill(y):\n    await db"
        in text
    )


def test_a_function_that_is_no_group_has_no_commands() -> None:
    text = after("def plain():\n    pass\n@plain.command()\ndef fill():\n    db.create_all()\n")
    assert "async_command" not in text


def test_flasks_group_becomes_the_one_whose_commands_have_the_context() -> None:
    once, _ = migrated(with_app(GROUPS + "@flask.command()\ndef fill():\n    db.create_all()\n"))
    assert "from quart_app.cli import AppGroup, QuartGroup, with_appcontext" in once["code.py"]
    assert migrated(once)[0] == once
