"""Commands of groups: click never runs a coroutine, so each that waits goes under ``async_command``."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

CODE = """\
import click
from flask.cli import AppGroup, FlaskGroup, with_appcontext

{group}

@manage.command("one")
@click.argument("name")
def one(name):
    db.create_all()

@manage.group()
def sub():
    click.echo("sub")

@sub.command()
@with_appcontext
def two():
    db.drop_all()

def test_one(runner):
    app.test_cli_runner().invoke(one, ["a"])
"""


@pytest.mark.parametrize(
    "group",
    [
        "@click.group()\ndef manage():\n    pass",
        "@click.group(cls=FlaskGroup, create_app=lambda: app)\ndef manage():\n    pass",
        "@app.cli.group()\ndef manage():\n    pass",
        'manage = AppGroup("manage")',
        "manage = FlaskGroup(create_app=lambda: app)",
    ],
)
def test_commands_of_a_group_are_run(group: str) -> None:
    text = after(CODE.format(group=group))
    assert '@click.argument("name")\n@async_command\nasync def one(name):\n    await db.create_all()' in text
    assert "@with_appcontext\n@async_command\nasync def two():\n    await db.drop_all()" in text
    assert "async_command" in text.partition("@")[0]
    assert "from quart.cli" not in text
