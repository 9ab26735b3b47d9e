"""The page "From Flask-Login": its rows are run on both sides, and its code is what the codemod makes of it."""

from __future__ import annotations

import re
import warnings
from types import ModuleType
from typing import Any

import pytest

# Compiling inside a driven task upsets CPython 3.11, so what the programs import is imported here.
import quart_app.auth
import quart_app.auth.testing
from quart_app.testing import QuartClient
from tests.migrate_tool.programs import migrated

from .console import REPOSITORY

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import flask_login  # noqa: F401

PAGE = (REPOSITORY / "docs" / "from-flask-login.md").read_text(encoding="utf-8")
ROWS = [
    (left.replace("\\|", "|"), right.replace("\\|", "|"))
    for left, right in re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", PAGE, re.MULTILINE)
]
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

START = """
from functools import wraps
from flask import Flask, abort
from flask_login import (
    AnonymousUserMixin, LoginManager, UserMixin, confirm_login, current_user, decode_cookie, encode_cookie, login_fresh,
    login_remembered, login_required, login_url, login_user, logout_user, make_next_param,
)
app = Flask(__name__)
app.secret_key = "a key"
login_manager = LoginManager(app)
class User(UserMixin):
    def __init__(self, id):
        self.id = id
        self.name = "user " + id
    @property
    def is_active(self):
        return self.id != "off"
login_manager.user_loader(User)
@app.route("/sign-in")
def sign_in():
    return str(login_user(User("1"), remember=True))
"""
MODELS = """
from flask_sqlalchemy import SQLAlchemy
db = SQLAlchemy()
class Member(db.Model):
    id = db.Column(db.Integer, primary_key=True)
"""


def program(expression: str) -> str:
    return f'{START}@app.route("/row")\ndef row():\n    return repr({expression})\n'


def module(text: str) -> Any:
    made: Any = ModuleType("app")
    exec(compile(text, "app.py", "exec"), made.__dict__)
    return made


def on_flask(expression: str) -> list[tuple[int, str]]:
    client = module(program(expression)).app.test_client()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        client.get("/sign-in")
        return [
            (response.status_code, response.text) for response in (client.get("/row"), client.get("/row"))
        ]


async def here(text: str) -> list[tuple[int, str]]:
    app = module(text).app
    client: Any = QuartClient(app)
    await client.get("/sign-in")
    answers = [await client.get("/row"), await client.get("/row")]
    return [(response.status_code, response.text) for response in answers]


def test_the_page_has_its_rows_and_blocks() -> None:
    assert len(ROWS) == PAGE.count("\n| `") >= 18
    assert len(BLOCKS) % 2 == 0
    assert len(BLOCKS) >= 6


@pytest.mark.parametrize(("left", "right"), ROWS, ids=[left for left, _ in ROWS])
async def test_both_sides_of_a_row_give_the_same_and_the_codemod_writes_the_right_one(
    left: str, right: str
) -> None:
    text = migrated({"app.py": program(left)})[0]["app.py"]
    assert f"    return repr({right})\n" in text
    first, second = zip(on_flask(left), await here(text), strict=True)
    assert first[0] == first[1]
    assert second[0] == second[1]


@pytest.mark.parametrize("number", range(len(BLOCKS) // 2))
def test_the_codemod_turns_the_first_block_into_the_second(number: int) -> None:
    before, after = BLOCKS[2 * number : 2 * number + 2]
    start = START + (MODELS if "Member" in before else "") + "# --\n"
    text = migrated({"app.py": start + before})[0]["app.py"]
    assert text.partition("# --\n")[2] == after


def test_every_name_in_code_on_the_page_exists() -> None:
    for name in (
        "is_safe_redirect",
        "redirect_to_next",
        "acting_as",
        "login_required",
        "fresh_login_required",
    ):
        assert f"`{name}" in PAGE or f"with {name}(" in PAGE
        assert hasattr(quart_app.auth, name)
    source = "".join(
        path.read_text(encoding="utf-8") for path in (REPOSITORY / "quart_app" / "auth").glob("*.py")
    )
    for key in set(re.findall(r"\b(?:AUTH|SESSION_PROTECTION)_[A-Z_]+", PAGE)):
        assert f'"{key}"' in source, key
