"""The front page, and what machines ask."""

from __future__ import annotations

import asyncio
import logging

from quart import Blueprint, jsonify, render_template
from quart.typing import ResponseReturnValue
from sqlalchemy import select, text
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


@main.route("/")
async def index() -> ResponseReturnValue:
    """Show what is new, and the visitor's own books."""
    user = await current_user
    mine: list[Book] = []
    if user.is_authenticated:
        statement = select(Book).join(Book.author).where(Book.owner_id == user.id).options(*shelf.FOR_LISTS)
        mine = list(await db.session.scalars(statement.order_by(Author.name, Book.title)))
    return await render_template("index.html", recent=await shelf.newest(5), mine=mine)


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
