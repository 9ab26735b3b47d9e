"""Who is signed in on the pages is known in the handlers of events, and nobody else is."""

from __future__ import annotations

from typing import Any

import pytest

from quart_app import Quart
from quart_app.auth import LoginManager, UserMixin, current_user, login_user, logout_user
from quart_app.socketio import ConnectionRefusedError, SocketIO, SocketIOTestClient

Site = tuple[Quart, SocketIO, dict[str, Any]]


class Reader(UserMixin):
    """Somebody with an account."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.active = True

    @property
    def is_active(self) -> bool:
        return self.active


@pytest.fixture
def site() -> Site:
    app = Quart(__name__)
    app.secret_key = "test"
    manager = LoginManager(app)
    users = {"ada": Reader("ada"), "bob": Reader("bob")}

    @manager.user_loader
    async def load(name: str) -> Reader | None:
        return users.get(name)

    @app.post("/login/<name>")
    async def login(name: str) -> str:
        await login_user(users[name])
        return name

    @app.post("/logout")
    async def logout() -> str:
        await logout_user()
        return "bye"

    socketio = SocketIO(app)

    @socketio.on("connect")
    async def connected() -> None:
        if not (await current_user).is_authenticated:
            raise ConnectionRefusedError("sign in first")

    @socketio.on("who")
    async def who() -> str | None:
        user: Any = await current_user
        return user.id if user.is_authenticated else None

    return app, socketio, users


async def test_the_user_of_the_pages_is_the_user_of_the_events(site: Site) -> None:
    app, socketio, _ = site
    ada, bob = app.test_client(), app.test_client()
    await ada.post("/login/ada")
    await bob.post("/login/bob")
    one = await socketio.test_client(app, flask_test_client=ada)
    other = await socketio.test_client(app, flask_test_client=bob)
    assert await one.emit("who", callback=True) == "ada"
    assert await other.emit("who", callback=True) == "bob"
    assert await one.emit("who", callback=True) == "ada"


async def test_strangers_and_forged_cookies_are_refused(site: Site) -> None:
    app, socketio, _ = site
    ada = app.test_client()
    await ada.post("/login/ada")
    (cookie,) = ada.cookie_jar
    assert not (await socketio.test_client(app)).is_connected()
    for forged in (cookie.value[:-1], "", "session", cookie.value.replace(".", "")):
        client = await socketio.test_client(app, headers={"Cookie": f"session={forged}"})
        assert not client.is_connected()
    await ada.post("/logout")
    assert not (await socketio.test_client(app, flask_test_client=ada)).is_connected()


async def test_who_is_deleted_is_nobody_in_the_next_event(site: Site) -> None:
    app, socketio, users = site
    ada = app.test_client()
    await ada.post("/login/ada")
    client = await socketio.test_client(app, flask_test_client=ada)
    assert await client.emit("who", callback=True) == "ada"
    del users["ada"]
    assert await client.emit("who", callback=True) == []  # an acknowledgement without a value


@pytest.mark.parametrize(("address", "accepted"), [("127.0.0.1", True), ("10.0.0.9", False)])
async def test_strong_protection_asks_for_the_address_of_the_connection(
    site: Site, monkeypatch: pytest.MonkeyPatch, address: str, accepted: bool
) -> None:
    app, socketio, _ = site
    app.login_manager.session_protection = "strong"  # type: ignore[attr-defined]
    browser, agent = app.test_client(), {"User-Agent": "a browser"}
    await browser.post("/login/ada", headers=agent)
    scope = SocketIOTestClient._scope
    monkeypatch.setattr(
        SocketIOTestClient,
        "_scope",
        lambda *args: {**scope(*args), "client": (address, 5000), "type": "websocket"},
    )
    client = await socketio.test_client(app, headers=agent, flask_test_client=browser)
    assert client.is_connected() is accepted
