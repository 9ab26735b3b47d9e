"""Ways back after sign-in lead nowhere else, checked on the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import h11
import pytest
import quart
from hypothesis import given, settings
from hypothesis import strategies as st
from quart import redirect, request

from quart_app.auth import is_safe_redirect, login_url, make_next_param, redirect_to_next

from .people import Site
from .wire import Wire, serve

EVIL = [
    "//e",
    "////e",
    "/\\e",
    "\\\\e",
    "\\/e",
    "/\t/e",
    "/\n/e",
    "/\r/e",
    "\t//e",
    "http:///e",
    "https:e",
    "http:e",
    "https:/e",
    " //e",
    "\x01//e",
    "//e\x00",
    "http://localhost@e/",
    "http://e@localhost/",
    "http://localhost:81/",
    "http://localhost:99999/",
    "http://localhost.e/",
    "http://[::1/",
    "ftp://localhost/",
    "javascript:alert(1)",
    "data:text/html,x",
    "",
    "e",
    "e/f",
    "?next=//e",
    "/\u2028/e",
    "\u00a0//e",
    "//e%00",
    "///",
    "/" + "a" * 5000,
]
GOOD = ["/", "/path", "/path?a=//b", "/path#//b", "/佐藤?q=ü", "/a//b", "/%2f/e", "/..//e", "/:80/"]


@pytest.mark.parametrize("target", EVIL)
async def test_what_leads_elsewhere_is_refused(site: Site, target: str) -> None:
    assert not is_safe_redirect(target)
    async with site.app.test_request_context("/", headers={"Host": "e"}):
        assert not is_safe_redirect(target)


@pytest.mark.parametrize("target", GOOD)
async def test_a_path_of_this_site_is_safe(target: str) -> None:
    assert is_safe_redirect(target)


async def test_other_hosts_are_trusted_by_name_and_port_and_not_over_plain_http_from_https(
    site: Site,
) -> None:
    async with site.app.test_request_context("/", scheme="https", headers={"Host": "e"}):
        site.app.config["SERVER_NAME"] = "site.example:8443"
        assert is_safe_redirect("https://site.example:8443/x")
        assert is_safe_redirect("HTTPS://SITE.example:8443/x")
        assert is_safe_redirect("https://auth.example/x", hosts=["auth.example"])
        for other in [
            "http://site.example:8443/x",
            "https://site.example/x",
            "https://u@site.example:8443/x",
            "https://e/x",
        ]:
            assert not is_safe_redirect(other), other


PIECES = [*"/\\@:?#.e%a \t\n\r\x00\x0b", "\u3002", "\uff0f", "http:", "//"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=300, deadline=None)
def test_whatever_is_called_safe_stays_on_the_site_as_browsers_read_it(target: str) -> None:
    if is_safe_redirect(target):
        # A browser drops tabs and newlines, strips what is below "!", and reads a backslash as a slash.
        read = "".join(char for char in target if char not in "\t\r\n").strip("".join(map(chr, range(0x21))))
        assert (
            urlsplit(urljoin("http://site.example/deep/page", read.replace("\\", "/"))).netloc
            == "site.example"
        )


def test_the_next_parameter_is_a_path_with_one_slash() -> None:
    assert make_next_param("/login", "http://localhost/profile?x=1#f") == "/profile?x=1"
    assert (
        make_next_param("https://localhost/login", "http://localhost/profile") == "http://localhost/profile"
    )
    for path in ["//e", "////e", "/\\e", "/\\\\e", "/\\/e"]:
        assert make_next_param("/login", f"http://localhost{path}") == "/e", path


async def test_the_login_url_is_flask_logins(site: Site) -> None:
    async with site.app.test_request_context("/"):
        protected = "http://localhost/protected"
        assert login_url("/login", protected) == "/login?next=%2Fprotected"
        assert login_url("/login?a=b", protected, "n") == "/login?a=b&n=%2Fprotected"
        assert (
            login_url("https://auth.localhost/login", protected)
            == "https://auth.localhost/login?next=http%3A%2F%2Flocalhost%2Fprotected"
        )
        site.app.config["FORCE_HOST_FOR_REDIRECTS"] = "good.example"
        assert login_url("/login", protected) == "//good.example/login?next=%2Fprotected"
    assert login_url("/foo") == "/foo"


@pytest.fixture
async def wire(quart_class: type[quart.Quart]) -> AsyncIterator[Wire]:
    site = Site(quart_class)
    app = site.app

    @app.get("/careful")
    async def careful() -> Any:
        return await redirect_to_next("/home")

    @app.post("/careful-form")
    async def careful_form() -> Any:
        return await redirect_to_next("/home")

    @app.get("/careless")
    async def careless() -> Any:
        return redirect(request.args["next"])

    @app.before_request
    async def guard_everything_strange() -> Any:
        return await site.manager.unauthorized() if request.endpoint is None else None

    site.manager.login_view = "/login/1"
    async with serve(app) as wire:
        yield wire


def location(response: h11.Response) -> bytes:
    found = [value for name, value in response.headers if name == b"location"]
    assert len(found) == 1
    return found[0]


async def test_on_the_wire_only_the_way_home_is_taken(wire: Wire) -> None:
    for target in EVIL:
        response, _ = await wire.get("/careful", query={"next": target}, headers={"Host": "e"})
        assert (response.status_code, location(response)) == (302, b"/home"), target
        response, _ = await wire.post_form("/careful-form", {"next": target})
        assert location(response) == b"/home", target
    for target in ["/path?a=1", "/a//b"]:
        response, _ = await wire.get("/careful", query={"next": target})
        assert location(response) == target.encode()
    response, _ = await wire.get("/careful", query={"next": "/佐藤"})
    assert location(response) == b"/%E4%BD%90%E8%97%A4"


async def test_on_the_wire_a_careless_view_sends_what_flask_sent_and_not_the_raw_characters(
    wire: Wire,
) -> None:
    for target, sent in [
        ("/\\e", b"/%5Ce"),
        ("/\t/e", b"/%09/e"),
        (" //e", b"%20//e"),
        ("\x01//e", b"%01//e"),
        ("/ü", b"/%C3%BC"),
        ("/already%20quoted?a=b&c=d#e", b"/already%20quoted?a=b&c=d#e"),
    ]:
        response, _ = await wire.get("/careless", query={"next": target})
        assert location(response) == sent, target


async def test_on_the_wire_neither_host_nor_path_steer_the_way_to_the_login_page(wire: Wire) -> None:
    for raw, expected in [
        ("/guarded", b"/login/1?next=%2Fguarded"),
        ("//e", b"/login/1?next=%2Fe"),
        ("////e/f", b"/login/1?next=%2Fe%2Ff"),
        ("/%5Ce", b"/login/1?next=%2Fe"),
        ("/%2Fe", b"/login/1?next=%2Fe"),
    ]:
        response, _ = await wire.get(raw, headers={"Host": "e.example"})
        assert (response.status_code, location(response)) == (302, expected)


async def test_the_way_back_is_on_the_host_that_the_configuration_knows(site: Site) -> None:
    site.manager.login_view = "http://accounts.example/login"
    site.app.config["FORCE_HOST_FOR_REDIRECTS"] = "site.example"
    response = await site.client().get("/guarded", headers={"Host": "evil.test"})
    assert response.status_code == 302
    assert "evil" not in response.headers["Location"]
    assert response.headers["Location"].startswith("http://site.example/login?next=")
