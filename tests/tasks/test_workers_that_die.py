"""Two workers as processes: one is killed, and the database crashes and comes back, while they work.

``FLASK_TO_QUART_QUEUE_MESSAGES=5000 python -m pytest tests/tasks/test_workers_that_die.py`` sends more.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from quart_app.tasks import send
from quart_app.tasks.queue.schema import make_tables
from quart_app.tasks.queue.worker import conninfo_of
from tests.servers import PrivatePostgres, private_postgres_server

from . import queued
from .queued import Line, db, write

REPOSITORY = Path(__file__).resolve().parents[2]
MESSAGES = int(os.environ.get("FLASK_TO_QUART_QUEUE_MESSAGES", "120"))
SECONDS = 60 + MESSAGES / 20


@pytest.fixture(scope="module")
def server() -> Iterator[PrivatePostgres]:
    with private_postgres_server() as server:
        yield server


def start_worker(server: PrivatePostgres, log: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "quart",
        "--app",
        "tests.tasks.queued",
        "tasks",
        "worker",
        "--concurrency",
        "4",
    ]
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={**os.environ, "DATABASE_URL": server.url, "PYTHONPATH": str(REPOSITORY)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )


async def answer(statement: str) -> Any:
    while True:
        try:
            async with db.session_scope() as session:
                return (await session.execute(text(statement))).scalar_one()
        except (DBAPIError, OSError):
            await asyncio.sleep(0.1)


async def reached(statement: str, number: int) -> None:
    deadline = time.monotonic() + SECONDS
    while (found := await answer(statement)) < number:
        if time.monotonic() > deadline:
            jobs = await answer(
                "SELECT json_agg(jobs) FROM quart_tasks.procrastinate_jobs AS jobs WHERE status <> 'succeeded'"
            )
            pytest.fail(f"{found} of {number}: {statement}; left: {jobs}")
        await asyncio.sleep(0.05)


async def test_every_committed_task_has_its_effect_once_and_no_other_has_any(
    server: PrivatePostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = queued.app
    monkeypatch.setitem(app.config, "SQLALCHEMY_DATABASE_URI", server.url)
    await make_tables(conninfo_of(app))
    committed: set[str] = set()
    uncertain: set[str] = set()

    async def send_all() -> None:
        for number in range(MESSAGES):
            name = str(number)
            try:
                async with db.session_scope() as session:
                    await send(write, name, 0.02, user_id=number, key=name)
                    if number % 3 == 0:
                        await session.rollback()
                        continue
                    uncertain.add(name)
                    await session.commit()
                    committed.add(name)
            except (DBAPIError, OSError):
                await asyncio.sleep(0.1)
            await asyncio.sleep(0.002)

    async with app.app_context():
        await db.create_all()
        workers = [start_worker(server, tmp_path / f"{number}.log") for number in range(2)]
        try:
            sending = asyncio.create_task(send_all())
            await reached("SELECT count(*) FROM lines", MESSAGES // 6)
            workers[0].send_signal(signal.SIGKILL)
            await reached("SELECT count(*) FROM lines", MESSAGES // 3)
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(0.5)
            await asyncio.to_thread(server.start)
            await sending
            sent = set(await answer("SELECT array_agg(key) FROM quart_tasks.messages"))
            done = "SELECT count(*) FROM quart_tasks.procrastinate_jobs WHERE status = 'succeeded'"
            await reached(done, len(sent))
            workers[1].terminate()
            assert await asyncio.to_thread(workers[1].wait, 20) == 0
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
            logs = [(tmp_path / f"{number}.log").read_text() for number in range(2)]
        async with db.session_scope() as session:
            written = Counter(await session.scalars(select(Line.text)))
        await db.session.remove()
        await db.dispose()
    assert committed <= sent <= uncertain, "a commit that broke may have happened; nothing else is uncertain"
    assert written == Counter(sent), logs
    assert all("The worker is ready." in log for log in logs)
