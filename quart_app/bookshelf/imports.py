"""Files of books, imported in the background, batch by batch.

What a crash must not spoil is in one transaction: the books of a batch, how far the import is, and the line in the log. A run
moves on only from where it believes the import to be, and only while it is the run that has it (:attr:`ImportFile.runner`): a second one, started
after a crash or elsewhere, takes the import over, and the first, if it still lives, adds nothing any more. To cancel is to take it from all.
"""

from __future__ import annotations

import asyncio
import csv
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ForeignKey, String, Text, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, deferred, mapped_column

from quart_app import Quart
from quart_app.tasks import send, task
from quart_app.tasks.sending import has_queue

from . import audit
from .extensions import db
from .import_rows import Books, Row, read
from .models import AuditEntry, Base, ImportJob

#: How many rows are one transaction.
BATCH = 500
#: How often a batch is tried that collides with books somebody else adds.
TRIES = 5
#: How often a page that looks on is told how far it is, in seconds.
LOOK_EVERY = 0.5

RUNNING = ("waiting", "running", "interrupted")
ENDED = ("done", "failed", "cancelled")


class ImportFile(Base):
    """The file of an import, and how far it is. The Flask application, which may serve the same database, knows nothing of it."""

    __tablename__ = "import_files"

    job_id: Mapped[int] = mapped_column(ForeignKey("import_jobs.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = deferred(mapped_column(Text))
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    runner: Mapped[str | None] = mapped_column(String(32))


@dataclass(frozen=True)
class Claim:
    """An import in the hands of one run."""

    job_id: int
    runner: str
    user_id: int
    name: str
    content: str
    done: int


@dataclass(frozen=True)
class Progress:
    """How far an import is."""

    status: str
    created: int
    done: int
    total: int
    message: str = ""

    @property
    def ended(self) -> bool:
        """Whether it will not go on by itself."""
        return self.status in ENDED

    def as_dict(self) -> dict[str, Any]:
        """Describe it for a page that looks on."""
        return {**asdict(self), "ended": self.ended}


async def start(name: str, text: str, user_id: int) -> ImportJob:
    """Begin to import a CSV file for a user."""
    job = ImportJob(user_id=user_id)
    db.session.add(job)
    await db.session.flush()
    db.session.add(ImportFile(job_id=job.id, name=name[:200], content=text))
    await note(user_id, "book.import", name)
    await send(run, job.id, user_id=user_id)
    await db.session.commit()
    return job


@task(name="bookshelf.import", once=False)
async def run(job_id: int) -> None:
    """Import the rows that are left, or none if one of them cannot be a book."""
    claim = await take_over(job_id)
    if claim is None:
        return
    try:
        rows = await asyncio.to_thread(read, claim.content)
    except (KeyError, ValueError, csv.Error) as error:
        await end(claim, "failed", message=str(error))
        return
    try:
        await import_rows(claim, rows)
    except Exception:
        # It is tried again, and if that is of no use, somebody who looks at it can do so.
        await db.session.rollback()
        await change_status(job_id, ("running",), "interrupted")
        await db.session.commit()
        raise


async def take_over(job_id: int) -> Claim | None:
    """Make this run the one that goes on with an import; None if there is nothing to be done."""
    runner = uuid.uuid4().hex
    await db.session.execute(update(ImportFile).where(ImportFile.job_id == job_id).values(runner=runner))
    if not await change_status(job_id, RUNNING, "running"):
        await db.session.rollback()
        return None
    columns = select(ImportJob.user_id, ImportFile.name, ImportFile.content, ImportFile.done)
    found = (await db.session.execute(columns.join(ImportFile).where(ImportJob.id == job_id))).one()
    await db.session.commit()
    return Claim(job_id, runner, *found)


async def import_rows(claim: Claim, rows: Sequence[Row]) -> None:
    """Import from where the import is, until it ends or is no longer ours."""
    await db.session.execute(_ours(claim).values(total=len(rows)))
    await db.session.commit()
    books = Books(claim.user_id)
    for first in range(claim.done, len(rows), BATCH):
        for attempt in range(1, TRIES + 1):
            try:
                if not await import_batch(claim, first, rows[first : first + BATCH], books):
                    return
                break
            except IntegrityError:
                await db.session.rollback()
                if attempt == TRIES:
                    raise
                books = Books(claim.user_id)
    await end(claim, "done")


async def import_batch(claim: Claim, first: int, rows: Sequence[Row], books: Books) -> bool:
    """Import a batch of rows, the first of which is the next; return whether the import is still ours."""
    moved: Any = await db.session.execute(_ours(claim, done=first).values(done=first + len(rows)))
    if moved.rowcount != 1:
        await db.session.rollback()
        return False
    created = await books.add(rows)
    await db.session.execute(
        update(ImportJob).where(ImportJob.id == claim.job_id).values(created=ImportJob.created + created)
    )
    what = f"import {claim.job_id}: rows {first + 1} to {first + len(rows)}, {created} new"
    await note(claim.user_id, "book.import.rows", what)
    await db.session.commit()
    return True


async def end(claim: Claim, status: str, message: str = "") -> None:
    """End an import, if it is ours. The file is needed no more."""
    ended: Any = await db.session.execute(_ours(claim).values(runner=None, content=""))
    if ended.rowcount == 1 and await change_status(claim.job_id, ("running",), status, message):
        await note(claim.user_id, f"book.import.{status}", f"import {claim.job_id}: {claim.name}")
    await db.session.commit()


async def cancel(job_id: int, user_id: int) -> bool:
    """Stop an import; what is there stays. When this returns nothing is added any more."""
    return await _by_hand(job_id, user_id, RUNNING, "cancelled")


async def resume(job_id: int, user_id: int) -> bool:
    """Go on with an import that was cancelled or interrupted."""
    return await _by_hand(job_id, user_id, ("cancelled", "interrupted"), "waiting")


async def _by_hand(job_id: int, user_id: int, before: Sequence[str], status: str) -> bool:
    # A session of its own: what is rolled back is nothing of the request's.
    async with db.session_scope() as session:
        # In the order in which a batch does it, or the two would wait for each other.
        await session.execute(update(ImportFile).where(ImportFile.job_id == job_id).values(runner=None))
        if not await change_status(job_id, before, status):
            return False
        word = "cancelled" if status == "cancelled" else "resumed"
        await note(user_id, f"book.import.{word}", f"import {job_id}")
        if status == "waiting":
            owner = (await session.get_one(ImportJob, job_id)).user_id
            await send(run, job_id, user_id=owner)
        await session.commit()
    return True


async def take_up() -> None:
    """Go on with what a process that is gone has begun. With a queue the workers do it."""
    unfinished = await db.session.execute(
        select(ImportJob.id, ImportJob.user_id).join(ImportFile).where(ImportJob.status.in_(RUNNING))
    )
    for job_id, user_id in unfinished.all():
        await send(run, job_id, user_id=user_id)
    await db.session.commit()


async def change_status(job_id: int, before: Sequence[str], status: str, message: str = "") -> bool:
    """Change the status of an import that has one of these; return whether it had."""
    statement = update(ImportJob).where(ImportJob.id == job_id, ImportJob.status.in_(before))
    changed: Any = await db.session.execute(statement.values(status=status, message=message))
    return bool(changed.rowcount == 1)


def _ours(claim: Claim, **where: int) -> Any:
    return update(ImportFile).filter_by(job_id=claim.job_id, runner=claim.runner, **where)


async def note(user_id: int, action: str, subject: str) -> None:
    """Write a line of the log in this transaction: it is there if and only if what it tells is."""
    db.session.add(AuditEntry(action=action, subject=subject[:200], actor=await audit.actor_of(user_id)))


async def progress(job_id: int) -> Progress | None:
    """Tell how far an import is; None for one that another application runs, without telling."""
    statement = select(
        ImportJob.status, ImportJob.created, ImportFile.done, ImportFile.total, ImportJob.message
    )
    row = (await db.session.execute(statement.join(ImportFile).where(ImportJob.id == job_id))).one_or_none()
    return None if row is None else Progress(*row[:-1], row.message or "")


async def follow(app: Quart, job_id: int) -> AsyncIterator[Progress]:
    """Tell how far an import is as often as that changes, until it ends. No connection is held in between."""
    told = None
    while told is None or not told.ended:
        async with app.app_context():
            now = await progress(job_id)
        if now is None:
            return
        if now != told:
            yield now
            told = now
        await asyncio.sleep(LOOK_EVERY)


def init_app(app: Quart) -> None:
    """Let the page of imports, and no other, take large files."""
    largest = int(app.config["IMPORT_BYTES"])

    class Request(app.request_class):  # type: ignore[misc, name-defined]
        def __init__(self, method: str, scheme: str, path: str, *args: Any, **options: Any) -> None:
            if path == "/books/import":
                options["max_content_length"] = largest
            super().__init__(method, scheme, path, *args, **options)
            if path == "/books/import":
                self.max_content_length = largest

    app.request_class = Request


async def prepare(app: Quart) -> None:
    """Go on with imports at the start of a process, if it is the one that runs them."""
    if not has_queue(app):
        await take_up()
