"""Work that would keep a visitor waiting."""

import csv
import io
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from flask import copy_current_request_context, current_app, request
from flask_login import current_user

from .database import Loan, db_session
from .extensions import db
from .models import Author, Book, ImportJob, User

logger = logging.getLogger(__name__)

pool = ThreadPoolExecutor(max_workers=2)
_imports = {}
_mails = []
outbox = []


def start_import(text):
    job = ImportJob(user_id=current_user.id)
    db.session.add(job)
    db.session.commit()
    app = current_app._get_current_object()
    _imports[job.id] = pool.submit(run_import, app, job.id, text)
    return job


def run_import(app, job_id, text):
    with app.app_context():
        job = db.session.get(ImportJob, job_id)
        try:
            job.created = import_rows(text, job.user_id)
            job.status = "done"
        except (KeyError, ValueError, csv.Error) as error:
            db.session.rollback()
            job = db.session.get(ImportJob, job_id)
            job.status = "failed"
            job.message = str(error)
        db.session.commit()


def import_rows(text, owner_id):
    created = 0
    for row in csv.DictReader(io.StringIO(text)):
        if not row["title"].strip():
            raise ValueError(f"row {created + 1} has no title")
        isbn = (row.get("isbn") or "").strip() or None
        if isbn and Book.query.filter_by(isbn=isbn).first():
            continue
        year = int(row["year"]) if row.get("year") else None
        db.session.add(
            Book(
                title=row["title"].strip(),
                author=Author.get_or_create(row["author"]),
                year=year,
                isbn=isbn,
                owner_id=owner_id,
            )
        )
        created += 1
    return created


def wait_for_import(job_id, timeout=10):
    future = _imports.pop(job_id, None)
    if future is not None:
        future.result(timeout=timeout)


def mail_owner(book):
    """Tell the owner about a review; the text needs the request."""
    subject = book.title
    to = book.owner.email

    @copy_current_request_context
    def deliver():
        outbox.append((to, f"{current_user.name} reviewed {subject}, see {request.host_url}books/{book_id}"))

    book_id = book.id
    thread = threading.Thread(target=deliver)
    thread.start()
    _mails.append(thread)


def thank_reader(app, user_id):
    with app.app_context():

        @copy_current_request_context
        def deliver():
            user = User.query.get(user_id)
            outbox.append((user.email, f"Thank you, see you at {request.host_url}"))

        try:
            deliver()
        except RuntimeError:
            logger.warning("nobody thanked user %s", user_id)


def thank_later(user_id):
    thread = threading.Thread(target=run_quietly, args=(thank_reader, current_app._get_current_object(), user_id))
    thread.start()
    _mails.append(thread)


def run_quietly(function, *args):
    try:
        function(*args)
    except Exception:
        logger.info("background work failed", exc_info=True)


def wait_for_mails(timeout=5):
    while _mails:
        _mails.pop().join(timeout)


def expire_later(loan_id):
    app = current_app._get_current_object()
    timer = threading.Timer(app.config["LOAN_SECONDS"], expire_loan, args=(app, loan_id))
    timer.daemon = True
    timer.start()
    return timer


def expire_loan(app, loan_id):
    with app.app_context():
        loan = Loan.query.get(loan_id)
        if loan is not None and not loan.returned:
            loan.returned = True
            db_session.commit()
            return True
        return False
