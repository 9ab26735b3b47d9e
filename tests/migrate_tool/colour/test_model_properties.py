"""Properties of models that ask the database: awaited by those who can, read through the bridge by all others."""

from __future__ import annotations

import textwrap

import pytest

from tests.migrate_tool.programs import after, migrated, with_app

MODEL = """
class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)

    @property
    def others(self):
        return Book.query.all()

"""


def of(*code: str) -> str:
    """What becomes of a model with more in its body, and of what stands behind it; a second run changes nothing."""
    text = after(MODEL + "\n".join(textwrap.dedent(part) for part in code))
    files = {"app.py": migrated(with_app(""))[0]["app.py"], "code.py": f"from app import *\n{text}"}
    assert migrated(files)[0] == files
    return text


def test_the_getter_is_a_coroutine_function() -> None:
    assert "    @awaited_property\n    async def others(self):\n        return await Book.query.all()" in of()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "@app.route('/')\ndef show():\n    return Book.query.first().others[0]\n",
            "    return (await (await Book.query.first()).awaitable_attrs.others)[0]",
        ),
        (
            "@app.route('/')\ndef show():\n    book = Book()\n    for other in book.others:\n        return other\n",
            "    for other in await book.awaitable_attrs.others:",
        ),
        # A second property is awaited for the first that it reads.
        (
            "class More(Book):\n    @property\n    def first(self):\n        return self.others[0]\n",
            "    @awaited_property\n    async def first(self):\n        return (await self.awaitable_attrs.others)[0]",
        ),
    ],
)
def test_who_can_awaits_it(before: str, expected: str) -> None:
    assert expected in of(before)


@pytest.mark.parametrize(
    "left",
    [
        "def size(book: Book):\n    return len(book.others)",
        "@app.route('/')\nasync def show(book):\n    return book.others",
        "@app.route('/')\nasync def show():\n    return sorted([Book()], key=lambda book: len(book.others))",
        "@app.route('/')\nasync def show():\n    return (len(book.others) for book in [Book()])",
        "@app.route('/')\nasync def show():\n    return str(Book.others)",
        "class Shelf:\n    others = 3\n\ndef show(size):\n    return (Shelf() if size else Book()).others",
    ],
)
def test_all_others_read_it_by_its_name(left: str) -> None:
    assert left in of(left)


@pytest.mark.parametrize(
    "more",
    [
        "@others.setter\ndef others(self, value):\n    pass\n",
        "named = db.synonym('id', descriptor=others)\n",
    ],
)
def test_one_that_can_be_set_stays_a_property_that_waits(more: str) -> None:
    text = after(MODEL + textwrap.indent(more, "    "))
    assert "    @property\n    def others(self):\n        return wait(Book.query.all())" in text


@pytest.mark.parametrize("decorator", ["functools.cached_property", "hybrid_property"])
def test_other_descriptors_stay(decorator: str) -> None:
    text = after(
        "import functools\nfrom sqlalchemy.ext.hybrid import hybrid_property\n"
        + MODEL.replace("@property", f"@{decorator}")
    )
    assert f"    @{decorator}\n    def others(self):\n        return wait(Book.query.all())" in text


def test_one_that_is_overridden_stays() -> None:
    text = of("class More(Book):\n    @property\n    def others(self):\n        return []\n")
    assert "    @property\n    def others(self):\n        return wait(Book.query.all())" in text


def test_one_of_no_model_stays() -> None:
    text = after(MODEL.replace("class Book(db.Model)", "class Book").replace("Book.query", "User.query"))
    assert "    @property\n    def others(self):\n        return wait(User.query.all())" in text
