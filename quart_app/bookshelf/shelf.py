"""Books: how they are found, with what belongs to them, and how they get on the shelf."""

from __future__ import annotations

import re

from quart import abort
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from .extensions import db
from .models import Author, Book, Review, User

#: What a line of a list needs, and what a page about one book needs.
FOR_LISTS = (joinedload(Book.author), joinedload(Book.owner))
FOR_PAGES = (*FOR_LISTS, selectinload(Book.reviews).joinedload(Review.user))


def search(text: str | None) -> Select[Book]:
    """Find books by a piece of their title or their author's name."""
    statement = select(Book).join(Book.author).options(*FOR_LISTS).order_by(Book.title, Book.id)
    if text:
        pattern = f"%{text}%"
        statement = statement.where(or_(Book.title.ilike(pattern), Author.name.ilike(pattern)))
    return statement


async def newest(count: int) -> list[Book]:
    """Return the books that were added last."""
    statement = select(Book).options(*FOR_LISTS).order_by(Book.id.desc()).limit(count)
    return list(await db.session.scalars(statement))


async def book_or_404(book_id: int, description: str | None = None) -> Book:
    """Return a book with all that belongs to it."""
    book = await db.session.scalar(select(Book).where(Book.id == book_id).options(*FOR_PAGES))
    return abort(404, description=description) if book is None else book


async def author_named(name: str) -> Author:
    """Find an author; make one if there is none of this name."""
    name = " ".join(name.split())
    author = await db.session.scalar(select(Author).filter_by(name=name))
    if author is None:
        author = Author(name=name)
        db.session.add(author)
    return author


async def add_book(
    title: str,
    author: str,
    owner: User,
    *,
    year: int | None = None,
    isbn: str | None = None,
    summary: str | None = "",
) -> Book:
    """Put a book on the shelf; committing is the caller's."""
    book = Book(
        title=title,
        slug=await free_slug(title),
        author=await author_named(author),
        owner=owner,
        year=year,
        isbn=isbn or None,
        summary=summary,
        reviews=[],
    )
    db.session.add(book)
    return book


async def has_isbn(isbn: str, except_for: Book | None = None) -> bool:
    """Whether a book has this ISBN, another one than ``except_for``."""
    found = exists().where(Book.isbn == isbn)
    if except_for is not None:
        found = found.where(Book.id != except_for.id)
    return bool(await db.session.scalar(select(found)))


def slug_of(title: str) -> str:
    """Return what the slug of a title begins with."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "book"


async def free_slug(title: str) -> str:
    """Return a slug that no book has: the second "emma" becomes "emma-2"."""
    slug = slug_of(title)
    taken = set(
        await db.session.scalars(select(Book.slug).where(Book.slug.startswith(slug, autoescape=True)))
    )
    if slug not in taken:
        return slug
    number = 2
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"
