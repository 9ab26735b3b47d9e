"""What loads when it is read is awaited where that is certain."""

from __future__ import annotations

from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ905",
    name="loading-reads",
    summary="What loads when it is read is awaited where that is certain: after a commit, and relationships of a model's own methods.",
    why=(
        "A commit expires what objects hold, and the next look at one loads it again; a relationship loads when it is read. Both work through "
        "the bridge; in a function that is a coroutine anyway awaitable_attrs awaits them. "
        "Its dictionary (vars, __dict__) reads nothing, and the primary key outlives a commit here, so reading that brings nothing: loaded does."
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
                "    id = db.Column(db.Integer, primary_key=True)\n"
                "    title = db.Column(db.String)\n\n\n"
                '@app.post("/<title>")\n'
                "def add(title):\n"
                "    book = Book(title=title)\n"
                "    db.session.add(book)\n"
                "    db.session.commit()\n"
                '    return f"{book.title} is number {book.id}"\n'
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.db import SQLAlchemy\n\n"
                "app = Quart(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "class Book(db.Model):\n"
                "    id = db.Column(db.Integer, primary_key=True)\n"
                "    title = db.Column(db.String)\n\n\n"
                '@app.post("/<title>")\n'
                "async def add(title):\n"
                "    book = Book(title=title)\n"
                "    db.session.add(book)\n"
                "    await db.session.commit()\n"
                '    return f"{await book.awaitable_attrs.title} is number {book.id}"\n'
            ),
        ),
    ),
    references=("https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html",),
)
