"""What the auth layer adds to responses: cookies with safe attributes, Vary, and nothing where nothing changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import quart

from quart_app.auth import LoginManager
from quart_app.testing import QuartClient, TestResponse

from .people import Site


def cookie_line(response: TestResponse, name: str) -> str:
    lines = [line for line in response.headers.getlist("Set-Cookie") if line.startswith(f"{name}=")]
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize("name", ["remember_token", "session"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_cookies_are_safe_by_default(site: Site, scheme: str, name: str) -> None:
    response = await site.client().get("/login/1?remember", base_url=f"{scheme}://localhost")
    attributes = cookie_line(response, name).split("; ")
    assert "HttpOnly" in attributes
    assert "SameSite=Lax" in attributes
    assert ("Secure" in attributes) == (scheme == "https")


async def test_the_configuration_decides_over_the_remember_cookie(site: Site) -> None:
    site.app.config.update(
        REMEMBER_COOKIE_NAME="mine",
        REMEMBER_COOKIE_SECURE=True,
        REMEMBER_COOKIE_HTTPONLY=False,
        REMEMBER_COOKIE_SAMESITE="Strict",
        REMEMBER_COOKIE_DOMAIN="localhost.local",
        REMEMBER_COOKIE_PATH="/here",
        REMEMBER_COOKIE_DURATION=timedelta(days=2),
    )
    line = cookie_line(await site.client().get("/login/1?remember"), "mine")
    assert "HttpOnly" not in line
    for part in ["Secure", "SameSite=Strict", "Domain=localhost.local", "Path=/here", "Expires="]:
        assert part in line
    expires = datetime.strptime(line.split("Expires=")[1].split(";")[0], "%a, %d %b %Y %H:%M:%S GMT")
    left = expires.replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(days=2, seconds=-10) < left <= timedelta(days=2)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_cookies_are_deleted_with_the_attributes_that_they_were_set_with(
    site: Site, scheme: str
) -> None:
    client, base = site.client(), f"{scheme}://localhost"
    set_ = await client.get("/login/1?remember", base_url=base)
    deleted = await client.get("/logout", base_url=base)
    for name in ("remember_token", "session"):
        before = {part for part in cookie_line(set_, name).split("; ")[1:] if "Expires" not in part}
        after = {part for part in cookie_line(deleted, name).split("; ")[1:] if "Expires" not in part}
        assert after - {"Max-Age=0"} == before
        assert "Max-Age=0" in after


async def test_no_cookie_is_set_where_nothing_changed(site: Site) -> None:
    client = site.client()
    for path in ["/", "/name", "/fresh", "/guarded"]:
        assert "Set-Cookie" not in (await client.get(path)).headers
    await client.get("/login/1?remember")
    for path in ["/", "/name", "/fresh", "/guarded", "/very-guarded", "/session"]:
        response = await client.get(path)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers


async def test_an_anonymous_session_is_left_alone(site: Site) -> None:
    # Flask-Login writes `_fresh` into it at once, and under "strong" deletes a remember cookie with every request.
    for mode in ("basic", "strong"):
        site.app.config["SESSION_PROTECTION"] = mode
        client = site.client()
        async with client.session_transaction() as session:
            session["basket"] = "full"
        response = await client.get("/name")
        assert response.text == "anonymous"
        assert "Set-Cookie" not in response.headers


async def test_vary_says_cookie_where_the_answer_depends_on_the_user_and_only_there(site: Site) -> None:
    client = site.client()
    assert "Vary" not in (await client.get("/")).headers
    for path in ["/name", "/guarded", "/login/1", "/name", "/fresh", "/logout"]:
        assert "Cookie" in (await client.get(path)).vary, path


async def test_static_files_ask_for_nobody(tmp_path: Path, quart_class: type[quart.Quart]) -> None:
    (tmp_path / "style.css").write_text("p {}")
    app = quart_class(__name__, static_folder=str(tmp_path), static_url_path="/static")
    app.secret_key = "key"
    loads: list[str] = []
    manager = LoginManager(app)
    manager.user_loader(loads.append)
    client: Any = QuartClient(app)
    async with client.session_transaction() as session:
        session["_user_id"] = "1"
    response = await client.get("/static/style.css")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "Vary" not in response.headers
    assert loads == []


async def test_refreshing_reaches_only_those_who_asked_to_be_remembered(site: Site) -> None:
    # Flask-Login gives the year-long cookie to everybody who is signed in.
    site.app.config["REMEMBER_COOKIE_REFRESH_EACH_REQUEST"] = True
    unremembered, remembered = site.client(), site.client()
    assert "Set-Cookie" not in (await unremembered.get("/")).headers
    await unremembered.get("/login/1")
    assert "Set-Cookie" not in (await unremembered.get("/name")).headers
    await remembered.get("/login/1?remember")
    assert cookie_line(await remembered.get("/"), "remember_token")


async def test_without_a_secret_key_nobody_is_signed_in_and_nothing_breaks(site: Site) -> None:
    site.app.secret_key = None
    client = site.client()
    client.set_cookie("remember_token", "1|00")
    client.set_cookie("session", "anything")
    response = await client.get("/name")
    assert (response.status_code, response.text) == (200, "anonymous")
