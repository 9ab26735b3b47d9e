"""A property of a model that asks the database is awaited by those who can."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ904",
    name="awaited-properties",
    summary="A property of a model that asks the database is awaited by those who can.",
    why=(
        "A property cannot be awaited by its name. awaited_property has a coroutine function as its getter: awaitable_attrs awaits it, and "
        "code that stays synchronous, a library or a template that reads the name waits in the bridge."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_sqlalchemy import SQLAlchemy\n\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "class Book(db.Model):\n"
                "    id = db.Column(db.Integer, primary_key=True)\n\n"
                "    @property\n"
                "    def others(self):\n"
                "        return Book.query.filter(Book.id != self.id).count()\n\n"
                "    def describe(self):\n"
                '        return f"one of {self.others + 1}"\n\n\n'
                '@app.route("/<int:id>")\n'
                "def show(id):\n"
                "    book = Book.query.get(id)\n"
                "    return str(book.others)\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.db import SQLAlchemy\n"
                "from quart_app.bridge import awaited_property\n\n"
                "app = Quart(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "class Book(db.Model):\n"
                "    id = db.Column(db.Integer, primary_key=True)\n\n"
                "    @awaited_property\n"
                "    async def others(self):\n"
                "        return await Book.query.filter(Book.id != self.id).count()\n\n"
                "    def describe(self):\n"
                '        return f"one of {self.others + 1}"\n\n\n'
                '@app.route("/<int:id>")\n'
                "async def show(id):\n"
                "    book = await Book.query.get(id)\n"
                "    return str(await book.awaitable_attrs.others)\n"
            ),
        ),
    ),
    references=("https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html",),
)
