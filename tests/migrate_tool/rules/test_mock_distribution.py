"""The ``mock`` distribution is what Python's ``unittest.mock`` came from: whoever imports it has the same functions."""

import pytest

from tests.migrate_tool.programs import migrated

APP = """
    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy

    app = Flask(__name__)
    db = SQLAlchemy(app)


    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)

        @classmethod
        def count(cls):
            return cls.query.count()


    class Shelf:
        def size(self):
            return Book.query.count()


    shelf = Shelf()
"""


@pytest.mark.parametrize(
    ("imported", "prefix"),
    [
        ("from unittest import mock", "mock."),
        ("import mock", "mock."),
        ("from mock import mock", "mock."),
        ("from mock import Mock, patch", ""),
    ],
)
def test_what_is_patched_and_mocked_is_awaited(imported: str, prefix: str) -> None:
    code = f"""
    {imported}

    from app import Book, shelf


    @{prefix}patch.object(Book, "count", lambda: 3)
    def test_count():
        assert Book.count() == 3
        with {prefix}patch("app.Book.count", {prefix}Mock(return_value=5)):
            assert Book.count() == 5


    @{prefix}patch("app.shelf")
    def test_shelf(shelf):
        shelf.size.return_value = 4


    @{prefix}patch("flask_login.login_manager.datetime")
    def test_clock(clock):
        assert clock
    """
    text = migrated({"app.py": APP, "test_app.py": code})[0]["test_app.py"]
    assert f'@{prefix}patch.object(Book, "count", awaited(lambda: 3))' in text
    assert f'with {prefix}patch("app.Book.count", AsyncMock(return_value=5)):' in text
    assert f'@{prefix}patch("app.shelf", new_callable=awaited_methods("size"))' in text
    assert f'@{prefix}patch("quart_app.auth.login_manager.datetime")' in text
