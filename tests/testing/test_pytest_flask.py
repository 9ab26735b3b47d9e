"""pytest-flask's fixtures, in a run of pytest of its own."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
filterwarnings = error
quart_app_bridge = true
{more}
"""
CONFTEST = """
import pytest
from quart import g, session
from quart_app import Quart

@pytest.fixture
async def app():
    app = Quart("program")
    app.secret_key = "secret"

    @app.route("/hello")
    async def hello():
        session["seen"] = "yes"
        return "hello"

    return app
"""
TESTS = """
import pytest
from quart import current_app, g, has_request_context, session, url_for

async def test_async(app, client):
    assert url_for("hello") == "/hello"
    assert current_app.name == "program"
    assert (await client.get(url_for("hello"))).data == b"hello"
    assert session["seen"] == "yes"

def test_sync(app):
    assert url_for("hello") == "/hello"
    g.mine = 1

def test_each_has_its_own(app):
    assert "mine" not in g

def test_without_application():
    assert not has_request_context()

@pytest.mark.options(debug=True, other=3)
def test_options(config):
    assert config["DEBUG"] is True and config["OTHER"] == 3

def test_headers(accept_json, accept_jsonp, accept_mimetype, accept_any):
    assert accept_json == [("Accept", "application/json")]

@pytest.mark.usefixtures("client_class")
class TestOfClass:
    async def test_client(self):
        assert (await self.client.get("/hello")).status_code == 200
        assert url_for("hello") == "/hello"
"""


def run(pytester: pytest.Pytester, more: str) -> pytest.RunResult:
    pytester.makeini(INI.format(more=more))
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    return pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "no:flask")


def test_its_fixtures_are_there_when_switched_on(pytester: pytest.Pytester) -> None:
    run(pytester, "quart_app_pytest_flask = true").assert_outcomes(passed=10)


def test_switched_off_it_is_not_there(pytester: pytest.Pytester) -> None:
    result = run(pytester, "")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines("*Unknown pytest.mark.options*")
