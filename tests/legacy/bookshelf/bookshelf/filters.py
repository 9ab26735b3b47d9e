from flask import request
from flask_login import current_user

from .models import Book, User


def init_app(app):
    @app.template_filter("username")
    def username(user_id):
        user = User.query.get(user_id)
        return user.name if user else "somebody"

    @app.template_filter("stars")
    def stars(rating):
        return "★" * int(round(rating or 0)) or "–"

    @app.template_filter("day")
    def day(value):
        return value.strftime("%d.%m.%Y") if value else ""

    @app.template_test("mine")
    def is_mine(book):
        return current_user.is_authenticated and book.owner_id == current_user.id

    @app.template_global("page_url")
    def page_url(page):
        args = request.args.to_dict()
        args["page"] = page
        return request.path + "?" + "&".join(f"{key}={value}" for key, value in args.items())

    @app.context_processor
    def sidebar():
        newest = Book.query.order_by(Book.id.desc()).limit(3).all()
        librarian = current_user.is_authenticated and current_user.has_role("librarian")
        return {"book_total": Book.query.count(), "newest": newest, "librarian": librarian}
