"""What is patched in a class of SQLAlchemy is patched in the one whose objects stand there now."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated

_APP = """\
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)


def find(number):
    return User.query.get(number)
"""


@pytest.mark.parametrize(
    ("path", "becomes"),
    [
        ("sqlalchemy.orm.Query.get", "quart_app.db.AsyncQuery.get"),
        ("sqlalchemy.orm.query.Query.first", "quart_app.db.AsyncQuery.first"),
        ("flask_sqlalchemy.BaseQuery.get", "quart_app.db.AsyncQuery.get"),
        ("sqlalchemy.orm.session.Session.commit", "quart_app.db.AsyncSession.commit"),
        ("sqlalchemy.orm.scoped_session.add", "quart_app.db.ScopedSession.add"),
        ("sqlalchemy.func.now", "sqlalchemy.func.now"),
        ("app.find", "app.find"),
    ],
)
def test_the_class_that_takes_its_place(path: str, becomes: str) -> None:
    test = (
        "from unittest import mock\n\nfrom app import find\n\n\n"
        f'def test_find():\n    with mock.patch("{path}") as get:\n        find(1)\n        assert get\n'
    )
    texts, _ = migrated({"app.py": _APP, "test_app.py": test})
    assert f'mock.patch("{becomes}")' in texts["test_app.py"]
    assert "# migrate:" not in texts["test_app.py"]
    assert migrated(texts)[0] == texts
