"""Dictionaries whose keys are written down: what one key holds is not what another does."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

MADE = """
class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    @classmethod
    def get(cls, ident):
        return cls.query.filter_by(id=ident).first()
class Command:
    def __init__(self, data):
        self.data = dict(data)
        self.other = {}
    def run(self, key):
        self.data["book"] = Book.query.first()
        self.other.setdefault("book", Book())
        options = {"book": Book(), "user": User(), "title": "x"}
        options["note"] = Note()
"""


@pytest.mark.parametrize(
    ("code", "becomes"),
    [
        ('self.data["extra"].get("a")', 'self.data["extra"].get("a")'),
        ('self.data.get("extra").get("a")', 'self.data.get("extra").get("a")'),
        ('self.data["book"].get(1)', 'await self.data["book"].get(1)'),
        ('self.data.pop("book").get(1)', 'await self.data.pop("book").get(1)'),
        ('self.other.get("book", None).get(1)', 'await self.other.get("book", None).get(1)'),
        ('options["book"].get(1)', 'await options["book"].get(1)'),
        ('options["user"].posts.count()', 'await options["user"].posts.count()'),
        ('options["extra"].get("a")', 'options["extra"].get("a")'),
        ('options["note"].get("a")', 'options["note"].get("a")'),
        ('{**options}["book"].get(1)', 'await {**options}["book"].get(1)'),
        ('{**options, "a": 1}["title"].get(1)', '{**options, "a": 1}["title"].get(1)'),
    ],
)
def test_each_key_has_its_own(code: str, becomes: str) -> None:
    text = after(f"{MADE}        return {code}\n")
    assert f"        return {becomes}\n" in f"{text}\n"


def test_a_key_that_nobody_can_tell_may_be_any() -> None:
    text = after(
        MADE
        + "        return options[key].posts.count(), [one.get(1) for one in options.values()]\n"
        + "def handed(book):\n    found = {'book': book, 'x': 1}\n    return found['book'].get(2)\n"
        + "def call():\n    return handed(Book())\n"
    )
    assert (
        "await options[key].posts.count()" in text or "await maybe_await(options[key].posts.count())" in text
    )
    assert "await maybe_await(one.get(1))" in text or "await one.get(1)" in text
    assert "return await found['book'].get(2)" in text
