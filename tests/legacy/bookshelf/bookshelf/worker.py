"""celery -A bookshelf.worker worker"""

import os

from celery import Celery

from . import create_app, jobs
from .models import Book, User

celery = Celery("bookshelf", broker=os.environ.get("BROKER_URL", "redis://localhost:6379/0"))


@celery.task
def mail_digest(user_id):
    app = create_app()
    with app.app_context():
        user = User.query.get(user_id)
        titles = ", ".join(book.title for book in Book.query.order_by(Book.id.desc()).limit(3))
        jobs.outbox.append((user.email, f"Dear {user.name}: {titles}"))
