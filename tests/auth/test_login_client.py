"""`app.test_client(user=..., fresh_login=...)`, and what importing the layer brings along."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import quart
from quart.sessions import SecureCookieSession, SessionInterface

from quart_app.auth import FlaskLoginClient, LoginManager

from .people import Site, name_of


def sign_in_client(site: Site, **options: Any) -> Any:
    app: Any = site.app
    app.test_client_class = FlaskLoginClient
    return app.test_client(**options)


async def test_the_client_is_signed_in_from_the_first_request(site: Site) -> None:
    client = sign_in_client(site, user=site.users["1"])
    assert await name_of(client) == "name of 1"
    assert await name_of(sign_in_client(site)) == "anonymous"


async def test_the_client_is_signed_in_on_the_server_that_the_configuration_names(site: Site) -> None:
    site.app.config["SERVER_NAME"] = "site.example:8080"
    assert await name_of(sign_in_client(site, user=site.users["1"])) == "name of 1"


@pytest.mark.parametrize("mode", [None, "basic", "strong"])
async def test_freshness_and_protection_are_those_of_flask_logins_client(
    site: Site, mode: str | None
) -> None:
    site.app.config["SESSION_PROTECTION"] = mode
    for fresh in (True, False):
        client = sign_in_client(site, user=site.users["1"], fresh_login=fresh)
        assert await name_of(client) == ("anonymous" if mode == "strong" else "name of 1")
        assert (await client.get("/fresh")).text == f"{fresh and mode is None} False"


async def test_it_works_with_sessions_that_are_kept_on_the_server(site: Site) -> None:
    stored: dict[str, SecureCookieSession] = {}

    class OnServer(SessionInterface):
        async def open_session(self, app: Any, request: Any) -> SecureCookieSession:
            return SecureCookieSession(stored.get(request.cookies.get("sid"), {}))

        async def save_session(self, app: Any, session: Any, response: Any) -> None:
            stored["only"] = session
            response.set_cookie("sid", "only")

    app: Any = site.app
    app.session_interface = OnServer()
    site.app.config["SESSION_PROTECTION"] = None
    client = sign_in_client(site, user=site.users["1"])
    assert await name_of(client) == "name of 1"


async def test_an_application_keeps_its_own_session_interface(site: Site) -> None:
    class Mine(SessionInterface):
        pass

    app: Any = quart.Quart(__name__)
    app.session_interface = mine = Mine()
    LoginManager(app)
    assert app.session_interface is mine


def test_every_name_of_flask_login_is_here() -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import flask_login
        import flask_login.utils

        import quart_app.auth.utils

    missing = [name for name in flask_login.__all__ if not hasattr(quart_app.auth, name)]
    assert missing == []
    theirs = {
        name
        for name, value in vars(flask_login.utils).items()
        if getattr(value, "__module__", "") == "flask_login.utils"
    }
    ours = set(vars(quart_app.auth.utils))
    assert theirs - ours <= {"_get_remote_addr", "_create_identifier"}


def test_importing_the_layer_brings_neither_database_nor_bookshelf_nor_test_client() -> None:
    code = (
        "import sys, quart_app.auth, quart_app.auth.principal, quart_app.auth.passwords;"
        "print([m for m in sys.modules if m.startswith(('quart_app.db', 'quart_app.bookshelf', 'quart_app.testing', 'pytest'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
