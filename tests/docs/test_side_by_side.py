"""The pages "From Flask", "From Flask-WTF", "From Flask-Principal" and "From Flask's test client": every row is run on both sides."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import warnings
from typing import Any

import pytest

# Compiling inside a driven task upsets CPython 3.11, so what the programs import is imported here.
import quart_app.auth.principal
import quart_app.forms
import quart_app.testing  # noqa: F401
from migrate_tool.files.server_commands import translate
from migrate_tool.files.shell import replace_commands, written
from tests.migrate_tool.programs import migrated

from .side_by_side import Table, rows_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import flask_wtf  # noqa: F401


def post_a_form(client: Any, path: str) -> Any:
    form = {"title": "Maps", "tag": ["a", "b"], "cover": (io.BytesIO(b"\x89PNG"), "cover.png")}
    client_has = {"headers": {"X-Kind": "book", "Cookie": "seen=yes"}, "query_string": {"q": "old"}}
    return client.post(path, data=form, **client_has)


def get(client: Any, path: str) -> Any:
    return client.get(path)


TABLES = [
    Table("from-flask.md", """
import io
from flask import (
    Flask, abort, current_app, flash, g, get_flashed_messages, jsonify, make_response, redirect, render_template_string, request,
    send_file, session, url_for,
)
app = Flask(__name__)
app.secret_key = "a key"
@app.route("/page")
def page():
    return "page"
""", post_a_form),
    Table("from-flask-wtf.md", """
from flask import Flask, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired
app = Flask(__name__)
app.secret_key = "a key"
app.config["WTF_CSRF_ENABLED"] = False
class NoteForm(FlaskForm):
    title = StringField(validators=[DataRequired()])
class CoverForm(FlaskForm):
    cover = FileField(validators=[FileRequired()])
""", post_a_form),
    Table("from-flask-principal.md", """
from flask import Flask, g
from flask_principal import Identity, Permission, Principal, RoleNeed
app = Flask(__name__)
app.secret_key = "a key"
principals = Principal(app)
@principals.identity_loader
def load():
    identity = Identity("1")
    identity.provides.add(RoleNeed("admin"))
    return identity
admin = Permission(RoleNeed("admin"))
editor = Permission(RoleNeed("editor"))
def guarded():
    with admin.require():
        return "in"
""", get),
]  # fmt: skip
ROWS = [
    pytest.param(table, number, id=f"{table.page}-{left}")
    for table in TABLES
    for number, (left, _) in enumerate(table.rows)
]


@pytest.mark.parametrize(("table", "number"), ROWS)
async def test_both_sides_give_the_same_and_the_codemod_writes_the_right_one(
    table: Table, number: int
) -> None:
    assert table.written(number) == table.rows[number][1]
    before, after = table.answer_on_flask(number), await table.answer_here(number)
    assert (after[0], comparable(after[1])) == (before[0], comparable(before[1]))


def comparable(answer: str) -> str:
    """The answer without what names the library, the number of the row or the error page."""
    answer = re.sub(r"/?row\d+", "row", answer)
    return re.sub(r"<(Quart|Flask) ", "<", answer)


CLIENT = """
import io
from flask import Flask, jsonify, request, session
app = Flask(__name__)
app.secret_key = "a key"
app.testing = True
@app.route("/")
def index():
    return "hello"
@app.route("/form", methods=["POST"])
def form():
    session["seen"] = "yes"
    return jsonify(title=request.form.get("title"), files=sorted(request.files), json=request.get_json(silent=True))
@app.cli.command("greet")
def greet():
    print("hello")
client = app.test_client()
"""
CLIENT_ROWS = rows_of("from-the-test-client.md")


def as_test(left: str) -> str:
    return f'{CLIENT.lstrip()}def test_row():\n    value = {left}\n    print("value:", repr(value))\n'


@pytest.fixture(scope="module")
def client_values(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """What the expressions are on both sides, each in a test function of its own."""
    function = "def test_row{0}():\n    value = {1}\n    print('value:', {0}, repr(value))\n"
    lefts = [left for left, _ in CLIENT_ROWS]
    before = CLIENT.lstrip() + "".join(function.format(*row) for row in enumerate(lefts))
    after = migrated({"test_app.py": before})[0]["test_app.py"]
    found = [re.findall(r"    value = (.*)\n", after)]
    folder = tmp_path_factory.mktemp("client")
    for text in (before, after):
        (folder / "test_app.py").write_text(text, encoding="utf-8")
        quiet = [
            "-q",
            "-s",
            "-p",
            "no:cacheprovider",
            "-o",
            "asyncio_mode=auto",
            "-W",
            "ignore::DeprecationWarning",
        ]
        command = [sys.executable, "-m", "pytest", *quiet, "test_app.py"]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        found.append([value for _, value in sorted(re.findall(r"value: (\d+) (.*)", ran.stdout))])
    return found


@pytest.mark.parametrize("number", range(len(CLIENT_ROWS)))
def test_what_a_test_says_to_its_client(number: int, client_values: list[list[str]]) -> None:
    written, before, after = client_values
    assert written[number] == CLIENT_ROWS[number][1]
    assert before[number] == after[number]
    assert len(before) == len(after) == len(CLIENT_ROWS)


@pytest.mark.parametrize(("left", "right"), rows_of("from-gunicorn.md"))
def test_a_command_of_a_server(left: str, right: str) -> None:
    assert rewritten(left) == right


def rewritten(command: str) -> str:
    def change(of: Any) -> str:
        result = translate(of, lambda name: None)
        return written(of, result.program, result.words)

    return replace_commands(command, ("gunicorn", "uwsgi", "waitress-serve", "flask"), change)


def test_the_pages_have_rows() -> None:
    assert len(ROWS) >= 50
    assert len(CLIENT_ROWS) >= 12
