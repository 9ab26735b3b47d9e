"""What no row can hold is refused before the database is asked: it would answer with an error of its own."""

from __future__ import annotations

from quart import abort, request
from werkzeug.routing import IntegerConverter, Map

from quart_app import Quart

#: The largest number in a column of integers.
MAX_INTEGER = 2**31 - 1

#: No list has more pages.
MAX_PAGE = 1_000_000


class RowNumber(IntegerConverter):
    """A number in an address; one that no row can have leads nowhere."""

    def __init__(self, map: Map, max: int = MAX_INTEGER) -> None:
        super().__init__(map, max=max)


def page_number(text: str) -> int:
    """Read the number of a page; raise ValueError if it is none."""
    return min(int(text), MAX_PAGE)


def storable(text: str) -> bool:
    """Whether a database takes a text: PostgreSQL's have no NUL, and half of a surrogate pair is no character."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


async def refuse_what_cannot_be_asked_for() -> None:
    """Refuse an address with a text in it that no row can hold."""
    if not all(storable(value) for _, value in request.args.items(multi=True)):
        abort(400, "That is no text.")


def init_app(app: Quart) -> None:
    """Watch the addresses; before the blueprints are registered."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(refuse_what_cannot_be_asked_for)
