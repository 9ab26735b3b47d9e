"""What loads when it is read is awaited where that is certain."""

from __future__ import annotations

import textwrap

import pytest

from tests.migrate_tool.programs import after, migrated, with_app

MODELS = """
class Author(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    books = db.relationship("Book", backref="author")
    eager = db.relationship("Book", lazy="joined")
    query_of_books = db.relationship("Book", lazy="dynamic")

    def read(self):
        User.query.count()
        {method}

class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String)

    def read(self):
        User.query.count()
        {of_book}

@app.route('/')
def show():
    author = Author.query.first()
    author.name
    {view}
"""


def of(method: str = "", view: str = "", of_book: str = "") -> str:
    """What becomes of the models; a second run changes nothing."""
    lines = {
        "method": textwrap.indent(method or "pass", " " * 8).lstrip(),
        "of_book": textwrap.indent(of_book or "pass", " " * 8).lstrip(),
        "view": textwrap.indent(view or "pass", " " * 4).lstrip(),
    }
    text = after(MODELS.format(**lines))
    files = {"app.py": migrated(with_app(""))[0]["app.py"], "code.py": f"from app import *\n{text}"}
    assert migrated(files)[0] == files
    return text


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("return self.books[0]", "return (await self.awaitable_attrs.books)[0]"),
        ("self.books.append(Book())", "(await self.awaitable_attrs.books).append(Book())"),
        (
            "return [book.title for book in self.books]",
            "return [book.title for book in await self.awaitable_attrs.books]",
        ),
        (
            "return sum(book.id for book in self.books)",
            "return sum(book.id for book in await self.awaitable_attrs.books)",
        ),
    ],
)
def test_a_relationship_of_a_model_s_own_method(before: str, expected: str) -> None:
    assert f"        {expected}" in of(before)


def test_a_back_reference() -> None:
    assert "        return (await self.awaitable_attrs.author).name" in of(of_book="return self.author.name")


@pytest.mark.parametrize(
    "left",
    [
        "return self.name",
        "return self.eager[0]",
        "return self.query_of_books.filter_by(title='x')",
        "self.books = []",
        "return lambda: self.books",
        "return (book for other in [1] for book in self.books)",
    ],
)
def test_what_does_not_load_or_cannot_await_stays(left: str) -> None:
    assert f"        {left}\n" in of(left)


def test_a_method_that_nothing_makes_a_coroutine_stays() -> None:
    text = "class Shelf(db.Model):\n    books = db.relationship('Book')\n\n    def size(self):\n        return len(self.books)"
    assert after(text) == text


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("return author.name, author.name", "return await author.awaitable_attrs.name, author.name"),
        ("return f'{author.name}'", "return f'{await author.awaitable_attrs.name}'"),
        ("return author.books", "return await author.awaitable_attrs.books"),
        # Its primary key stays.
        ("return author.id, author.name", "return author.id, await author.awaitable_attrs.name"),
        (
            "author.name = 'x'\nreturn author.books",
            "author.name = 'x'\n    return await author.awaitable_attrs.books",
        ),
    ],
)
def test_the_first_read_after_a_commit(before: str, expected: str) -> None:
    text = of(view=f"db.session.commit()\n{before}")
    assert f"    author.name\n    await db.session.commit()\n    {expected}" in text


@pytest.mark.parametrize(
    "block",
    [
        "if author.id:\n    db.session.commit()\n    return 'done'",
        "if author.id:\n    db.session.rollback()\n    raise ValueError",
        "if author.id:\n    pass\nelse:\n    with db.session.no_autoflush:\n        db.session.commit()\n    return 'done'",
    ],
)
def test_a_commit_from_which_the_function_does_not_go_on(block: str) -> None:
    text = of(view=f"{block}\nreturn author.name")
    assert "    return author.name" in text
    assert "await db.session." in text


@pytest.mark.parametrize(
    "block",
    [
        "if author.id:\n    db.session.commit()",
        "if author.id:\n    db.session.commit()\n    if author.id > 1:\n        return 'done'",
        "for number in [1, 2]:\n    db.session.commit()\n    if number:\n        continue\n    return 'done'",
    ],
)
def test_a_commit_from_which_it_may_go_on(block: str) -> None:
    assert "    return await author.awaitable_attrs.name" in of(view=f"{block}\nreturn author.name")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("return author.__dict__", "return (await loaded(author)).__dict__"),
        ("return vars(author)", "return vars(await loaded(author))"),
        ("return dict(author.__dict__)", "return dict((await loaded(author)).__dict__)"),
        (
            "from sqlalchemy import inspect\nreturn inspect(author).dict",
            "from sqlalchemy import inspect\n    return inspect(await loaded(author)).dict",
        ),
        # The key stays, so reading it brings nothing else.
        ("return author.id, vars(author)", "return author.id, vars(await loaded(author))"),
        ("x = vars(author)\nreturn vars(author)", "x = vars(await loaded(author))\n    return vars(author)"),
        ("return author.name, vars(author)", "return await author.awaitable_attrs.name, vars(author)"),
    ],
)
def test_the_dictionary_after_a_commit(before: str, expected: str) -> None:
    text = of(view=f"db.session.commit()\n{before}")
    assert f"    await db.session.commit()\n    {expected}" in text


@pytest.mark.parametrize(
    "left",
    [
        "author = Author()\nreturn author.name",
        "author = Author()\nreturn vars(author)",
        "text = 'x'\nreturn vars(text)",
        "return author.query_of_books.filter_by(title='x')",
        "return author.unknown",
        "return [author.name for author in []]",
        "return signed_in.name",
    ],
)
def test_what_is_not_expired_or_not_known_stays(left: str) -> None:
    text = of(view=f"db.session.commit()\n{left}")
    assert f"    await db.session.commit()\n{textwrap.indent(left, '    ')}" in text


def test_who_is_signed_in_may_be_no_model() -> None:
    text = after(
        "from flask_login import UserMixin, current_user\n\nclass Person(UserMixin, db.Model):\n"
        "    name = db.Column(db.String)\n\n@app.route('/')\ndef show():\n"
        "    db.session.commit()\n    return current_user.name\n"
    )
    assert "awaitable_attrs" not in text
