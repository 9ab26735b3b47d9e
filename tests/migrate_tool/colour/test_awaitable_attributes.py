"""``book.awaitable_attrs.author`` is a coroutine: a migrated program that forgets its ``await`` is told so."""

from __future__ import annotations

from tests.migrate_tool.programs import after, migrated, with_app

MIGRATED = """
from quart import Quart
from quart_app.db import SQLAlchemy
app = Quart(__name__)
db = SQLAlchemy(app)
class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String)
async def show(ident):
    book = await db.session.get(Book, ident)
    await db.session.commit()
    return {}
"""


def test_a_read_without_await_is_found_and_mended() -> None:
    texts, findings = migrated({"app.py": MIGRATED.format("book.awaitable_attrs.title.strip()")})
    assert "return (await book.awaitable_attrs.title).strip()" in texts["app.py"]
    assert [(item.code, item.line) for item in findings] == [("FQ905", 11)]


def test_what_is_awaited_handed_to_who_awaits_or_returned_is_left() -> None:
    code = (
        "import asyncio\n"
        "async def both(user: User):\n"
        "    await asyncio.gather(user.awaitable_attrs.name, user.awaitable_attrs.notes)\n"
        "    return await user.awaitable_attrs.name\n"
        "def later(user: User):\n    return user.awaitable_attrs.name\n"
        "async def now(user: User):\n    return await later(user)"
    )
    assert after(code) == code
    assert not [item for item in migrated(with_app(code))[1] if item.code == "FQ905"]
