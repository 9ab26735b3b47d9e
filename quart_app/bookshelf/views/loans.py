"""Who has which book."""

from __future__ import annotations

from datetime import datetime, timedelta

from quart import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import select

from quart_app.auth import current_user, login_required

from .. import mail
from ..extensions import db
from ..limits import MAX_INTEGER
from ..models import Book, Loan, now

loans = Blueprint("loans", __name__)


def taken_before() -> datetime:
    """Return when a loan must have begun to be over by now."""
    return now() - timedelta(seconds=current_app.config["LOAN_SECONDS"])


def is_over(loan: Loan) -> bool:
    """Whether the book is back, or would have to be."""
    return loan.returned or (loan.taken_at is not None and loan.taken_at <= taken_before())


@loans.before_request
@login_required
async def members_only() -> None:
    """Let nobody else in."""


@loans.route("/")
async def index() -> ResponseReturnValue:
    """List the member's loans."""
    statement = select(Loan, Book.title).outerjoin(Book, Book.id == Loan.book_id)
    rows = await db.session.execute(
        statement.where(Loan.user_id == (await current_user).id).order_by(Loan.id.desc())
    )
    found = [(loan, title or "?", is_over(loan)) for loan, title in rows]
    return await render_template("loans/index.html", loans=found)


@loans.route("/borrow", methods=["POST"])
async def borrow() -> ResponseReturnValue:
    """Borrow a book that nobody has."""
    book_id = (await request.form).get("book_id", type=int)
    book = await db.session.get(Book, book_id) if book_id and 0 < book_id <= MAX_INTEGER else None
    if book is None:
        abort(404)
    open_loans = select(Loan).where(
        Loan.book_id == book.id, Loan.returned.is_(False), Loan.taken_at > taken_before()
    )
    if await db.session.scalar(open_loans):
        await flash("Somebody else has it.", "error")
        return redirect(url_for("books.detail", book_id=book.id))
    db.session.add(Loan(book_id=book.id, user_id=(await current_user).id))
    await db.session.commit()
    await flash(f"You have borrowed {book.title}.", "success")
    return redirect(url_for("loans.index"))


@loans.route("/<int:loan_id>/return", methods=["POST"])
async def give_back(loan_id: int) -> ResponseReturnValue:
    """Bring a book back."""
    user = await current_user
    loan = await db.session.get(Loan, loan_id)
    if loan is None or loan.user_id != user.id:
        abort(404)
    loan.returned = True
    await db.session.commit()
    mail.send(user.email, f"Thank you, see you at {request.host_url}", user_id=user.id)
    await flash("Returned.", "success")
    return redirect(url_for("loans.index"))
