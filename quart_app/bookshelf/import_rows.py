"""Rows of a file of books: how they are read, and how many of them become books at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, or_, select

from . import shelf
from .extensions import db
from .limits import MAX_INTEGER, storable
from .models import Author, Book

#: Longest texts, as the columns have them.
LONGEST = {"title": 200, "author": 120, "isbn": 13}


@dataclass(frozen=True, slots=True)
class Row:
    """A book in a file."""

    title: str
    author: str
    year: int | None
    isbn: str | None


def read(text: str) -> list[Row]:
    """Read all rows.

    Raises:
        KeyError: A column is missing.
        ValueError: A row cannot become a book; the message names it.
        csv.Error: That is no CSV.
    """
    return [_row(number, row) for number, row in enumerate(csv.DictReader(io.StringIO(text)), 1)]


def _row(number: int, row: dict[str, str | None]) -> Row:
    texts = {
        "title": (row["title"] or "").strip(),
        "author": " ".join((row["author"] or "").split()),
        "isbn": (row.get("isbn") or "").strip(),
    }
    for name, longest in LONGEST.items():
        if name != "isbn" and not texts[name]:
            raise ValueError(f"row {number} has no {name}")
        if len(texts[name]) > longest or not storable(texts[name]):
            raise ValueError(f"row {number}: the {name} is too long, or not text")
    year = int(row["year"] or 0) if row.get("year") else None
    if year is not None and abs(year) > MAX_INTEGER:
        raise ValueError(f"row {number}: {year} is no year")
    return Row(texts["title"], texts["author"], year, texts["isbn"] or None)


class Books:
    """Makes books of rows, a batch at a time.

    It remembers which numbers of a slug are taken: a thousand books called "Poems" need no thousand looks. Whoever loses a
    race against somebody who adds books meanwhile gets an ``IntegrityError``, and begins again with a new one of these.
    """

    def __init__(self, owner_id: int) -> None:
        self._owner_id = owner_id
        self._next: dict[str, int] = {}

    async def add(self, rows: Sequence[Row]) -> int:
        """Put the books on the shelf whose ISBN is not there; return how many. Committing is the caller's."""
        isbns = {row.isbn for row in rows if row.isbn}
        there = (
            set(await db.session.scalars(select(Book.isbn).where(Book.isbn.in_(isbns)))) if isbns else set()
        )
        fresh = []
        for row in rows:
            if row.isbn is None or row.isbn not in there:
                fresh.append(row)
                there.add(row.isbn)
        if not fresh:
            return 0
        authors = await _author_ids({row.author for row in fresh})
        slugs = await self._slugs([shelf.slug_of(row.title) for row in fresh])
        books = [
            {
                "title": row.title,
                "slug": slug,
                "isbn": row.isbn,
                "year": row.year,
                "author_id": authors[row.author],
                "owner_id": self._owner_id,
            }
            for row, slug in zip(fresh, slugs, strict=True)
        ]
        await db.session.execute(insert(Book), books)
        return len(books)

    async def _slugs(self, wanted: list[str]) -> list[str]:
        unknown = {slug for slug in wanted if slug not in self._next}
        taken = (
            set(await db.session.scalars(select(Book.slug).where(Book.slug.in_(unknown))))
            if unknown
            else set()
        )
        if taken:
            numbered = or_(*(Book.slug.startswith(f"{slug}-", autoescape=True) for slug in taken))
            taken.update(await db.session.scalars(select(Book.slug).where(numbered)))
        given: list[str] = []
        for slug in wanted:
            number = self._next.get(slug, 1)
            while (free := slug if number == 1 else f"{slug}-{number}") in taken:
                number += 1
            self._next[slug] = number + 1
            taken.add(free)
            given.append(free)
        return given


async def _author_ids(names: set[str]) -> dict[str, int]:
    statement: Any = select(Author.name, Author.id).where(Author.name.in_(names))
    ids: dict[str, int] = dict((await db.session.execute(statement)).all())
    missing = [{"name": name} for name in sorted(names - ids.keys())]
    if missing:
        added: Any = await db.session.execute(insert(Author).returning(Author.name, Author.id), missing)
        ids.update(added.all())
    return ids
