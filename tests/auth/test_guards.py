"""`login_required` and `fresh_login_required`, on every kind of view."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from quart import Blueprint, get_flashed_messages, session, websocket
from quart.testing.connections import WebsocketResponseError
from quart.views import MethodView

from quart_app.auth import (
    current_user,
    fresh_login_required,
    login_required,
    set_login_view,
    user_needs_refresh,
    user_unauthorized,
)

from .people import Site, User, drop_session, listening


async def test_head_is_guarded_and_options_are_not(site: Site) -> None:
    client = site.client()
    for path in ("/guarded", "/very-guarded"):
        assert (await client.head(path)).status_code == 401
        assert (await client.get(path)).status_code == 401
        assert (await client.options(path)).status_code == 200
    await client.get("/login/1")
    assert (await client.head("/guarded")).status_code == 200


async def test_synchronous_views_are_guarded(site: Site) -> None:
    @site.app.get("/sync/<int:number>")
    @login_required
    def sync(number: int) -> str:
        return f"sync {number}"

    client = site.client()
    assert (await client.get("/sync/3")).status_code == 401
    await client.get("/login/1")
    assert (await client.get("/sync/3")).text == "sync 3"


async def test_class_based_views_are_guarded(site: Site) -> None:
    class ByDecorators(MethodView):
        decorators = [login_required, fresh_login_required]

        async def get(self) -> str:
            return "by decorators"

        def options(self) -> str:
            return "options"

    class ByMethod(MethodView):
        @login_required
        async def get(self) -> str:
            return f"by method of {type(self).__name__}"

        @fresh_login_required
        def post(self) -> str:
            return "posted"

    site.app.add_url_rule("/decorators", view_func=ByDecorators.as_view("decorators"))
    site.app.add_url_rule("/method", view_func=ByMethod.as_view("method"))
    client = site.client()
    assert (await client.get("/decorators")).status_code == 401
    assert (await client.options("/decorators")).text == "options"
    assert (await client.get("/method")).status_code == 401
    assert (await client.post("/method")).status_code == 401
    await client.get("/login/1?remember")
    assert (await client.get("/decorators")).text == "by decorators"
    assert (await client.get("/method")).text == "by method of ByMethod"
    assert (await client.post("/method")).text == "posted"
    drop_session(client)
    assert (await client.get("/method")).status_code == 200
    assert (await client.post("/method")).status_code == 401


async def test_fresh_only_refuses_a_remembered_session(site: Site) -> None:
    client = site.client()
    await client.get("/login/1?remember")
    assert (await client.get("/very-guarded")).status_code == 200
    drop_session(client)
    with listening(user_needs_refresh) as heard:
        assert (await client.get("/very-guarded")).status_code == 401
    assert len(heard) == 1
    site.manager.refresh_view = "/again"
    response = await client.get("/very-guarded")
    assert (response.status_code, response.location) == (302, "/again?next=%2Fvery-guarded")


async def test_login_disabled_lets_everybody_through(site: Site) -> None:
    site.app.config["LOGIN_DISABLED"] = True
    client = site.client()
    assert (await client.get("/guarded")).status_code == 200
    assert (await client.get("/very-guarded")).status_code == 200
    assert site.loads == []


async def test_a_handler_that_returns_nothing_does_not_open_the_door(site: Site) -> None:
    called: list[str] = []

    @site.manager.unauthorized_handler
    def nothing() -> None:
        called.append("handler")

    client = site.client()
    response = await client.get("/guarded")
    assert response.status_code == 500
    assert "guarded" not in response.text
    assert called == ["handler"]


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_the_registered_handler_answers(site: Site, kind: str) -> None:
    async def answer() -> tuple[str, int]:
        return "not you", 403

    def answer_sync() -> tuple[str, int]:
        return "not you", 403

    site.manager.unauthorized_handler(answer if kind == "async" else answer_sync)
    with listening(user_unauthorized) as heard:
        response = await site.client().get("/guarded")
    assert (response.status_code, response.text) == (403, "not you")
    assert len(heard) == 1


async def test_the_visitor_is_sent_to_the_login_view_with_a_message_in_their_language(site: Site) -> None:
    async def translate(message: str) -> str:
        return {"Please log in to access this page.": "Bitte anmelden."}[message]

    site.manager.login_view = "login"
    site.manager.localize_callback = translate
    site.manager.login_message_category = "info"
    site.manager.login_view = "/sign-in?lang=de"
    async with site.client() as client:
        response = await client.get("/guarded?page=2")
        assert response.location == "/sign-in?lang=de&next=%2Fguarded%3Fpage%3D2"
        assert get_flashed_messages(with_categories=True) == [("info", "Bitte anmelden.")]


async def test_the_way_back_can_be_kept_in_the_session(site: Site) -> None:
    site.manager.login_view = "/sign-in"
    site.app.config["USE_SESSION_FOR_NEXT"] = True
    async with site.client() as client:
        response = await client.get("/guarded?page=2")
        assert response.location == "/sign-in"
        assert session["next"] == "/guarded?page=2"


async def test_every_blueprint_has_its_own_login_view(site: Site) -> None:
    shop = Blueprint("shop", __name__, url_prefix="/shop")

    @shop.get("/basket")
    @login_required
    async def basket() -> str:
        return ""

    site.app.register_blueprint(shop)
    async with site.app.app_context():
        set_login_view("/sign-in")
        set_login_view("/shop/sign-in", blueprint=shop)
    client = site.client()
    assert (await client.get("/guarded")).location == "/sign-in?next=%2Fguarded"
    assert (await client.get("/shop/basket")).location == "/shop/sign-in?next=%2Fshop%2Fbasket"


@pytest.mark.parametrize("failure", [OSError("the database is down"), LookupError("1")])
async def test_a_loader_that_raises_lets_nobody_in(site: Site, failure: Exception) -> None:
    async def fail(user_id: str) -> Any:
        raise failure

    client = site.client()
    await client.get("/login/1?remember")
    site.manager.user_loader(fail)
    for path in ("/guarded", "/name", "/very-guarded"):
        assert (await client.get(path)).status_code == 500
    drop_session(client)
    assert (await client.get("/guarded")).status_code == 500


@pytest.mark.parametrize("failure", [ValueError("broken"), ConnectionError("the database is down"), None])
async def test_a_loader_that_fails_never_yields_who_was_loaded_before(
    site: Site, failure: Exception | None
) -> None:
    first, second = site.client(), site.client()
    await first.get("/login/1")
    await second.get("/login/2")
    assert (await first.get("/name")).text == "name of 1"

    async def fails(_: str) -> None:
        if failure is not None:
            raise failure

    site.manager.user_loader(fails)
    for client in (second, first):
        response = await client.get("/name")
        if failure is None:
            assert (response.status_code, response.text) == (200, "anonymous")
        else:
            assert response.status_code == 500
            assert "name of" not in response.text


async def test_a_loader_that_finds_nobody_lets_nobody_in(site: Site) -> None:
    client = site.client()
    await client.get("/login/1?remember")
    del site.users["1"]
    assert (await client.get("/guarded")).status_code == 401


async def test_is_authenticated_may_be_async_or_a_method_and_its_no_is_believed(site: Site) -> None:
    class Method(User):
        def is_authenticated(self) -> bool:  # type: ignore[override]
            return False

    class Async(User):
        async def is_authenticated(self) -> bool:  # type: ignore[override]
            return False

    for kind in (Method, Async):
        site.users["1"] = kind("1", "no")
        client = site.client()
        await client.get("/login/1")
        assert (await client.get("/guarded")).status_code == 401


def add_websocket(site: Site) -> None:
    @site.app.websocket("/ws")
    @login_required
    async def ws() -> None:
        user = await current_user
        await websocket.accept()
        while True:
            await websocket.send(f"{user.name} {await websocket.receive()!r}")


async def test_an_anonymous_websocket_is_refused_before_it_is_accepted(site: Site) -> None:
    add_websocket(site)
    site.manager.login_view = "/sign-in"
    with pytest.raises(WebsocketResponseError) as refused:
        async with site.client().websocket("/ws") as connection:
            await connection.receive()
    assert refused.value.response.status_code == 401


async def test_a_silent_handler_refuses_a_websocket_too(site: Site) -> None:
    add_websocket(site)
    site.manager.unauthorized_handler(lambda: None)
    with pytest.raises(WebsocketResponseError) as refused:
        async with site.client().websocket("/ws") as connection:
            await connection.receive()
    assert refused.value.response.status_code == 401


async def test_a_signed_in_websocket_works_also_when_remembered(site: Site) -> None:
    add_websocket(site)
    client = site.client()
    await client.get("/login/1?remember")
    for _ in range(2):
        async with client.websocket("/ws") as connection:
            await connection.send("hello")
            assert await connection.receive() == "name of 1 'hello'"
        drop_session(client)


async def test_fresh_only_websockets_refuse_a_remembered_user(site: Site) -> None:
    @site.app.websocket("/fresh-ws")
    @fresh_login_required
    async def ws() -> None:
        await websocket.send("fresh")

    client = site.client()
    await client.get("/login/1?remember")
    async with client.websocket("/fresh-ws") as connection:
        assert await connection.receive() == "fresh"
    drop_session(client)
    with pytest.raises(WebsocketResponseError):
        async with client.websocket("/fresh-ws") as connection:
            await connection.receive()


async def test_a_remembered_websocket_is_not_fresh_because_the_session_of_a_deleted_user_was(
    site: Site,
) -> None:
    @site.app.websocket("/fresh-ws")
    @fresh_login_required
    async def ws() -> None:
        await websocket.send("fresh")

    client = site.client()
    await client.get("/login/1?remember")
    async with client.session_transaction() as stored:
        assert stored["_fresh"] is True
        stored["_user_id"] = "deleted"
    with pytest.raises(WebsocketResponseError):
        async with client.websocket("/fresh-ws") as connection:
            await connection.receive()


async def test_an_open_websocket_is_closed_when_its_user_is_deactivated(site: Site) -> None:
    site.app.config["AUTH_WEBSOCKET_RECHECK"] = 0.02
    add_websocket(site)
    client = site.client()
    await client.get("/login/1")
    async with client.websocket("/ws") as connection:
        await connection.send("hello")
        assert await connection.receive() == "name of 1 'hello'"
        await asyncio.sleep(0.06)
        await connection.send("still here")
        assert await connection.receive() == "name of 1 'still here'"
        site.users["1"].active = False
        with pytest.raises(Exception) as closed:  # noqa: PT011 - the class is the test client's affair
            await asyncio.wait_for(connection.receive(), 2)
    assert "1008" in str(closed.value.args)
