"""The shelf."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator

from quart import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from quart_app.auth import current_user, login_required

from .. import accounts, audit, imports, mail, shelf
from ..accounts import librarian_permission, may_edit
from ..extensions import db
from ..forms import BookForm, ImportForm, ReviewForm, typed
from ..limits import page_number
from ..models import Author, Book, ImportJob, Review
from ..visits import count_visit

books = Blueprint("books", __name__)


@books.route("/")
async def index() -> ResponseReturnValue:
    """List books, one page at a time."""
    text = request.args.get("q", "").strip()
    pagination = await db.paginate(
        shelf.search(text).options(selectinload(Book.reviews)),
        page=request.args.get("page", 1, type=page_number),
        per_page=current_app.config["BOOKS_PER_PAGE"],
    )
    return await render_template("books/index.html", pagination=pagination, q=text)


@books.route("/<int:book_id>")
async def detail(book_id: int) -> ResponseReturnValue:
    """Show a book."""
    book = await shelf.book_or_404(book_id)
    form = await ReviewForm.create_form()
    seen = await count_visit(request.path)
    return await render_template("books/detail.html", book=book, form=form, seen=seen)


@books.route("/new", methods=["GET", "POST"])
@login_required
@librarian_permission.require(403)
async def create() -> ResponseReturnValue:
    """Put a book on the shelf."""
    form = await BookForm.create_form()
    if await form.validate_on_submit():
        user = await current_user
        book = await shelf.add_book(
            typed(form.title),
            typed(form.author),
            user,
            year=form.year.data,
            isbn=form.isbn.data,
            summary=form.summary.data,
        )
        await db.session.commit()
        audit.log_event("book.create", book.title, user_id=user.id)
        await flash(f"Added {book.title}.", "success")
        return redirect(url_for("books.detail", book_id=book.id))
    return await render_template("books/edit.html", form=form, book=None)


@books.route("/<int:book_id>/edit", methods=["GET", "POST"])
@login_required
async def edit(book_id: int) -> ResponseReturnValue:
    """Change a book."""
    book = await shelf.book_or_404(book_id)
    if not await may_edit(book):
        abort(403)
    form = await BookForm.create_form(obj=book, book=book)
    if request.method == "GET":
        form.author.data = book.author.name
    if await form.validate_on_submit():
        book.title = typed(form.title)
        book.author = await shelf.author_named(typed(form.author))
        book.year = form.year.data
        book.isbn = form.isbn.data or None
        book.summary = form.summary.data
        await db.session.commit()
        audit.log_event("book.edit", book.title, user_id=(await current_user).id)
        await flash("Saved.", "success")
        return redirect(url_for("books.detail", book_id=book.id))
    return await render_template("books/edit.html", form=form, book=book)


@books.route("/<int:book_id>/delete", methods=["POST"])
@login_required
async def delete(book_id: int) -> ResponseReturnValue:
    """Take a book off the shelf, its reviews with it."""
    book = await shelf.book_or_404(book_id)
    if not await may_edit(book):
        abort(403)
    await db.session.delete(book)
    await db.session.commit()
    audit.log_event("book.delete", book.title, user_id=(await current_user).id)
    await flash(f"Removed {book.title}.")
    return redirect(url_for("books.index"))


@books.route("/<int:book_id>/reviews", methods=["POST"])
@login_required
async def review(book_id: int) -> ResponseReturnValue:
    """Say what one thinks of a book."""
    book = await shelf.book_or_404(book_id)
    form = await ReviewForm.create_form()
    if not await form.validate_on_submit():
        return await render_template("books/detail.html", book=book, form=form, seen=None), 400
    user = await current_user
    if any(review.user_id == user.id for review in book.reviews):
        await flash("You have reviewed this book already.", "error")
    else:
        book.reviews.append(Review(user=user, rating=form.rating.data, text=form.text.data))
        await db.session.commit()
        if user.id != book.owner_id:
            address = url_for("books.detail", book_id=book.id, _external=True)
            mail.send(book.owner.email, f"{user.name} reviewed {book.title}, see {address}", user_id=user.id)
        await flash("Thank you for the review.", "success")
    return redirect(url_for("books.detail", book_id=book.id))


@books.route("/import", methods=["GET", "POST"])
@login_required
@librarian_permission.require(403)
async def import_books() -> ResponseReturnValue:
    """Take a file of books; they are imported in the background."""
    form = await ImportForm.create_form()
    if await form.validate_on_submit():
        user = await current_user
        try:
            text = form.file.data.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            form.file.errors = ["The file is not UTF-8."]
        else:
            job = await imports.start(form.file.data.filename, text, user.id)
            return redirect(url_for("books.import_status", job_id=job.id))
    return await render_template("books/import.html", form=form)


@books.route("/import/<int:job_id>")
@login_required
async def import_status(job_id: int) -> ResponseReturnValue:
    """Tell how far an import is."""
    job = await _import_or_404(job_id)
    return await render_template("books/import_status.html", job=job, progress=await imports.progress(job.id))


@books.route("/import/<int:job_id>/events")
@login_required
async def import_events(job_id: int) -> ResponseReturnValue:
    """Tell how far an import is, again and again until it ends."""
    job = await _import_or_404(job_id)
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    async def events() -> AsyncIterator[str]:
        async for progress in imports.follow(app, job.id):
            yield f"data: {json.dumps(progress.as_dict())}\n\n"

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(events(), mimetype="text/event-stream", headers=headers)


@books.route("/import/<int:job_id>/cancel", methods=["POST"])
@login_required
async def cancel_import(job_id: int) -> ResponseReturnValue:
    """Stop an import."""
    job = await _import_or_404(job_id)
    if not await imports.cancel(job.id, (await current_user).id):
        await flash("This import has ended already.", "error")
    return redirect(url_for("books.import_status", job_id=job_id))


@books.route("/import/<int:job_id>/resume", methods=["POST"])
@login_required
async def resume_import(job_id: int) -> ResponseReturnValue:
    """Go on with an import."""
    job = await _import_or_404(job_id)
    if not await imports.resume(job.id, (await current_user).id):
        await flash("This import cannot be resumed.", "error")
    return redirect(url_for("books.import_status", job_id=job_id))


async def _import_or_404(job_id: int) -> ImportJob:
    """Return an import of the user's own; an admin sees all."""
    user = await current_user
    job = await db.session.get(ImportJob, job_id, options=[joinedload(ImportJob.user)])
    if job is None or not (job.user_id == user.id or await accounts.admin_permission.can()):
        abort(404)
    return job


@books.route("/export.csv")
@login_required
async def export() -> ResponseReturnValue:
    """Send all books as a file, line by line."""
    found = list(await db.session.scalars(select(Book).options(joinedload(Book.author)).order_by(Book.title)))

    async def lines() -> AsyncIterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(("title", "author", "year", "isbn"))
        for book in found:
            writer.writerow((book.title, book.author.name, book.year or "", book.isbn or ""))
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
        yield buffer.getvalue()

    return Response(lines(), mimetype="text/csv")


@books.route("/authors/<int:author_id>")
async def author(author_id: int) -> ResponseReturnValue:
    """Show what somebody wrote."""
    author = await db.first_or_404(
        select(Author).where(Author.id == author_id).options(selectinload(Author.books))
    )
    titles: dict[int, list[str]] = {}
    for book in author.books:
        titles.setdefault(book.year or 0, []).append(book.title)
    return await render_template("books/author.html", author=author, titles=sorted(titles.items()))
