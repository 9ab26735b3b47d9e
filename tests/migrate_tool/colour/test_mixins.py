"""Methods of a mixin are called by the library classes that it is mixed with, which await nothing."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated

START = """\
from flask import Flask, abort
from flask_login import LoginManager, current_user
from flask_sqlalchemy import SQLAlchemy
{library}

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)

    def is_admin(self):
        return User.query.count() == 1


class Guarded:
    def is_accessible(self):
        return current_user.is_authenticated and User.query.count() == 1


class Page(Guarded, {base}):
    pass
"""


@pytest.mark.parametrize(
    ("library", "base"),
    [
        ("from flask_admin.contrib.sqla import ModelView", "ModelView"),
        ("from some.library import Page as Theirs", "Theirs"),
        ("from flask_classful import FlaskView", "FlaskView"),
    ],
)
def test_a_guard_in_a_mixin_stays_synchronous_where_a_library_asks_it(library: str, base: str) -> None:
    texts, _ = migrated({"app.py": START.format(library=library, base=base)})
    assert "    def is_accessible(self):\n" in texts["app.py"]
    assert "wait(User.query.count()) == 1" in texts["app.py"]


def test_a_mixin_of_ours_turns_async() -> None:
    source = (
        START.format(library="", base="object")
        + '\n@app.get("/")\ndef index():\n    return str(Page().is_accessible())\n'
    )
    texts, _ = migrated({"app.py": source})
    assert "    async def is_accessible(self):\n" in texts["app.py"]
    assert "return str(await Page().is_accessible())" in texts["app.py"]


def test_a_method_of_the_user_is_asked_even_where_nobody_says_which_class_the_user_has() -> None:
    view = '\n@app.get("/")\ndef index():\n    if not current_user.is_admin():\n        abort(403)\n    return "page"\n'
    source = START.format(library="", base="object") + view
    texts, findings = migrated({"app.py": source})
    assert "    if not await maybe_await((await current_user).is_admin()):\n" in texts["app.py"]
    asked = source[: source.index("current_user.is_admin")].count("\n") + 1
    assert [finding.line for finding in findings if finding.code == "FQ906"] == [asked]
