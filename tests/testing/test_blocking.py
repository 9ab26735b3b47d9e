"""The plugin and code that blocks the event loop, in runs of pytest of its own."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
quart_app_bridge = true
{more}
"""
APP = """
import asyncio
import time
from quart_app import Quart

app = Quart(__name__)

@app.route("/blocks")
async def blocks():
    time.sleep(0.4)
    return "late"

@app.route("/waits")
async def waits():
    await asyncio.sleep(0.4)
    return "late"

@app.route("/page")
async def page():
    from quart import render_template
    return await render_template("page.html")
"""
TESTS = """
import time
from app import app

async def test_blocks():
    assert (await app.test_client().get("/blocks")).status_code == 200

async def test_waits():
    assert (await app.test_client().get("/waits")).status_code == 200

async def test_page():
    assert (await app.test_client().get("/page")).data == b"a page"
"""


def run(pytester: pytest.Pytester, more: str, tests: str = TESTS) -> pytest.RunResult:
    pytester.makeini(INI.format(more=more))
    pytester.makepyfile(app=APP, test_app=tests)
    pytester.mkdir("templates").joinpath("page.html").write_text("a page", encoding="utf-8")
    return pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider")


def test_nobody_looks_unless_asked(pytester: pytest.Pytester) -> None:
    run(pytester, "").assert_outcomes(passed=3)


def test_the_line_fails_the_test_that_called_it(pytester: pytest.Pytester) -> None:
    result = run(pytester, "quart_app_blocking = fail\nquart_app_blocking_seconds = 0.2")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.re_match_lines(
        [r".*app\.py:9 in blocks: time\.sleep\(0\.4\) blocked the event loop for 0\.\d+ s"]
    )


def test_or_is_a_warning(pytester: pytest.Pytester) -> None:
    result = run(pytester, "quart_app_blocking = warn\nquart_app_blocking_seconds = 0.2")
    result.assert_outcomes(passed=3, warnings=1)
    result.stdout.re_match_lines([r".*BlockingWarning: .*app\.py:9 in blocks"])


def test_a_test_itself_may_sleep(pytester: pytest.Pytester) -> None:
    tests = "import time\ndef test_sleep():\n    time.sleep(0.4)\n"
    run(pytester, "quart_app_blocking = fail\nquart_app_blocking_seconds = 0.2", tests).assert_outcomes(
        passed=1
    )


def test_a_word_that_is_none_of_them_is_refused(pytester: pytest.Pytester) -> None:
    result = run(pytester, "quart_app_blocking = maybe")
    result.stderr.fnmatch_lines(["*quart_app_blocking is off, warn or fail*"])


def test_blockbuster_raises_at_the_call_and_lets_templates_be_read(pytester: pytest.Pytester) -> None:
    pytest.importorskip("blockbuster")
    result = run(pytester, "quart_app_blockbuster = true")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*Blocking call to time.sleep*"])


def test_without_blockbuster_it_says_what_to_install(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(blockbuster="raise ImportError")
    result = run(pytester, "pythonpath = .\nquart_app_blockbuster = true")
    result.stderr.fnmatch_lines(["*quart_app_blockbuster = true needs blockbuster*"])
