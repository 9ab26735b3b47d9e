"""A server that is killed again and again during an import: no row is lost, none is there twice, the log is whole.

``FLASK_TO_QUART_IMPORT=100000,30 python -m pytest -s tests/bookshelf/test_import_that_is_killed.py``: so many rows, so many kills.
"""

from __future__ import annotations

import asyncio
import io
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from quart_app import Quart, create_app
from quart_app.bookshelf import imports
from quart_app.bookshelf.cli import fill_shelf, make_tables
from quart_app.bookshelf.extensions import db
from quart_app.bookshelf.models import AuditEntry, Book
from tests.servers import free_port

ROWS, KILLS = (int(number) for number in os.environ.get("FLASK_TO_QUART_IMPORT", "8000,2").split(","))
REPOSITORY = Path(__file__).resolve().parents[2]


class Server:
    """The bookshelf on hypercorn, which may be killed."""

    def __init__(self, settings: dict[str, str], folder: Path) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self._settings = settings
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "hypercorn",
            "--bind",
            self.url.partition("//")[2],
            "quart_app:create_app()",
        ]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                env={**os.environ, **self._settings, "PYTHONPATH": str(REPOSITORY)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill it with the process that hypercorn has started for the work, which would live on."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    async def answers(self) -> None:
        deadline = time.monotonic() + 60
        async with httpx.AsyncClient() as client:
            while True:
                try:
                    assert (await client.get(f"{self.url}/health")).status_code == 200
                    return
                except httpx.TransportError:
                    assert time.monotonic() < deadline, (self._folder / "server.log").read_text()
                    await asyncio.sleep(0.05)


async def upload(url: str, text: str) -> int:
    async with httpx.AsyncClient(base_url=url, timeout=120) as client:

        async def submit(path: str, **form: Any) -> httpx.Response:
            page = (await client.get(path)).text
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
            assert token is not None, page
            fields = {**form.pop("data", {}), "csrf_token": token[1]}
            return await client.post(path, data=fields, **form)

        await submit("/auth/login", data={"email": "librarian@example.com", "password": "librarian-password"})
        file = {"file": ("books.csv", io.BytesIO(text.encode()), "text/csv")}
        answer = await submit("/books/import", files=file)
        assert answer.status_code == 302, answer.text
        return int(answer.headers["Location"].rpartition("/")[2])


async def progress(app: Quart, job_id: int) -> imports.Progress:
    async with app.app_context():
        found = await imports.progress(job_id)
    assert found is not None
    return found


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_no_row_is_lost_and_none_is_there_twice(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = (
        f"sqlite:///{tmp_path / 'bookshelf.db'}"
        if database == "sqlite"
        else request.getfixturevalue("make_postgres_database")()
    )
    settings = {
        "DATABASE_URL": url,
        "VISITS_DATABASE": str(tmp_path / "visits.db"),
        "SECRET_KEY": "a secret",
        "PASSWORD_METHOD": "pbkdf2:sha256:1000",
    }
    app = create_app(
        {
            "SECRET_KEY": "a secret",
            "SQLALCHEMY_DATABASE_URI": url,
            "VISITS_DATABASE": settings["VISITS_DATABASE"],
            "PASSWORD_METHOD": settings["PASSWORD_METHOD"],
        }
    )
    async with app.app_context():
        await make_tables()
        await fill_shelf()
    # Most have no ISBN, which would keep a second one out; every title is there three times, with a slug of its own.
    text = "title,author,year,isbn\n" + "".join(
        f"Row {number // 3},Author {number % 500},{1900 + number % 100},{number if number % 10 == 0 else ''}\n"
        for number in range(ROWS)
    )
    server = Server(settings, tmp_path)
    began = time.monotonic()
    server.start()
    killed_at = []
    try:
        await server.answers()
        job_id = await upload(server.url, text)
        for kill in range(KILLS):
            # Anywhere in the next part of the file, and anywhere in a batch.
            goal = ROWS * (kill + random.random()) / (KILLS + 1)
            while (now := await progress(app, job_id)).done < goal:
                assert not now.ended, now
                await asyncio.sleep(0.005)
            await asyncio.sleep(random.random() * 0.1)
            server.kill()
            killed_at.append((await progress(app, job_id)).done)
            server.start()
        deadline = time.monotonic() + 60 + ROWS / 100
        while not (now := await progress(app, job_id)).ended:
            assert time.monotonic() < deadline, now
            await asyncio.sleep(0.05)
    finally:
        server.kill()
    seconds = time.monotonic() - began
    assert now == imports.Progress("done", ROWS, ROWS, ROWS)
    async with app.app_context():
        found = await db.session.execute(select(Book.title, Book.slug).where(Book.title.like("Row %")))
        books = [(title, slug) for title, slug in found]
        entries = await db.session.scalars(
            select(AuditEntry).where(AuditEntry.action.like("book.import%")).order_by(AuditEntry.id)
        )
        log = [(entry.action, entry.subject or "", entry.actor) for entry in entries]
        await db.session.remove()
        await db.dispose()
    assert Counter(title for title, _ in books) == Counter(f"Row {number // 3}" for number in range(ROWS))
    assert len({slug for _, slug in books}) == ROWS
    assert {actor for _, _, actor in log} == {"librarian@example.com"}
    assert [action for action, _, _ in log if action != "book.import.rows"] == [
        "book.import",
        "book.import.done",
    ]
    ranges = [
        tuple(int(number) for number in re.findall(r"\d+", subject)[1:])
        for action, subject, _ in log
        if action == "book.import.rows"
    ]
    expected = 1
    for first, last, created in ranges:
        assert first == expected
        assert created == last - first + 1
        expected = last + 1
    assert expected == ROWS + 1
    assert sum(0 < done < ROWS for done in killed_at) == KILLS, "a kill came too late"
    print(f"\n{database}: {ROWS} rows, killed {KILLS} times (after {killed_at} rows), {seconds:.0f} s")
