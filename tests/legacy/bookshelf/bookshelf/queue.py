"""Where the weekly digest is put together: a thread pool, Flask-Executor or Celery."""

from flask import current_app
from flask_login import current_user

from . import jobs
from .models import Book


def init_app(app):
    if app.config["TASK_BACKEND"] == "executor":
        from flask_executor import Executor

        app.extensions["digests"] = Executor(app)


def make_digest(limit=3):
    newest = Book.query.order_by(Book.id.desc()).limit(limit).all()
    titles = ", ".join(book.title for book in newest)
    return f"Dear {current_user.name}: {titles}"


def send_digest():
    backend = current_app.config["TASK_BACKEND"]
    if backend == "executor":
        current_app.extensions["digests"].submit(deliver_digest)
    elif backend == "celery":
        from .worker import mail_digest

        mail_digest.delay(current_user.id)
    else:
        deliver_digest()


def deliver_digest():
    jobs.outbox.append((current_user.email, make_digest()))
