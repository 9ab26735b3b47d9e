"""The guard names what blocks the loop: its own thread looks."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from pathlib import Path

import pytest

from quart_app import Quart
from quart_app.guard import Blocked, LoopGuard, log_blocked, watching


@pytest.fixture
def found() -> list[Blocked]:
    return []


async def after(guard: LoopGuard, work: object) -> None:
    assert callable(work)
    with guard:
        await asyncio.sleep(0.02)
        work()
        await asyncio.sleep(0.02)


def sleeping() -> None:
    time.sleep(0.3)  # here


def computing() -> None:
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        hashlib.sha256(b"x").hexdigest()


async def test_a_sleep_is_named_with_file_line_and_time(found: list[Blocked]) -> None:
    await after(LoopGuard(0.05, found.append), sleeping)
    (blocked,) = found
    assert Path(blocked.path).name == "test_watching.py"
    assert blocked.line == sleeping.__code__.co_firstlineno + 1
    assert blocked.function == "sleeping"
    assert blocked.source == "time.sleep(0.3)  # here"
    assert 0.25 < blocked.seconds < 5
    assert "in sleeping: time.sleep(0.3)  # here blocked the event loop for 0." in str(blocked)


async def test_a_computation_is_named(found: list[Blocked]) -> None:
    await after(LoopGuard(0.05, found.append), computing)
    assert {blocked.function for blocked in found} == {"computing"}


async def test_who_awaits_is_left_in_peace(found: list[Blocked]) -> None:
    with LoopGuard(0.3, found.append):
        await asyncio.sleep(0.5)
        await asyncio.to_thread(time.sleep, 0.5)
    assert found == []


async def test_the_applications_line_is_named_and_what_it_called(found: list[Blocked]) -> None:
    import subprocess

    def call() -> None:
        subprocess.run(["sleep", "0.4"], check=True)

    await after(LoopGuard(0.05, found.append), call)
    assert found[0].source == 'subprocess.run(["sleep", "0.4"], check=True)'
    assert found[0].inside.startswith(("subprocess.", "selectors."))


def test_a_loop_that_does_not_run_is_not_blocked(found: list[Blocked]) -> None:
    loop = asyncio.new_event_loop()
    guard = LoopGuard(0.05, found.append)
    guard.start(loop)
    time.sleep(0.3)
    loop.run_until_complete(asyncio.sleep(0.1))
    guard.stop()
    loop.close()
    assert found == []


def test_a_place_is_logged_once_as_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    watching._logged.clear()
    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            log_blocked(Blocked("app.py", 7, "view", "time.sleep(1)", "", 1.0))
    assert [record.levelname for record in caplog.records] == ["WARNING", "DEBUG"]
    assert caplog.records[0].getMessage() == (
        "app.py:7 in view: time.sleep(1) blocked the event loop for 1.00 s"
    )


@pytest.mark.parametrize(
    ("debug", "config", "named"),
    [(True, None, True), (False, None, False), (True, False, False), (False, True, True)],
)
async def test_an_application_in_debug_mode_is_watched(
    debug: bool, config: bool | None, named: bool, caplog: pytest.LogCaptureFixture
) -> None:
    watching._logged.clear()
    app = Quart("app")
    app.debug = debug
    app.config["BLOCKING_GUARD"] = config

    @app.route("/")
    async def index() -> str:
        time.sleep(0.3)  # noqa: ASYNC251 - that is the point
        return "late"

    with caplog.at_level(logging.WARNING, "quart_app.guard"):
        async with app.test_app() as running:
            await running.test_client().get("/")
            await asyncio.sleep(0.05)
    lines = [record.getMessage() for record in caplog.records if record.name == "quart_app.guard"]
    assert (
        any("in test_an_application_in_debug_mode_is_watched.<locals>.index" in line for line in lines)
        == named
    )
