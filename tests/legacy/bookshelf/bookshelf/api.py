from functools import wraps

from flask import Blueprint, abort, jsonify, request, url_for
from flask.views import MethodView
from flask_login import current_user

from . import audit
from .extensions import db
from .models import Author, Book, User
from .permissions import EditBookPermission

api = Blueprint("api", __name__)


def token_required(view):
    @wraps(view)
    def wrapper(*args, **kwargs):
        if not current_user.is_authenticated:
            return jsonify(error="authentication required"), 401
        return view(*args, **kwargs)

    return wrapper


@api.errorhandler(400)
@api.errorhandler(403)
@api.errorhandler(404)
@api.errorhandler(415)
def api_error(error):
    return jsonify(error=error.description), error.code


def read_book(partial=False):
    data = request.get_json()
    if not isinstance(data, dict):
        abort(400, "an object is expected")
    missing = [key for key in ("title", "author") if not data.get(key)]
    if missing and not partial:
        abort(400, "missing: " + ", ".join(missing))
    year = data.get("year")
    if year is not None and not isinstance(year, int):
        abort(400, "year is a number")
    return data


def apply(book, data):
    if data.get("title"):
        book.title = data["title"]
    if data.get("author"):
        book.author = Author.get_or_create(data["author"])
    for key in ("year", "isbn", "summary"):
        if key in data:
            setattr(book, key, data[key])


class BookList(MethodView):
    def get(self):
        page = request.args.get("page", 1, type=int)
        found = Book.search(request.args.get("q")).paginate(page=page, per_page=10, error_out=False)
        return jsonify(
            books=[book.to_dict() for book in found.items],
            page=found.page,
            pages=found.pages,
            total=found.total,
        )

    @token_required
    def post(self):
        if not (current_user.has_role("librarian") or current_user.has_role("admin")):
            abort(403, "librarians only")
        book = Book()
        apply(book, read_book())
        book.owner = current_user._get_current_object()
        db.session.add(book)
        db.session.commit()
        audit.log_api_call("api.create", book.title)
        return jsonify(book.to_dict(full=True)), 201, {"Location": url_for("api.book", book_id=book.id)}


class BookDetail(MethodView):
    decorators = []

    def get(self, book_id):
        return Book.query.get_or_404(book_id, description="no such book").to_dict(full=True)

    @token_required
    def put(self, book_id):
        book = self.editable(book_id)
        apply(book, read_book(partial=True))
        db.session.commit()
        return jsonify(book.to_dict(full=True))

    @token_required
    def delete(self, book_id):
        db.session.delete(self.editable(book_id))
        db.session.commit()
        return "", 204

    def editable(self, book_id):
        book = Book.query.get_or_404(book_id, description="no such book")
        if not EditBookPermission(book.id).can():
            abort(403, "not your book")
        return book


api.add_url_rule("/books", view_func=BookList.as_view("books"))
api.add_url_rule("/books/<int:book_id>", view_func=BookDetail.as_view("book"))


@api.route("/me")
@token_required
def me():
    return jsonify(
        id=current_user.id,
        email=current_user.email,
        name=current_user.name,
        roles=current_user.role_names,
        books=current_user.book_count,
    )


@api.route("/token", methods=["POST"])
def get_token():
    data = request.get_json(silent=True) or {}
    user = User.by_email(data.get("email", ""))
    if user is None or not user.check_password(data.get("password", "")):
        return jsonify(error="wrong e-mail or password"), 401
    token = user.api_token or user.new_token()
    db.session.commit()
    return {"token": token}
