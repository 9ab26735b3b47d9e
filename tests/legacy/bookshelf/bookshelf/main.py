from flask import Blueprint, jsonify, render_template
from flask_login import current_user
from sqlalchemy import text

from .extensions import db
from .models import Book
from .visits import most_visited

main = Blueprint("main", __name__)


@main.route("/")
def index():
    recent = Book.query.order_by(Book.id.desc()).limit(5).all()
    mine = []
    if current_user.is_authenticated:
        mine = sorted(current_user.books, key=lambda book: (book.author.name, book.title))
    return render_template("index.html", recent=recent, mine=mine)


@main.route("/health")
def health():
    db.session.execute(text("SELECT 1"))
    return jsonify(status="ok")


@main.route("/popular")
def popular():
    return jsonify(pages=[{"path": path, "count": count} for path, count in most_visited()])
