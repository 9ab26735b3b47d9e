"""Cookies of the test client: the same as in Flask's, and as Quart and older Flask wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Cookie

from .twins import make_twin

ALL = pytest.mark.parametrize("which", ["flask", "quart", "ours"])


async def cookies_of(client: Any, url: str = "/") -> Any:
    return (await client.get(url)).json["cookies"]


@ALL
async def test_a_cookie_that_the_application_sets_comes_back(which: str) -> None:
    client = make_twin(which).client()
    response = await client.post(
        "/cookie", json={"key": "a", "value": "x y;ü", "httponly": True, "samesite": "Lax"}
    )
    assert response.headers.getlist("Set-Cookie") == [
        'a="x y\\073\\303\\274"; HttpOnly; Path=/; SameSite=Lax'
    ]
    assert await cookies_of(client) == {"a": "x y;ü"}
    cookie = client.get_cookie("a")
    assert isinstance(cookie, Cookie)
    assert (cookie.key, cookie.decoded_value, cookie.http_only, cookie.same_site) == (
        "a",
        "x y;ü",
        True,
        "Lax",
    )
    assert (cookie.domain, cookie.path, cookie.secure, cookie.max_age, cookie.expires) == (
        "localhost",
        "/",
        False,
        None,
        None,
    )


@ALL
async def test_expiry_and_age_are_read(which: str) -> None:
    client = make_twin(which).client()
    await client.post("/cookie", json={"key": "a", "value": "1", "max_age": 60, "secure": True})
    cookie = client.get_cookie("a")
    assert (cookie.max_age, cookie.secure) == (60, True)
    await client.post("/cookie", json={"key": "a", "value": "", "max_age": 0})
    assert client.get_cookie("a") is None
    assert await cookies_of(client) == {}


@ALL
async def test_path_and_domain_decide_where_a_cookie_goes(which: str) -> None:
    client = make_twin(which).client()
    await client.post("/cookie", json={"key": "path", "value": "1", "path": "/in"})
    await client.post(
        "/cookie", base_url="http://a.example", json={"key": "domain", "value": "2", "domain": "a.example"}
    )
    assert await cookies_of(client, "/") == {}
    assert await cookies_of(client, "/inside") == {}
    assert await cookies_of(client, "/in/side") == {"path": "1"}
    assert await cookies_of(client, "http://a.example/") == {"domain": "2"}
    assert await cookies_of(client, "http://b.a.example/") == {"domain": "2"}
    assert await cookies_of(client, "http://ba.example/") == {}
    assert client.get_cookie("path", path="/in").value == "1"
    assert client.get_cookie("domain", domain="a.example").value == "2"
    assert client.get_cookie("domain") is None


@ALL
async def test_the_test_sets_and_deletes_cookies_as_in_flask_3(which: str) -> None:
    client = make_twin(which).client()
    client.set_cookie("a", "1")
    client.set_cookie("b", "2", domain="a.example", origin_only=False)
    client.set_cookie(key="c", value="ü", path="/in", httponly=True)
    assert await cookies_of(client) == {"a": "1"}
    assert await cookies_of(client, "http://sub.a.example/") == {"b": "2"}
    assert await cookies_of(client, "/in") == {"a": "1", "c": "ü"}
    client.delete_cookie("a")
    client.delete_cookie("b", domain="a.example")
    client.delete_cookie("c")
    assert await cookies_of(client, "/in") == {"c": "ü"}
    client.delete_cookie("c", path="/in")
    assert await cookies_of(client, "/in") == {}
    client.set_cookie("d", "1")
    client.set_cookie("d", "", max_age=0)
    assert client.get_cookie("d") is None


async def test_the_server_name_may_come_first_as_in_quart_and_flask_2() -> None:
    client = make_twin("quart").client()
    client.set_cookie("localhost", "a", "1")
    client.set_cookie("localhost", "b", value="2")
    client.set_cookie(server_name="localhost", key="c", value="3", httponly=True)
    client.set_cookie("shop.example", "d", "4", domain="shop.example")
    assert await cookies_of(client) == {"a": "1", "b": "2", "c": "3"}
    assert await cookies_of(client, "http://www.shop.example/") == {"d": "4"}
    client.delete_cookie("localhost", "a")
    client.delete_cookie(server_name="localhost", key="b", secure=True)
    client.delete_cookie("localhost", key="c")
    client.delete_cookie("shop.example", "d")
    assert client.cookie_jar is not None
    assert len(client.cookie_jar) == 0
    with pytest.raises(TypeError):
        client.set_cookie()


async def test_the_jar_shows_cookies_as_the_standard_library_does() -> None:
    client = make_twin("quart").client()
    await client.post("/cookie", json={"key": "a", "value": "1", "httponly": True, "secure": True})
    await client.post("/cookie", json={"key": "b", "value": "2", "expires": 4102444800, "samesite": "Strict"})
    jar = {cookie.name: cookie for cookie in client.cookie_jar}
    assert (jar["a"].value, jar["a"].domain, jar["a"].path, jar["a"].secure) == ("1", "localhost", "/", True)
    assert (jar["a"].expires, jar["a"].has_nonstandard_attr("HttpOnly")) == (None, True)
    assert (jar["b"].expires, jar["b"].get_nonstandard_attr("SameSite")) == (4102444800, "Strict")
    client.cookie_jar.clear_session_cookies()
    assert [cookie.name for cookie in client.cookie_jar] == ["b"]
    client.cookie_jar.clear("elsewhere")
    assert len(client.cookie_jar) == 1
    client.cookie_jar.clear("localhost", "/", "b")
    assert await cookies_of(client) == {}


@ALL
async def test_without_cookies_none_is_kept_and_asking_is_an_error(which: str) -> None:
    client = make_twin(which).client(use_cookies=False)
    await client.post("/cookie", json={"key": "a", "value": "1"})
    assert (await client.get("/", headers={"Cookie": "by=hand"})).json["cookies"] == {"by": "hand"}
    for ask in (client.get_cookie, client.set_cookie, client.delete_cookie):
        with pytest.raises(TypeError, match="use_cookies=True"):
            ask("a")
    with pytest.raises(TypeError, match="use_cookies=True"):
        async with client.session_transaction():
            pass


@ALL
async def test_a_session_is_read_changed_and_stored(which: str) -> None:
    twin = make_twin(which)
    client = twin.client()
    await client.get("/visit/ann")
    async with client.session_transaction() as session:
        assert session["visits"] == ["ann"]
        session["visits"] = ["eve"]
        assert not twin.framework.has_request_context()
    async with client:
        await client.get("/visit/bob")
        assert twin.framework.session["visits"] == ["eve", "bob"]
    async with client.session_transaction() as session:
        session.clear()
    assert client.get_cookie("session") is None


@ALL
async def test_a_session_of_another_host_and_path_is_its_own(which: str) -> None:
    client = make_twin(which, SESSION_COOKIE_PATH="/shop").client()
    async with client.session_transaction("/shop/x", base_url="http://a.example") as session:
        session["a"] = 1
    assert set(await cookies_of(client, "http://a.example/shop/y")) == {"session"}
    assert await cookies_of(client, "http://a.example/") == {}
    assert await cookies_of(client, "/shop/y") == {}


@ALL
async def test_an_error_in_the_block_stores_nothing(which: str) -> None:
    client = make_twin(which).client()

    async def change_and_fail() -> None:
        async with client.session_transaction() as session:
            session["a"] = 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_and_fail()
    assert client.get_cookie("session") is None


@ALL
async def test_without_a_secret_key_there_is_no_session_to_open(which: str) -> None:
    twin = make_twin(which)
    twin.app.secret_key = None
    with pytest.raises(RuntimeError, match="session"):
        async with twin.client().session_transaction():
            pass
