"""The pages, and the JSON, for what goes wrong."""

from __future__ import annotations

import logging

from quart import jsonify, render_template, request
from quart.typing import ResponseReturnValue
from quart.wrappers import Response
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from quart_app import Quart
from quart_app.auth import current_user
from quart_app.forms import CSRFError

from .extensions import db
from .models import User

logger = logging.getLogger(__name__)


async def page(code: int, message: str) -> tuple[Response | str, int]:
    """Tell it as the visitor can read it."""
    if request.path.startswith("/api/"):
        return jsonify(error=message), code
    return await render_template("errors/error.html", code=code, message=message), code


async def bad_token(error: CSRFError) -> ResponseReturnValue:
    """Tell what is wrong with the form's token."""
    return await page(400, error.description)


async def forbidden(_error: HTTPException) -> ResponseReturnValue:
    """Tell whom it is not for."""
    user = await current_user
    if user.is_authenticated:
        return await page(403, f"Sorry, {user.name}, this is not for you.")
    return await page(403, "This is not for you.")


async def not_found(_error: HTTPException) -> ResponseReturnValue:
    """Tell that there is nothing."""
    return await page(404, "There is nothing here.")


async def too_large(_error: HTTPException) -> ResponseReturnValue:
    """Tell that the upload is too large."""
    return await page(413, "The file is too large.")


async def somebody_was_faster(error: IntegrityError) -> ResponseReturnValue:
    """Tell that another request took what only one can have, between this one's look and its commit."""
    await db.session.rollback()
    # A rollback makes whatever the session holds forget its values, and the page is about to name the user.
    user = await current_user
    if isinstance(user, User):
        await db.session.refresh(user)
        await db.session.refresh(user, ["roles"])
    logger.warning("refused by the database: %s", error.orig)
    return await page(409, "Somebody was faster. Please try again.")


async def other(error: HTTPException) -> ResponseReturnValue:
    """Tell what has no words of its own here, with the headers that belong to it."""
    response = error.get_response()
    if error.code is None or error.code < 400:
        return response
    body, code = await page(error.code, error.description or error.name)
    kept = {name: value for name, value in response.headers.items() if name in {"Allow", "Retry-After"}}
    return body, code, kept


async def broken(_error: HTTPException) -> ResponseReturnValue:
    """Tell that it is our fault, and nothing more."""
    return await page(500, "Something went wrong.")


def init_app(app: Quart) -> None:
    """Register the pages."""
    app.register_error_handler(CSRFError, bad_token)
    app.register_error_handler(HTTPException, other)
    app.register_error_handler(IntegrityError, somebody_was_faster)
    app.register_error_handler(403, forbidden)
    app.register_error_handler(404, not_found)
    app.register_error_handler(413, too_large)
    app.register_error_handler(500, broken)
