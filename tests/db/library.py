# mypy: disable-error-code="misc, name-defined, arg-type, unused-ignore"
"""A small library on each kind of database: what the tests of ``quart_app.db`` work with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import quart

from quart_app.db import Query, SQLAlchemy

MEMORY = "sqlite:///:memory:"


class LoudQuery(Query[Any]):
    """A query class of an application, with methods of its own."""

    def loud(self) -> LoudQuery:
        return self.filter(self._entity().title.like("%!"))

    def _entity(self) -> Any:
        return self.column_descriptions[0]["entity"]

    async def loudest(self) -> Any:
        return await self.loud().order_by(self._entity().title.desc()).first()


class Library:
    """An application with a database object, and models in the legacy style."""

    def __init__(self, url: str, app_class: Any = quart.Quart, config: Any = None, **options: Any) -> None:
        self.app: quart.Quart = app_class(__name__)
        self.app.config.update(SQLALCHEMY_DATABASE_URI=url, SECRET_KEY="k")
        self.app.config.update(config or {})
        self.db = db = SQLAlchemy(**options)
        tagged = db.Table(
            "tags",
            db.Column("tag_id", db.ForeignKey("tag.id"), primary_key=True),
            db.Column("book_id", db.ForeignKey("book.id"), primary_key=True),
        )

        class Author(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            name = db.Column(db.String(40), unique=True, nullable=False)
            books = db.relationship("Book", backref="author", lazy="dynamic", order_by="Book.id")
            notes = db.relationship("Note", backref=db.backref("author"), order_by="Note.id")

        class Book(db.Model):
            query_class = LoudQuery
            id = db.Column(db.Integer, primary_key=True)
            title = db.Column(db.String(40))
            author_id = db.Column(db.Integer, db.ForeignKey("author.id"))
            tags = db.relationship("Tag", secondary=tagged, backref=db.backref("books", lazy="dynamic"))

        class Note(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            text = db.Column(db.String(40))
            author_id = db.Column(db.Integer, db.ForeignKey("author.id"))

        class Tag(db.Model):
            id = db.Column(db.Integer, primary_key=True)
            name = db.Column(db.String(40))

        self.Author: Any = Author
        self.Book: Any = Book
        self.Note: Any = Note
        self.Tag: Any = Tag
        db.init_app(self.app)

    async def fill(self) -> None:
        """Two authors, four books, two notes, one tag."""
        session = self.db.session
        ada, bob = self.Author(name="ada"), self.Author(name="bob")
        session.add_all([ada, bob])
        ada.books.extend([self.Book(title="one"), self.Book(title="two!"), self.Book(title="three!")])
        bob.books.append(self.Book(title="four"))
        ada.notes = [self.Note(text="first"), self.Note(text="second")]
        await session.flush()
        tag = self.Tag(name="good")
        session.add(tag)
        tag.books.append(await self.Book.query.filter_by(title="one").one())
        await session.commit()

    def checked_out(self) -> int:
        """Connections that somebody holds."""
        pool: Any = self.db._engines[self.app][None].pool
        return int(pool.checkedout())


@asynccontextmanager
async def opened(library: Library, filled: bool = True) -> AsyncIterator[Library]:
    """Make the tables anew, in an application context that stays open."""
    async with library.app.app_context():
        await library.db.drop_all()
        await library.db.create_all()
        if filled:
            await library.fill()
        try:
            yield library
        finally:
            await library.db.session.remove()
