"""The front page, and what machines ask."""

from __future__ import annotations

import asyncio
import logging

from quart import Blueprint, jsonify, render_template
from quart.typing import ResponseReturnValue
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from quart_app.auth import current_user

from .. import shelf
from ..extensions import db
from ..models import Author, Book
from ..visits import most_visited

main = Blueprint("main", __name__)
logger = logging.getLogger(__name__)

#: How long the database may take to answer at all.
HEALTH_SECONDS = 5
#: How many of their own books people see on the first page.
OWN_BOOKS = 50


@main.route("/")
async def index() -> ResponseReturnValue:
    """Show what is new, and the visitor's own books."""
    user = await current_user
    mine: list[Book] = []
    owned = 0
    if user.is_authenticated:
        statement = select(Book).join(Book.author).where(Book.owner_id == user.id).options(*shelf.FOR_LISTS)
        # Who has imported a library owns more than a page can show.
        first = statement.order_by(Author.name, Book.title).limit(OWN_BOOKS)
        mine = list(await db.session.scalars(first))
        owned = len(mine)
        if owned == OWN_BOOKS:
            count = select(func.count()).select_from(Book).where(Book.owner_id == user.id)
            owned = await db.session.scalar(count) or 0
    return await render_template("index.html", recent=await shelf.newest(5), mine=mine, owned=owned)


@main.route("/health")
async def health() -> ResponseReturnValue:
    """Tell whether the database answers, and that soon: a proxy that asks wants no page of errors."""
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            await db.session.execute(text("SELECT 1"))
    except (OSError, SQLAlchemyError):
        logger.exception("the database does not answer")
        return jsonify(status="the database does not answer"), 503
    return jsonify(status="ok")


@main.route("/popular")
async def popular() -> ResponseReturnValue:
    """Tell which pages were seen most often."""
    return jsonify(pages=await most_visited())
