"""Tampered, truncated, huge and malformed credentials: nobody is signed in, and nothing breaks."""

from __future__ import annotations

import asyncio
import hmac
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from quart import Quart as PlainQuart

from quart_app.app import Quart
from quart_app.auth import BearerTransport, decode_cookie, encode_cookie
from quart_app.auth.tokens import load_remember_token

from .people import ODD_IDS, Site
from .wire import serve

#: What one test throws. FLASK_TO_QUART_THROWS=5000 in the environment makes it a night's work.
THROWS = settings(
    max_examples=int(os.environ.get("FLASK_TO_QUART_THROWS", "150")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

HUGE = "A" * 100_000
HEADER_TEXT = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)


class Target:
    """A site, the credentials of user 42, and one event loop for all throws."""

    def __init__(self, quart_class: type[PlainQuart]) -> None:
        self.site = Site(quart_class)
        self.bearer = BearerTransport()
        self.site.manager.add_transport(self.bearer)
        self.runner = asyncio.Runner()
        client = self.site.client()
        self.run(client.get("/login/42?remember"))
        session, remember = client.get_cookie("session"), client.get_cookie("remember_token")
        assert session is not None
        assert remember is not None
        self.cookies = {"session": session.value, "remember_token": remember.value}
        self.bearer_token = self.bearer.dump_token("42", app=self.site.app)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def who(self, headers: list[tuple[str, str]]) -> str:
        """Ask with these headers, and nothing else."""

        async def ask() -> str:
            client = self.site.client(use_cookies=False)
            response = await client.get("/name", headers=headers)
            assert response.status_code == 200, response.text
            return str(response.text)

        name: str = self.run(ask())
        return name


@pytest.fixture(scope="module", params=[PlainQuart, Quart], ids=["plain", "driven"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    made = Target(request.param)
    yield made
    made.runner.close()


@contextmanager
def application(site: Site) -> Iterator[Callable[[Any], Any]]:
    """Run functions that need an application context."""
    with asyncio.Runner() as runner:

        async def call(function: Any) -> Any:
            async with site.app.app_context():
                return function()

        yield lambda function: runner.run(call(function))


def test_the_untouched_credentials_work(target: Target) -> None:
    for name, value in target.cookies.items():
        quoted = f'"{value}"' if "|" in value else value
        assert target.who([("Cookie", f"{name}={quoted}")]) == "name of 42"
        assert target.who([("Cookie", f"{name}={value}")]) == "name of 42"
    assert target.who([("Authorization", f"Bearer {target.bearer_token}")]) == "name of 42"
    assert target.who([("Authorization", f"bEaReR  {target.bearer_token} ")]) == "name of 42"


@pytest.mark.parametrize("name", ["session", "remember_token"])
def test_every_flipped_bit_of_a_cookie_is_noticed(target: Target, name: str) -> None:
    value = target.cookies[name]
    for position in range(len(value)):
        for bit in (1, 2, 32):
            flipped = value[:position] + chr(ord(value[position]) ^ bit) + value[position + 1 :]
            if "\r" in flipped or "\n" in flipped or same_base64(value, position):
                continue
            assert target.who([("Cookie", f"{name}={flipped}")]) == "anonymous", (position, bit)


def same_base64(value: str, position: int) -> bool:
    """The last character of an unpadded base64 signature carries bits that mean nothing."""
    return position == len(value) - 1 and "|" not in value


@pytest.mark.parametrize("name", ["session", "remember_token"])
def test_every_truncation_of_a_cookie_is_noticed(target: Target, name: str) -> None:
    value = target.cookies[name]
    for length in range(len(value)):
        assert target.who([("Cookie", f"{name}={value[:length]}")]) == "anonymous"
        assert target.who([("Cookie", f"{name}={value[length + 1 :]}")]) == "anonymous"


@pytest.mark.parametrize("name", ["session", "remember_token"])
@pytest.mark.parametrize(
    "change",
    [
        lambda value: value + HUGE,
        lambda value: HUGE + value,
        lambda value: HUGE,
        lambda value: HUGE + "|" + "0" * 128,
        lambda value: value + "\x00",
        lambda value: "\x00" + value,
        lambda value: value.replace("4", "\xb2"),
        lambda value: value.upper(),
        lambda value: value + "|" + value,
        lambda value: value * 2,
        lambda value: "42|",
        lambda value: "|" + "0" * 128,
        lambda value: "42|" + "é" * 64,
        lambda value: "",
        lambda value: "|",
        lambda value: ".",
        lambda value: "...",
        lambda value: '"\\"',
        lambda value: '"\\400\\777"',
        lambda value: ".eJ" + value,
    ],
)
def test_a_mangled_cookie_signs_nobody_in(target: Target, name: str, change: Callable[[str], str]) -> None:
    assert target.who([("Cookie", f"{name}={change(target.cookies[name])}")]) == "anonymous"


@pytest.mark.parametrize("name", ["session", "remember_token"])
def test_two_different_cookies_of_one_name_sign_nobody_in(target: Target, name: str) -> None:
    mine = target.cookies[name]
    for pair in [(mine, "other"), ("other", mine), (mine, ""), ("", mine)]:
        assert target.who([("Cookie", "; ".join(f"{name}={value}" for value in pair))]) == "anonymous"
        assert target.who([("Cookie", f"{name}={value}") for value in pair]) == "anonymous"
    assert target.who([("Cookie", f"{name}={mine}; {name}={mine}")]) == "name of 42"


@pytest.mark.parametrize("name", ["session", "remember_token", "session_x; remember_token"])
@given(text=HEADER_TEXT)
@THROWS
def test_any_cookie_text_signs_nobody_in(target: Target, name: str, text: str) -> None:
    assert target.who([("Cookie", f"{name}={text}")]) == "anonymous"


@given(text=HEADER_TEXT)
@example("=")
@example('a="\\')
@THROWS
def test_any_cookie_header_signs_nobody_in(target: Target, text: str) -> None:
    assert target.who([("Cookie", text)]) == "anonymous"


@given(position=st.integers(0, 10_000), replacement=HEADER_TEXT)
@THROWS
def test_any_splice_of_a_valid_cookie_signs_nobody_else_in(
    target: Target, position: int, replacement: str
) -> None:
    for name, value in target.cookies.items():
        at = position % len(value)
        spliced = value[:at] + replacement + value[at + 1 :]
        assert target.who([("Cookie", f"{name}={spliced}")]) in ("anonymous", "name of 42")


@given(
    scheme=st.sampled_from(["Bearer ", "bearer", "Basic ", "basic", "", "Digest ", "Bearer\t"]),
    text=HEADER_TEXT,
)
@example("Basic ", "/////w==")
@example("Basic ", "dXNlcg==")
@example("Basic ", "OsO8")
@example("Basic ", "é")
@THROWS
def test_any_authorization_header_signs_nobody_in(target: Target, scheme: str, text: str) -> None:
    assert target.who([("Authorization", scheme + text)]) == "anonymous"


def test_mangled_bearer_tokens_sign_nobody_in(target: Target) -> None:
    token = target.bearer_token
    for value in [
        f"Bearer{token}",
        f"Bearer {token} {token}",
        f"Bearer {token[:-2]}",
        f"Bearer {HUGE}",
        f"Bearer {token}\x00",
        f"Basic {token}",
        f"Token {token}",
        token,
    ]:
        assert target.who([("Authorization", value)]) == "anonymous", value


def test_a_token_that_is_too_long_is_refused_unread() -> None:
    assert decode_cookie(encode_cookie("x" * 8000, "key"), "key") == "x" * 8000
    assert decode_cookie(encode_cookie("x" * 9000, "key"), "key") is None


def test_any_forwarded_address_and_agent_can_be_hashed(target: Target) -> None:
    for header in ("X-Forwarded-For", "User-Agent"):
        for value in ["", ",", "\x00", "é" * 1000, HUGE]:
            cookie = f"session={target.cookies['session']}"
            assert target.who([("Cookie", cookie), (header, value)]) == "name of 42"


def test_a_token_of_another_purpose_is_refused(target: Target) -> None:
    other = BearerTransport(salt="another purpose").dump_token("42", app=target.site.app)
    assert target.who([("Authorization", f"Bearer {other}")]) == "anonymous"
    for stolen in (target.bearer_token, other, target.cookies["session"]):
        assert target.who([("Cookie", f"remember_token={stolen}")]) == "anonymous"
    for stolen in (target.bearer_token, target.cookies["remember_token"]):
        assert target.who([("Cookie", f"session={stolen}")]) == "anonymous"
    for stolen in (target.cookies["session"], target.cookies["remember_token"]):
        assert target.who([("Authorization", f"Bearer {stolen}")]) == "anonymous"


def test_a_key_that_rotates_is_honoured_until_it_is_removed(target: Target) -> None:
    app = target.site.app
    credentials = [("Cookie", f"{name}={value}") for name, value in target.cookies.items()]
    credentials.append(("Authorization", f"Bearer {target.bearer_token}"))
    old = app.secret_key
    try:
        app.secret_key = "the next key"
        app.config["SECRET_KEY_FALLBACKS"] = [old]
        for credential in credentials:
            assert target.who([credential]) == "name of 42"
        app.config["SECRET_KEY_FALLBACKS"] = ["another one"]
        for credential in credentials:
            assert target.who([credential]) == "anonymous"
    finally:
        app.secret_key = old
        app.config["SECRET_KEY_FALLBACKS"] = None


def test_signatures_are_compared_in_constant_time_on_bytes(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[Any, Any]] = []
    real = hmac.compare_digest

    def compare(first: Any, second: Any) -> bool:
        compared.append((first, second))
        return real(first, second)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    with application(target.site) as call:
        assert call(lambda: decode_cookie("42|" + "0" * 128)) is None
        assert call(lambda: decode_cookie(target.cookies["remember_token"])) == "42"
    assert len(compared) == 2
    assert {type(text) for pair in compared for text in pair} == {bytes}


@given(payload=st.text(), key=st.one_of(st.text(min_size=1), st.binary(min_size=1)))
@example('x y;z,q"r', "key")
@example("a|b", "ключ")
@settings(max_examples=200, deadline=None)
def test_what_was_signed_is_read_back_and_only_with_its_key(payload: str, key: str | bytes) -> None:
    assert decode_cookie(encode_cookie(payload, key), key) == payload
    assert (
        decode_cookie(encode_cookie(payload, key), b"another" + (key if isinstance(key, bytes) else b""))
        is None
    )


@given(text=st.text(st.characters(), max_size=80))
@example("\ud800|x")
@example("x|\ud800")
@settings(max_examples=200, deadline=None)
def test_no_text_is_a_token(text: str) -> None:
    with application(SITE) as inside:
        assert inside(lambda: load_remember_token(text)) is None
    assert decode_cookie(text, "key") is None


SITE = Site(PlainQuart)


@pytest.mark.parametrize("user_id", ODD_IDS)
def test_strong_tokens_carry_odd_ids(user_id: str) -> None:
    site = Site(PlainQuart)
    site.app.config["AUTH_STRONG_TOKENS"] = True
    with asyncio.Runner() as runner:
        client = site.client()
        runner.run(client.get(f"/login/{user_id}?remember"))
        client.delete_cookie("session")
        assert runner.run(client.get("/name")).text == f"name of {user_id}"


async def test_on_the_wire_malformed_cookies_are_anonymous(site: Site) -> None:
    async with serve(site.app) as wire:
        for raw in [
            b"session=\xff\xfe; remember_token=\xff|\xfe",
            b"remember_token=42|" + b"0" * 128,
            b"remember_token=" + b"A" * 20_000,
            b"=;;;=; remember_token",
            b"\xe4\xbd\x90=\xe8\x97\xa4",
        ]:
            response, body = await wire.get("/name", headers={"Cookie": raw})
            assert (response.status_code, body) == (200, b"anonymous")
