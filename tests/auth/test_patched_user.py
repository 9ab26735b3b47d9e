"""Tests that put a user in the place of the signed-in one, by the function that Flask-Login asks."""

from __future__ import annotations

from unittest import mock

import pytest

from quart_app import Quart
from quart_app.auth import LoginManager, UserMixin, current_user, login_required


class Reader(UserMixin):
    """Somebody with an account."""

    id = "ada"


@pytest.fixture
def app() -> Quart:
    app = Quart(__name__)
    app.secret_key = "test"
    manager = LoginManager(app)

    @manager.user_loader
    async def load(_: str) -> None:
        return None

    @app.get("/")
    @login_required
    async def index() -> str:
        user = await current_user
        return f"{user.id} {current_user.id} {bool(current_user)}"

    @app.get("/name")
    async def name() -> str:
        user = await current_user
        return "nobody" if user.is_anonymous else str(user.id)

    return app


async def test_the_user_that_a_test_gives_is_signed_in_while_it_is_given(app: Quart) -> None:
    client = app.test_client()
    assert (await client.get("/")).status_code == 401
    with mock.patch("quart_app.auth.utils._get_user") as given:
        given.return_value = Reader()
        assert (await client.get("/")).text == "ada ada True"
        # Outside of a request as well, as with Flask-Login.
        assert (await current_user).id == current_user.id == "ada"
        assert current_user
    assert (await client.get("/")).status_code == 401
    assert (await client.get("/name")).text == "nobody"
    assert await current_user is None
    assert not current_user


async def test_it_may_be_given_by_a_coroutine(app: Quart) -> None:
    async def reader() -> Reader:
        return Reader()

    with mock.patch("quart_app.auth.utils._get_user", reader):
        assert (await app.test_client().get("/name")).text == "ada"
