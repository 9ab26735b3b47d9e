"""Blocking calls (FQ801, FQ802): what the rules' own examples do not show."""

from __future__ import annotations

import pytest

from ..programs import migrated

COMMAND = """
import subprocess
import click
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)
def compile_messages():
    subprocess.call(["true"])
{decorator}
def build():
    db.create_all()
    compile_messages()
"""


@pytest.mark.parametrize("decorator", ["@app.cli.command()", "@click.command()", '@app.cli.command("build")'])
def test_what_only_a_command_calls_may_block_before_and_after_the_command_turned_async(
    decorator: str,
) -> None:
    once = migrated({"app.py": COMMAND.format(decorator=decorator)})[0]["app.py"]
    assert "async def build():" in once
    assert '    subprocess.call(["true"])\n' in once
    assert migrated({"app.py": once})[0]["app.py"] == once
