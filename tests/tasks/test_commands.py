"""``quart tasks``: the tables, what was sent and what became of it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable

import click
import pytest

from quart_app.tasks import commands, send
from quart_app.tasks.queue.worker import Worker

from . import queued
from .queued import db, fail, runs, write


@pytest.fixture
def invoke(make_postgres_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setitem(queued.app.config, "SQLALCHEMY_DATABASE_URI", make_postgres_database())
    runs.clear()

    def call(*words: str, code: int = 0) -> str:
        result = queued.app.test_cli_runner().invoke(commands.tasks, list(words))
        assert result.exit_code == code, result.output
        return str(result.output)

    return call


async def send_and_work() -> None:
    """Send two tasks, one of which fails; let a worker run them."""
    async with queued.app.app_context():
        await db.create_all()
        await send(write, "fine", user_id=7, key="one")
        await send(fail, "never", 99, user_id=7, key="two")
        await db.session.commit()
        await run_a_worker(3)
        await db.session.remove()
        await db.dispose()


async def run_a_worker(failures: int) -> None:
    worker = Worker(queued.app)
    running = asyncio.create_task(worker.run())
    deadline = time.monotonic() + 20
    while runs.count("never") < failures or "fine" not in runs:
        assert time.monotonic() < deadline, runs
        await asyncio.sleep(0.02)
    worker.stop()  # it finishes what it is at
    await running


def test_the_tables_are_made_once(invoke: Callable[..., str]) -> None:
    assert invoke("init") == "The queue's tables are there.\n"
    assert invoke("init") == "The queue's tables were there.\n"


def test_what_was_sent_is_listed_tried_again_and_forgotten(invoke: Callable[..., str]) -> None:
    invoke("init")
    asyncio.run(send_and_work())
    failed = "two failed fail (3 failed: ZeroDivisionError: run "
    listed = invoke("list").splitlines()
    assert listed[0].startswith(failed)
    assert listed[1:] == ["one done write"]
    assert [line[: len(failed)] for line in invoke("list", "--failed").splitlines()] == [failed]
    assert invoke("retry", "one", code=1) == "Error: No message with the key one was given up.\n"
    assert invoke("retry", "two") == "two is waiting.\n"
    assert invoke("list", "--limit", "1").startswith("two waiting fail")
    assert invoke("prune", "--days", "0") == "1 forgotten.\n"
    assert invoke("list").startswith("two waiting fail")


def test_a_worker_needs_what_the_extra_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "quart_app.tasks.queue.worker", raising=False)
    monkeypatch.delattr("quart_app.tasks.queue.worker", raising=False)
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    with pytest.raises(click.ClickException, match=r"pip install 'flask-to-quart\[queue\]'"):
        commands._imported("Worker")


def test_sending_needs_nothing_of_the_extra() -> None:
    program = "import sys, quart_app.tasks.queue.outcomes; sys.exit('procrastinate' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
