"""The JSON API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec

from quart import Blueprint, abort, jsonify, request, url_for
from quart.typing import ResponseReturnValue
from quart.views import MethodView
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException

from quart_app.auth import current_user

from .. import accounts, audit, openapi, schemas, shelf
from ..accounts import librarian_permission, may_edit
from ..extensions import db
from ..limits import page_number
from ..models import Book

P = ParamSpec("P")
Answer = Awaitable[ResponseReturnValue]

api = Blueprint("api", __name__)


def user_required(view: Callable[P, Answer]) -> Callable[P, Answer]:
    """Let only users reach a view; others are told in JSON."""

    @wraps(view)
    async def wrapper(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not (await current_user).is_authenticated:
            return jsonify(error="authentication required"), 401
        return await view(*args, **kwargs)

    return wrapper


@api.errorhandler(400)
@api.errorhandler(403)
@api.errorhandler(404)
@api.errorhandler(409)
@api.errorhandler(413)
@api.errorhandler(415)
async def api_error(error: HTTPException) -> ResponseReturnValue:
    """Tell what is wrong in JSON."""
    return jsonify(error=error.description), error.code or 500


async def read_book(*, partial: bool = False) -> dict[str, Any]:
    """Read the description of a book from the request."""
    data = await request.get_json()
    if not isinstance(data, dict):
        abort(400, "an object is expected")
    missing = [key for key in ("title", "author") if not data.get(key)]
    if missing and not partial:
        abort(400, "missing: " + ", ".join(missing))
    if wrong := schemas.problem(schemas.BOOK, data):
        abort(400, wrong)
    return data


async def refuse_known_isbn(data: dict[str, Any], *, except_for: Book | None = None) -> None:
    """Refuse the ISBN of another book."""
    if data.get("isbn") and await shelf.has_isbn(data["isbn"], except_for=except_for):
        abort(409, "a book with this ISBN exists")


class BookList(MethodView):
    """All books."""

    async def get(self) -> ResponseReturnValue:
        """List or search, one page at a time."""
        found = await db.paginate(
            shelf.search(request.args.get("q")),
            page=request.args.get("page", 1, type=page_number),
            per_page=10,
            error_out=False,
        )
        return jsonify(
            books=[book.to_dict() for book in found.items],
            page=found.page,
            pages=found.pages,
            total=found.total,
        )

    @user_required
    async def post(self) -> ResponseReturnValue:
        """Put a book on the shelf."""
        if not await librarian_permission.can():
            abort(403, "librarians only")
        data, user = await read_book(), await current_user
        await refuse_known_isbn(data)
        given = {key: data[key] for key in ("year", "isbn", "summary") if key in data}
        book = await shelf.add_book(data["title"], data["author"], user, **given)
        await db.session.commit()
        audit.log_event("api.create", book.title, user_id=user.id)
        address = url_for("api.book", book_id=book.id)
        return jsonify(book.to_full_dict()), 201, {"Location": address}


class BookDetail(MethodView):
    """One book."""

    async def get(self, book_id: int) -> ResponseReturnValue:
        """Describe it."""
        return (await shelf.book_or_404(book_id, "no such book")).to_full_dict()

    @user_required
    async def put(self, book_id: int) -> ResponseReturnValue:
        """Change what is given."""
        book = await self.editable(book_id)
        data = await read_book(partial=True)
        await refuse_known_isbn(data, except_for=book)
        if data.get("title"):
            book.title = data["title"]
        if data.get("author"):
            book.author = await shelf.author_named(data["author"])
        for key in {"year", "isbn", "summary"} & data.keys():
            setattr(book, key, data[key])
        await db.session.commit()
        return jsonify(book.to_full_dict())

    @user_required
    async def delete(self, book_id: int) -> ResponseReturnValue:
        """Take it off the shelf."""
        await db.session.delete(await self.editable(book_id))
        await db.session.commit()
        return "", 204

    async def editable(self, book_id: int) -> Book:
        """Return the book, if the user may change it."""
        book = await shelf.book_or_404(book_id, "no such book")
        if not await may_edit(book):
            abort(403, "not your book")
        return book


api.add_url_rule("/books", view_func=BookList.as_view("books"))
api.add_url_rule("/books/<int:book_id>", view_func=BookDetail.as_view("book"))


@api.route("/me")
@user_required
async def me() -> ResponseReturnValue:
    """Describe the user."""
    user = await current_user
    books = await db.session.scalar(select(func.count()).select_from(Book).where(Book.owner_id == user.id))
    return jsonify(id=user.id, email=user.email, name=user.name, roles=user.role_names, books=books)


@api.route("/token", methods=["POST"])
async def get_token() -> ResponseReturnValue:
    """Give a token for an address and a password."""
    data = await request.get_json(silent=True) or {}
    if not isinstance(data, dict):
        abort(400, "an object is expected")
    if wrong := schemas.problem(schemas.CREDENTIALS, data):
        abort(400, wrong)
    user = await accounts.user_by_email(data.get("email", ""))
    if user is None or not await accounts.check_password(user, data.get("password", "")):
        return jsonify(error="wrong e-mail or password"), 401
    token = user.api_token or accounts.new_token(user)
    await db.session.commit()
    return {"token": token}


@api.route("/openapi.json")
async def describe() -> ResponseReturnValue:
    """Describe the API."""
    return jsonify(openapi.document(url_for("api.books").removesuffix("/books")))
