"""Bearer tokens and basic credentials, several at once, without quart-auth's known faults."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from quart import websocket
from quart.testing.connections import WebsocketResponseError
from quart_auth import QuartAuth

from quart_app.auth import BasicTransport, BearerTransport, login_required, user_loaded_from_request

from .people import Site, User, listening, name_of


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@pytest.fixture
def guarded(site: Site) -> Site:
    """The site with both transports; user 2's password is pässword."""

    async def verify(name: str, password: str) -> User | None:
        return site.users["2"] if (name, password) == ("two", "pässword") else None

    site.manager.add_transport(BearerTransport())
    site.manager.add_transport(BasicTransport(verify, realm="house"))
    return site


def token(site: Site, user_id: str, **options: Any) -> dict[str, str]:
    made = BearerTransport(**options).dump_token(user_id, app=site.app)
    return {"Authorization": f"Bearer {made}"}


async def test_each_transport_signs_its_user_in(guarded: Site) -> None:
    client = guarded.client()
    with listening(user_loaded_from_request) as heard:
        assert await name_of(client, headers=token(guarded, "1")) == "name of 1"
        assert await name_of(client, headers=basic("two", "pässword")) == "name of 2"
    assert [arguments["user"].id for arguments in heard] == ["1", "2"]
    assert await name_of(client) == "anonymous"


async def test_a_non_ascii_password_that_is_wrong_is_a_401_and_no_500(guarded: Site) -> None:
    client = guarded.client()
    for wrong in ["passwört", "", "pässword "]:
        assert (await client.get("/guarded", headers=basic("two", wrong))).status_code == 401


async def test_a_bearer_without_a_space_is_refused(guarded: Site) -> None:
    headers = token(guarded, "1")
    glued = {"Authorization": headers["Authorization"].replace(" ", "")}
    assert (await guarded.client().get("/guarded", headers=headers)).status_code == 200
    assert (await guarded.client().get("/guarded", headers=glued)).status_code == 401


async def test_options_pass_without_credentials(guarded: Site) -> None:
    assert (await guarded.client().options("/guarded")).status_code == 200


async def test_a_401_says_how_to_prove_who_one_is(guarded: Site) -> None:
    response = await guarded.client().get("/guarded")
    assert response.status_code == 401
    challenges = ", ".join(response.headers.getlist("WWW-Authenticate"))
    assert "Bearer" in challenges
    assert "Basic realm=house" in challenges
    assert {"Cookie", "Authorization"} <= set(response.vary)


async def test_the_session_comes_first_and_no_session_is_made(guarded: Site) -> None:
    client = guarded.client()
    response = await client.get("/name", headers=token(guarded, "1"))
    assert "Set-Cookie" not in response.headers
    await client.get("/login/2")
    assert await name_of(client, headers=token(guarded, "1")) == "name of 2"


async def test_a_token_ends_with_its_duration(guarded: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded.manager.transports[:] = [BearerTransport(duration=-1)]
    assert (await guarded.client().get("/guarded", headers=token(guarded, "1"))).status_code == 401


async def test_tokens_of_a_quart_auth_extension_are_read(guarded: Site) -> None:
    theirs = QuartAuth(mode="bearer", salt="theirs").dump_token("1", app=guarded.app)
    headers = {"Authorization": f"Bearer {theirs}"}
    assert (await guarded.client().get("/guarded", headers=headers)).status_code == 401
    guarded.manager.add_transport(BearerTransport(salt="theirs"))
    assert (await guarded.client().get("/guarded", headers=headers)).status_code == 200


async def test_a_deleted_or_inactive_user_has_no_use_of_a_token(guarded: Site) -> None:
    headers = token(guarded, "1")
    guarded.users["1"].active = False
    assert (await guarded.client().get("/guarded", headers=headers)).status_code == 401
    del guarded.users["1"]
    assert (await guarded.client().get("/guarded", headers=headers)).status_code == 401


async def test_websockets_take_tokens(guarded: Site) -> None:
    @guarded.app.websocket("/ws")
    @login_required
    async def ws() -> None:
        await websocket.send("welcome")

    client = guarded.client()
    async with client.websocket("/ws", headers=token(guarded, "1")) as connection:
        assert await connection.receive() == "welcome"
    with pytest.raises(WebsocketResponseError):
        async with client.websocket("/ws", headers={"Authorization": "Bearer x"}) as connection:
            await connection.receive()


async def test_a_request_loader_is_asked_last_also_when_a_remember_cookie_is_stale(site: Site) -> None:
    @site.manager.request_loader
    async def by_key(request: Any) -> User | None:
        return site.users.get(request.args.get("key"))

    client = site.client()
    assert await name_of(client, query_string={"key": "1"}) == "name of 1"
    client.set_cookie("remember_token", "stale|00")
    assert await name_of(client, query_string={"key": "1"}) == "name of 1"
    await client.get("/login/2")
    assert await name_of(client, query_string={"key": "1"}) == "name of 2"


async def test_the_deprecated_header_loader_works_and_says_so(site: Site) -> None:
    async def by_header(value: str) -> User | None:
        return site.users.get(value)

    with pytest.warns(DeprecationWarning, match="request_loader"):
        site.manager.header_loader(by_header)
    assert await name_of(site.client(), headers={"Authorization": "1"}) == "name of 1"
