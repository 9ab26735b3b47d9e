from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

from . import jobs
from .database import Loan
from .models import Book

loans = Blueprint("loans", __name__)


class LoanDesk:
    """Every request gets a session for the loans: `g.desk`."""

    def __init__(self, app):
        self.app = app
        self.engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
        self.session_factory = scoped_session(sessionmaker(self.engine))

        @self.app.before_request
        def open_desk():
            g.desk = self.session_factory()

        @self.app.after_request
        def close_desk(response):
            if "desk" in g:
                g.desk.close()
            return response

        @self.app.teardown_request
        def leave_desk(exc):
            if exc:
                self.session_factory.rollback()
            self.session_factory.remove()


def open_loan(book_id):
    return g.desk.query(Loan).filter_by(book_id=book_id, returned=False).first()


def loans_of(user_id):
    return g.desk.query(Loan).filter(Loan.user_id == user_id).order_by(Loan.id.desc()).all()


@loans.before_request
@login_required
def members_only():
    return None


@loans.route("/")
def index():
    titles = {}
    found = loans_of(current_user.id)
    for loan in found:
        book = Book.query.get(loan.book_id)
        titles[loan.id] = book.title if book else "?"
    return render_template("loans/index.html", loans=found, titles=titles)


@loans.route("/borrow", methods=["POST"])
def borrow():
    book = Book.query.get(request.form.get("book_id", type=int))
    if book is None:
        abort(404)
    if open_loan(book.id):
        flash("Somebody else has it.", "error")
        return redirect(url_for("books.detail", book_id=book.id))
    loan = Loan(book_id=book.id, user_id=current_user.id)
    g.desk.add(loan)
    g.desk.commit()
    jobs.expire_later(loan.id)
    flash(f"You have borrowed {book.title}.", "success")
    return redirect(url_for("loans.index"))


@loans.route("/<int:loan_id>/return", methods=["POST"])
def give_back(loan_id):
    loan = g.desk.get(Loan, loan_id)
    if loan is None or loan.user_id != current_user.id:
        abort(404)
    loan.returned = True
    g.desk.commit()
    jobs.thank_later(current_user.id)
    flash("Returned.", "success")
    return redirect(url_for("loans.index"))
