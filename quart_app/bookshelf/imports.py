"""Files of books, imported in the background."""

from __future__ import annotations

import csv
import io

from quart_app.tasks import acting_user_id, spawn

from . import shelf
from .extensions import db
from .models import ImportJob, User


async def start(text: str, user_id: int) -> ImportJob:
    """Begin to import a CSV file for a user."""
    job = ImportJob(user_id=user_id)
    db.session.add(job)
    await db.session.commit()
    spawn(run, job.id, text, user_id=user_id)
    return job


async def run(job_id: int, text: str) -> None:
    """Import all rows or none, and tell in the job how it went."""
    job = await db.session.get_one(ImportJob, job_id)
    try:
        job.created = await import_rows(text)
        job.status = "done"
    except (KeyError, ValueError, csv.Error) as error:
        await db.session.rollback()
        job = await db.session.get_one(ImportJob, job_id)
        job.status = "failed"
        job.message = str(error)
    await db.session.commit()


async def import_rows(text: str) -> int:
    """Put the books of the file on the user's shelf, but for those whose ISBN is there; return how many."""
    owner = await db.session.get_one(User, acting_user_id())
    created = 0
    for row in csv.DictReader(io.StringIO(text)):
        title = row["title"].strip()
        if not title:
            raise ValueError(f"row {created + 1} has no title")
        isbn = (row.get("isbn") or "").strip() or None
        if isbn and await shelf.has_isbn(isbn):
            continue
        year = int(row["year"]) if row.get("year") else None
        await shelf.add_book(title, row["author"], owner, year=year, isbn=isbn)
        created += 1
    return created
