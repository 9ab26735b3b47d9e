"""The users of the tests, and a site for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import quart
from blinker import NamedSignal
from quart import request, session

from quart_app.auth import (
    LoginManager,
    UserMixin,
    confirm_login,
    current_user,
    fresh_login_required,
    login_fresh,
    login_remembered,
    login_required,
    login_user,
    logout_user,
)
from quart_app.testing import QuartClient

ODD_IDS = ["42", "a|b", "佐藤", 'x y;z,q"r']


class User(UserMixin):
    """A user; `active` and `session_version` may be changed."""

    def __init__(self, id: str, name: str, active: bool = True) -> None:
        self.id = id
        self.name = name
        self.active = active
        self.session_version: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.active


class Site:
    """An application with a LoginManager, users, and the views that the tests ask."""

    def __init__(self, quart_class: type[quart.Quart] = quart.Quart) -> None:
        self.users = {id: User(id, f"name of {id}") for id in ["1", "2", *ODD_IDS]}
        self.loads: list[str] = []
        self.app = quart_class(__name__, static_folder=None)
        self.app.secret_key = "a secret of the tests"
        self.manager = LoginManager(self.app)
        self.manager.user_loader(self.load)
        self.add_views()

    async def load(self, user_id: str) -> User | None:
        self.loads.append(user_id)
        return self.users.get(user_id)

    def client(self, **kwargs: Any) -> Any:
        return QuartClient(self.app, **kwargs)

    def add_views(self) -> None:
        app = self.app

        @app.get("/")
        async def index() -> str:
            return "anybody"

        @app.get("/name")
        async def name() -> str:
            user = await current_user
            return str(user.name) if user.is_authenticated else "anonymous"

        @app.route("/login/<path:user_id>", methods=["GET", "POST"])
        async def login(user_id: str) -> str:
            remember = "remember" in request.args
            return str(
                await login_user(self.users[user_id], remember=remember, force="force" in request.args)
            )

        @app.get("/logout")
        async def logout() -> str:
            return str(await logout_user())

        @app.get("/confirm")
        async def confirm() -> str:
            await confirm_login()
            return ""

        @app.get("/fresh")
        async def fresh() -> str:
            await current_user
            return f"{login_fresh()} {login_remembered()}"

        @app.route("/guarded")
        @login_required
        async def guarded() -> str:
            return "guarded"

        @app.route("/very-guarded")
        @fresh_login_required
        async def very_guarded() -> str:
            return "very guarded"

        @app.get("/session")
        async def show_session() -> dict[str, Any]:
            return dict(session)


async def name_of(client: Any, **kwargs: Any) -> str:
    """Ask the site who the client is."""
    response = await client.get("/name", **kwargs)
    assert response.status_code == 200, response.text
    return str(response.text)


def drop_session(client: Any) -> None:
    """Do what closing the browser does."""
    client.delete_cookie("session")


@contextmanager
def listening(signal: NamedSignal) -> Iterator[list[dict[str, Any]]]:
    """Collect what a signal says."""
    heard: list[dict[str, Any]] = []

    async def hear(_sender: Any, **arguments: Any) -> None:
        heard.append(arguments)

    with signal.connected_to(hear):
        yield heard
