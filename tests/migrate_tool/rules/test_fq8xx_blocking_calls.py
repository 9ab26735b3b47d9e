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


FUTURES = """
import time
from concurrent.futures import ThreadPoolExecutor
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)
pool = ThreadPoolExecutor(2)
jobs = {}
def work():
    return 1
def finish(key):
    future = jobs.pop(key, None)
    if future is not None:
        future.result(timeout=10)
def rest():
    time.sleep(0.1)
@app.route("/")
def start():
    jobs[1] = pool.submit(work)
    return "started"
@app.route("/at-once")
def at_once():
    return str(pool.submit(work).result())
"""
WAITING_TEST = """
from app import app, db, finish, rest
def test_start():
    with app.app_context():
        db.create_all()
    app.test_client().get("/")
    rest()
    finish(1)
"""


def test_who_waits_for_a_thread_lets_the_loop_go_on_in_tests_too() -> None:
    """The thread may need what a task of that loop holds, a lock of SQLite mostly; a test that only sleeps needs nothing."""
    once = migrated({"app.py": FUTURES, "test_app.py": WAITING_TEST})[0]
    assert "        in_thread(future.result, timeout=10)\n" in once["app.py"]
    assert "    return str(await asyncio.to_thread(pool.submit(work).result))\n" in once["app.py"]
    assert "    time.sleep(0.1)\n" in once["app.py"]
    assert "    finish(1)\n" in once["test_app.py"]
    assert migrated(once)[0] == once


def test_a_property_that_can_be_set_is_no_function_that_is_handed_over() -> None:
    code = """\
from flask import Flask
from werkzeug.security import check_password_hash, generate_password_hash

app = Flask(__name__)


class User:
    @property
    def password(self):
        return "secret"

    @password.setter
    def password(self, password):
        self.hash = generate_password_hash(password)

    def check(self, password):
        return check_password_hash(self.hash, password)


@app.route("/")
def index():
    user = User()
    return str(user.check(user.password))
"""
    texts, _ = migrated({"app.py": code})
    assert "in_thread(check_password_hash, self.hash, password)" in texts["app.py"]
    assert migrated(texts)[0] == texts
