"""Names that stay, or move with all that they mean."""

from __future__ import annotations

from tests.migrate_tool.programs import after


def test_types_of_flask_are_quarts() -> None:
    text = after("""\
    from flask.typing import ResponseReturnValue, RouteCallable

    @app.route("/")
    def index() -> ResponseReturnValue:
        return "index"
    """)
    assert "from quart.typing import ResponseReturnValue, RouteCallable" in text
    assert "migrate:" not in text


def test_the_client_of_an_old_werkzeug_is_the_one_that_is_awaited() -> None:
    text = after("""\
    from werkzeug import Client

    def check(client: Client):
        assert client.get("/").status_code == 200
    """)
    assert "from quart_app.testing import QuartClient" in text
    assert 'async def check(client: QuartClient):\n    assert (await client.get("/"))' in text


def test_the_wildcard_of_a_loading_option_stays_a_string() -> None:
    text = after("""\
    from sqlalchemy.orm import joinedload, noload

    def users():
        return User.query.options(noload("*"), joinedload("notes")).all()
    """)
    assert 'User.query.options(noload("*"), joinedload(User.notes)).all()' in text
    assert "migrate:" not in text
