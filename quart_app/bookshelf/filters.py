"""What templates know."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quart import request, url_for
from sqlalchemy import func, select

from quart_app import Quart

from . import shelf
from .extensions import db
from .models import Book


def stars(rating: float | None) -> str:
    """Draw a rating."""
    return "★" * round(rating or 0) or "–"  # noqa: RUF001


def day(value: datetime | None) -> str:
    """Write a date."""
    return value.strftime("%d.%m.%Y") if value else ""


def page_url(page: int) -> str:
    """Return the address of another page of the list that is shown."""
    assert request.endpoint is not None
    arguments: dict[str, Any] = {**request.args, "page": page}
    return url_for(request.endpoint, **arguments)


async def sidebar() -> dict[str, Any]:
    """Ask for what every page shows."""
    total = await db.session.scalar(select(func.count()).select_from(Book))
    return {"book_total": total, "newest": await shelf.newest(3)}


def init_app(app: Quart) -> None:
    """Tell the templates."""
    app.add_template_filter(stars)
    app.add_template_filter(day)
    app.add_template_global(page_url)
    app.context_processor(sidebar)
