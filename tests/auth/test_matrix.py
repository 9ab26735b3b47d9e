"""A Flask process with Flask-Login 0.6.3 and ours serve one site: one cookie jar, both directions.

Both applications run on real sockets: ours on hypercorn, Flask on Werkzeug's server in a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.cookiejar
import threading
import urllib.parse
import urllib.request
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import flask
import pytest
import quart
from quart import flash, get_flashed_messages
from werkzeug.serving import make_server

from quart_app.app import Quart

from .people import ODD_IDS, Site, User
from .wire import serve

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import flask_login

SECRET = "one secret for both"
DIRECTIONS = [("flask", "ours"), ("ours", "flask")]
MODES = [None, "basic", "strong"]


class FlaskUser(flask_login.UserMixin):  # type: ignore[misc]
    def __init__(self, id: str) -> None:
        self.id = id


def flask_site(mode: str | None) -> flask.Flask:
    """The Flask original."""
    app = flask.Flask(__name__)
    app.secret_key = SECRET
    app.config["SESSION_PROTECTION"] = mode
    manager = flask_login.LoginManager(app)
    users = {id: FlaskUser(id) for id in ["1", "2", *ODD_IDS]}
    manager.user_loader(users.get)
    current_user = flask_login.current_user

    @app.get("/name")
    def name() -> str:
        return f"name of {current_user.id}" if current_user.is_authenticated else "anonymous"

    @app.get("/login/<path:user_id>")
    def login(user_id: str) -> str:
        return str(flask_login.login_user(users[user_id], remember="remember" in flask.request.args))

    @app.get("/logout")
    def logout() -> str:
        return str(flask_login.logout_user())

    @app.get("/fresh")
    def fresh() -> str:
        _ = current_user.is_authenticated
        return f"{flask_login.login_fresh()} {flask_login.login_remembered()}"

    @app.get("/confirm")
    def confirm() -> str:
        flask_login.confirm_login()
        return ""

    @app.get("/flash")
    def put_flash() -> str:
        flask.flash("a message", "warning")
        flask.session["number"] = [1, ("two", b"three")]
        return ""

    @app.get("/flashes")
    def get_flashes() -> str:
        return f"{flask.get_flashed_messages(with_categories=True)} {flask.session.get('number')}"

    @app.get("/very-guarded")
    @flask_login.fresh_login_required  # type: ignore[untyped-decorator]
    def very_guarded() -> str:
        return "very guarded"

    return app


def our_site(mode: str | None, quart_class: type[quart.Quart]) -> Site:
    site = Site(quart_class)
    site.app.secret_key = SECRET
    site.app.config["SESSION_PROTECTION"] = mode

    @site.app.get("/flash")
    async def put_flash() -> str:
        await flash("a message", "warning")
        quart.session["number"] = [1, ("two", b"three")]
        return ""

    @site.app.get("/flashes")
    async def get_flashes() -> str:
        return f"{get_flashed_messages(with_categories=True)} {quart.session.get('number')}"

    return site


class Browser:
    """One cookie jar and one user agent for both; cookies know no ports."""

    def __init__(self, ports: dict[str, int], agent: str = "a browser") -> None:
        self.ports = ports
        self.agent = agent
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def _get(self, which: str, path: str) -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.ports[which]}{urllib.parse.quote(path, safe='/?=')}"
        request = urllib.request.Request(url, headers={"User-Agent": self.agent})
        try:
            with self._opener.open(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""

    async def get(self, which: str, path: str) -> str:
        status, body = await asyncio.to_thread(self._get, which, path)
        return body if status == 200 else str(status)

    def close(self) -> None:
        """End the session, as closing the window does."""
        for cookie in list(self.jar):
            if cookie.name == "session":
                self.jar.clear(cookie.domain, cookie.path, cookie.name)


@contextlib.contextmanager
def serve_flask(app: flask.Flask) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@asynccontextmanager
async def both(mode: str | None, quart_class: type[quart.Quart] = Quart) -> AsyncIterator[Browser]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with serve_flask(flask_site(mode)) as flask_port:
            async with serve(our_site(mode, quart_class).app) as wire:
                yield Browser({"flask": flask_port, "ours": wire.port})


@pytest.mark.parametrize(("here", "there"), DIRECTIONS)
@pytest.mark.parametrize("mode", MODES)
async def test_who_signs_in_here_is_signed_in_there(mode: str | None, here: str, there: str) -> None:
    async with both(mode) as browser:
        for user_id in ODD_IDS:
            assert await browser.get(here, f"/login/{user_id}") == "True"
            for which in (there, here, there, there, here):
                assert await browser.get(which, "/name") == f"name of {user_id}"
                assert await browser.get(which, "/fresh") == "True False"
            assert await browser.get(there, "/logout") == "True"
            for which in (here, there):
                assert await browser.get(which, "/name") == "anonymous"


@pytest.mark.parametrize(("here", "there"), DIRECTIONS)
@pytest.mark.parametrize("mode", MODES)
async def test_who_is_remembered_here_is_remembered_there(mode: str | None, here: str, there: str) -> None:
    async with both(mode) as browser:
        for user_id in ODD_IDS:
            assert await browser.get(here, f"/login/{user_id}?remember") == "True"
            assert await browser.get(there, "/fresh") == "True True"
            browser.close()
            assert await browser.get(there, "/name") == f"name of {user_id}"
            browser.close()
            assert await browser.get(there, "/fresh") == "False True"
            if (mode, there) == ("strong", "flask"):
                continue  # Flask-Login itself empties a remembered session with its next request
            assert await browser.get(there, "/very-guarded") == "401"
            assert await browser.get(there, "/confirm") == ""
            assert await browser.get(here, "/very-guarded") == "very guarded"
            assert await browser.get(there, "/logout") == "True"
            browser.close()
            assert await browser.get(here, "/name") == "anonymous"


@pytest.mark.parametrize("mode", [None, "basic"])
async def test_a_remembered_session_made_here_stays_not_fresh_there(mode: str | None) -> None:
    for here, there in DIRECTIONS:
        async with both(mode) as browser:
            await browser.get(here, "/login/42?remember")
            browser.close()
            assert await browser.get(here, "/name") == "name of 42"
            assert await browser.get(there, "/fresh") == "False True"
            assert await browser.get(here, "/fresh") == "False True"


async def test_a_session_that_we_restored_survives_strong_protection_on_flask() -> None:
    async with both("strong") as browser:
        await browser.get("ours", "/login/42?remember")
        browser.close()
        for which in ("ours", "flask", "ours", "flask"):
            assert await browser.get(which, "/name") == "name of 42"


@pytest.mark.parametrize(("here", "there"), DIRECTIONS)
async def test_a_stolen_session_is_no_longer_fresh_or_gone_wherever_it_is_used(here: str, there: str) -> None:
    for mode, name, fresh in [("basic", "name of 42", "False False"), ("strong", "anonymous", "False False")]:
        async with both(mode) as browser:
            await browser.get(here, "/login/42")
            browser.agent = "a thief"
            assert await browser.get(there, "/name") == name
            assert await browser.get(there, "/fresh") == fresh
            assert await browser.get(here, "/name") == name


@pytest.mark.parametrize(("here", "there"), DIRECTIONS)
async def test_messages_flashed_here_are_shown_there(here: str, there: str) -> None:
    async with both("basic") as browser:
        await browser.get(here, "/login/42")
        await browser.get(here, "/flash")
        assert await browser.get(there, "/flashes") == "[('warning', 'a message')] [1, ('two', b'three')]"
        assert (await browser.get(here, "/flashes")).startswith("[] ")
        assert await browser.get(here, "/name") == "name of 42"


async def test_signing_in_as_another_user_holds_on_both_sides() -> None:
    for here, there in DIRECTIONS:
        async with both("basic") as browser:
            await browser.get(here, "/login/1?remember")
            await browser.get(there, "/login/2?remember")
            for _ in range(2):
                assert await browser.get(here, "/name") == "name of 2"
                assert await browser.get(there, "/name") == "name of 2"
                browser.close()


async def test_facts_of_our_own_survive_a_request_to_flask() -> None:
    async with both("basic", quart.Quart) as browser:
        await browser.get("ours", "/login/1?remember")
        await browser.get("flask", "/confirm")
        assert '"_remembered":true' in await browser.get("ours", "/session")


def test_the_users_are_told_apart() -> None:
    assert User("1", "x").get_id() == FlaskUser("1").get_id()
