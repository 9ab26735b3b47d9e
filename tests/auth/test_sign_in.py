"""Signing in, out, being remembered, fresh, protected, timed out."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from quart import g, session

from quart_app.auth import (
    current_user,
    login_fresh,
    login_user,
    logout_user,
    session_protected,
    user_logged_in,
    user_logged_out,
)

from .people import ODD_IDS, Site, User, drop_session, listening, name_of


@pytest.mark.parametrize("user_id", ODD_IDS)
async def test_the_user_stays_signed_in_by_session_and_by_remember_cookie(site: Site, user_id: str) -> None:
    client = site.client()
    await client.get(f"/login/{user_id}?remember")
    assert await name_of(client) == f"name of {user_id}"
    drop_session(client)
    assert await name_of(client) == f"name of {user_id}"
    assert (await client.get("/fresh")).text == "False True"


async def test_the_session_holds_what_flask_login_puts_there(site: Site) -> None:
    client = site.client()
    headers = {"User-Agent": "an agent", "X-Forwarded-For": "10.1.1.1, 10.9.9.9"}
    await client.get("/login/1?remember", headers=headers)
    stored = (await client.get("/session", headers=headers)).json
    assert stored == {
        "_user_id": "1",
        "_fresh": True,
        "_id": hashlib.sha512(b"b'10.1.1.1'|b'an agent'").hexdigest(),
        "_remembered": True,
    }


async def test_an_inactive_user_is_not_signed_in_unless_forced(site: Site) -> None:
    site.users["1"].active = False
    client = site.client()
    assert (await client.get("/login/1")).text == "False"
    assert await name_of(client) == "anonymous"
    assert (await client.get("/login/1?force")).text == "True"


async def test_a_method_is_active_that_says_no_is_believed(site: Site) -> None:
    class Careless(User):
        def is_active(self) -> bool:  # type: ignore[override]
            return False

    async with site.app.test_request_context("/"):
        assert await login_user(Careless("1", "careless")) is False


async def test_signing_out_ends_session_and_remember_cookie(site: Site) -> None:
    client = site.client()
    await client.get("/login/1?remember")
    await client.get("/logout")
    assert await name_of(client) == "anonymous"
    assert client.get_cookie("remember_token") is None
    assert client.get_cookie("session") is None


async def test_signing_out_works_while_the_database_is_down(site: Site) -> None:
    async def down(user_id: str) -> Any:
        raise OSError("the database is down")

    client = site.client()
    await client.get("/login/1")
    site.manager.user_loader(down)
    with listening(user_logged_out):
        assert (await client.get("/logout")).status_code == 500
    site.manager.user_loader(site.load)
    assert await name_of(client) == "anonymous"


async def test_signing_out_loads_nobody_unless_a_receiver_wants_to_know(site: Site) -> None:
    client = site.client()
    await client.get("/login/1")
    await client.get("/logout")
    assert site.loads == []
    await client.get("/login/1")
    with listening(user_logged_out) as heard:
        await client.get("/logout")
    assert heard == [{"user": site.users["1"]}]


async def test_signing_in_as_another_user_drops_what_the_first_one_left(site: Site) -> None:
    async with site.app.test_request_context("/"):
        await login_user(site.users["1"])
        session["basket"] = "of user 1"
        session.permanent = True
        await login_user(site.users["1"])
        assert session["basket"] == "of user 1"
        await login_user(site.users["2"])
        assert "basket" not in session
        assert session.permanent
        assert (await current_user).id == "2"


async def test_a_shared_computer_does_not_remember_the_user_before(site: Site) -> None:
    client = site.client()
    await client.get("/login/1?remember")
    drop_session(client)
    await client.get("/login/2")
    drop_session(client)
    assert await name_of(client) == "anonymous"


async def test_the_csrf_token_from_before_the_sign_in_is_dropped(site: Site) -> None:
    async with site.app.test_request_context("/"):
        session["csrf_token"] = g.csrf_token = "known to an attacker"
        await login_user(site.users["1"])
        assert "csrf_token" not in session
        assert "csrf_token" not in g
        session["csrf_token"] = "new"
        await login_user(site.users["1"])
        assert session["csrf_token"] == "new"


async def test_signals_are_heard_by_sync_and_async_receivers(site: Site) -> None:
    heard: list[Any] = []

    def hear(_app: Any, user: User) -> None:
        heard.append(user.id)

    with user_logged_in.connected_to(hear, site.app), listening(user_logged_in) as heard_async:
        await site.client().get("/login/1")
    assert heard == ["1"]
    assert heard_async == [{"user": site.users["1"]}]


async def test_a_wrong_duration_changes_nothing(site: Site) -> None:
    async with site.app.test_request_context("/"):
        with pytest.raises(TypeError, match="duration must be a datetime"):
            await login_user(site.users["1"], remember=True, duration="123")  # type: ignore[arg-type]
        assert "_user_id" not in session


async def test_confirming_makes_a_remembered_session_fresh(site: Site) -> None:
    client = site.client()
    await client.get("/login/1?remember")
    drop_session(client)
    assert (await client.get("/fresh")).text == "False True"
    await client.get("/confirm")
    assert (await client.get("/fresh")).text == "True True"


@pytest.mark.parametrize("form", ["0.6", "main"])
@pytest.mark.parametrize("mode", ["basic", "strong"])
async def test_both_forms_of_the_identifier_are_accepted_and_the_configured_one_written(
    site: Site, form: str, mode: str
) -> None:
    site.app.config["SESSION_PROTECTION"] = mode
    site.app.config["SESSION_PROTECTION_FORM"] = form
    client = site.client()
    headers = {"User-Agent": "agent", "X-Forwarded-For": "10.1.1.1"}
    await client.get("/login/1", headers=headers)
    written = (await client.get("/session", headers=headers)).json["_id"]
    text = {"0.6": "b'10.1.1.1'|b'agent'", "main": "10.1.1.1|agent"}[form]
    assert written == hashlib.sha512(text.encode()).hexdigest()
    site.app.config["SESSION_PROTECTION_FORM"] = {"0.6": "main", "main": "0.6"}[form]
    assert await name_of(client, headers=headers) == "name of 1"
    assert (await client.get("/fresh", headers=headers)).text == "True False"


async def test_basic_protection_takes_the_freshness_and_strong_the_session(site: Site) -> None:
    client = site.client()
    site.app.config["SESSION_PROTECTION"] = "basic"
    await client.get("/login/1?remember")
    with listening(session_protected) as heard:
        assert await name_of(client, headers={"User-Agent": "stolen"}) == "name of 1"
    assert len(heard) == 1
    assert (await client.get("/fresh")).text == "False True"
    site.app.config["SESSION_PROTECTION"] = "strong"
    await client.get("/login/1?remember")
    assert await name_of(client, headers={"User-Agent": "stolen"}) == "anonymous"
    assert await name_of(client) == "anonymous"


async def test_strong_protection_lets_a_remembered_user_stay(site: Site) -> None:
    # Flask-Login signs them in for one request and empties their session at the next.
    site.app.config["SESSION_PROTECTION"] = "strong"
    client = site.client()
    await client.get("/login/1?remember")
    drop_session(client)
    assert [await name_of(client) for _ in range(3)] == ["name of 1"] * 3


@pytest.mark.parametrize(
    ("proxies", "forwarded", "welcome"),
    [
        (None, "10.1.1.1", True),
        (0, "203.0.113.9", True),
        (1, "203.0.113.9, 10.1.1.1", True),
        (1, "10.1.1.1, 203.0.113.9", False),
        (2, "203.0.113.9, 10.1.1.1, 10.2.2.2", True),
    ],
)
async def test_the_address_comes_from_the_proxies_that_are_trusted(
    site: Site, proxies: int | None, forwarded: str, welcome: bool
) -> None:
    site.app.config["SESSION_PROTECTION"] = "strong"
    if proxies is not None:
        site.app.config["SESSION_PROTECTION_PROXIES"] = proxies
    client = site.client()
    first = "10.1.1.1, 10.2.2.2" if proxies == 2 else "10.1.1.1"
    await client.get("/login/1", headers={"X-Forwarded-For": first})
    expected = "name of 1" if welcome else "anonymous"
    assert await name_of(client, headers={"X-Forwarded-For": forwarded}) == expected


async def test_a_deactivated_user_is_refused_at_the_next_request(site: Site) -> None:
    client = site.client()
    await client.get("/login/1?remember")
    assert (await client.get("/guarded")).status_code == 200
    site.users["1"].active = False
    assert (await client.get("/guarded")).status_code == 401
    drop_session(client)
    assert (await client.get("/guarded")).status_code == 401


async def test_a_new_session_version_ends_every_session_and_remember_cookie(site: Site) -> None:
    site.users["1"].session_version = 1
    with_session, remembered = site.client(), site.client()
    for client in (with_session, remembered):
        await client.get("/login/1?remember")
        assert await name_of(client) == "name of 1"
    drop_session(remembered)
    site.users["1"].session_version = 2
    assert await name_of(with_session) == "anonymous"
    assert await name_of(remembered) == "anonymous"
    await with_session.get("/login/1")
    assert await name_of(with_session) == "name of 1"


async def test_an_old_remember_cookie_is_no_way_around_the_session_version(site: Site) -> None:
    client = site.client()
    await client.get("/login/1?remember")
    site.users["1"].session_version = 1
    assert await name_of(client) == "anonymous"
    site.app.config["AUTH_LEGACY_UNTIL"] = datetime.now(UTC) + timedelta(hours=1)
    assert await name_of(client) == "name of 1"
    site.app.config["AUTH_LEGACY_UNTIL"] = datetime.now(UTC) - timedelta(seconds=1)
    drop_session(client)
    assert await name_of(client) == "anonymous"


async def test_strong_tokens_expire_on_the_server(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.app.config["AUTH_STRONG_TOKENS"] = True
    site.app.config["REMEMBER_COOKIE_DURATION"] = 3600
    client = site.client()
    await client.get("/login/a%7Cb?remember")
    cookie = client.get_cookie("remember_token")
    assert cookie is not None
    assert "|" not in cookie.value
    drop_session(client)
    assert await name_of(client) == "name of a|b"
    drop_session(client)
    now = datetime.now().timestamp()
    monkeypatch.setattr("quart_app.auth.tokens.time.time", lambda: now + 3601)
    assert await name_of(client) == "anonymous"


async def test_old_tokens_are_read_until_the_date_and_never_after(site: Site) -> None:
    client = site.client()
    await client.get("/login/1?remember")
    drop_session(client)
    site.app.config["AUTH_STRONG_TOKENS"] = True
    for until, expected in [
        (None, "anonymous"),
        (datetime.now(UTC) - timedelta(seconds=1), "anonymous"),
        (datetime.now() + timedelta(days=1), "name of 1"),
    ]:
        site.app.config["AUTH_LEGACY_UNTIL"] = until
        assert await name_of(client) == expected


async def test_the_session_ends_at_its_absolute_and_its_idle_timeout(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.app.config["AUTH_ABSOLUTE_TIMEOUT"] = timedelta(hours=8)
    site.app.config["AUTH_IDLE_TIMEOUT"] = 1800
    start = datetime.now().timestamp()
    clock = [start]
    monkeypatch.setattr("quart_app.auth.loading.time.time", lambda: clock[0])
    client = site.client()
    await client.get("/login/1")
    for minutes, expected in [(20, "name of 1"), (45, "name of 1"), (74, "name of 1"), (105, "anonymous")]:
        clock[0] = start + minutes * 60
        assert await name_of(client) == expected, minutes
    await client.get("/login/1")
    for _ in range(23):
        clock[0] += 1260
        last = await name_of(client)
    assert last == "anonymous"


async def test_login_fresh_is_false_without_a_session(site: Site) -> None:
    async with site.app.test_request_context("/"):
        assert login_fresh() is False
        await logout_user()
        assert "_remember" not in session
