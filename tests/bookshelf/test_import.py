"""Files of books: batch by batch, live, cancelled, resumed, and by one run at a time."""

from __future__ import annotations

import asyncio
import io
import json
import re
import time
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from quart_app import Quart
from quart_app.bookshelf import imports
from quart_app.bookshelf.extensions import db
from quart_app.bookshelf.import_rows import Books, Row, read
from quart_app.bookshelf.models import AuditEntry, Book
from tests.bookshelf.conftest import Client, new_client, sign_in, statements
from tests.bookshelf.test_promises import settled

HEAD = "title,author,year,isbn\n"


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 10)
    monkeypatch.setattr(imports, "LOOK_EVERY", 0.01)


@pytest.fixture
async def librarian(client: Client) -> Client:
    await sign_in(client, "librarian")
    return client


async def upload(client: Client, text: str | bytes) -> str:
    content = text.encode() if isinstance(text, str) else text
    answer = await client.post("/books/import", data={"file": (io.BytesIO(content), "books.csv")})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


async def titles(app: Quart) -> list[str]:
    async with app.app_context():
        return list(
            await db.session.scalars(select(Book.title).where(Book.title.like("T%")).order_by(Book.id))
        )


async def log(app: Quart, action: str) -> list[str]:
    async with app.app_context():
        statement = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        found = list(await db.session.scalars(statement))
    assert {entry.actor for entry in found} <= {"librarian@example.com", "admin@example.com"}
    return [entry.subject or "" for entry in found]


def rows(count: int) -> str:
    return HEAD + "".join(f"T{number},Author {number % 7},1900,\n" for number in range(count))


async def wait_for(client: Client, address: str, pattern: str) -> str:
    deadline = time.monotonic() + 20
    while not re.search(pattern, page := (await client.get(address)).text):
        assert time.monotonic() < deadline, page
        await asyncio.sleep(0.01)
    return str(page)


class Held:
    """Lets so many batches through, and the others wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, batches: int) -> None:
        self.left = batches
        self.free = asyncio.Event()
        self.waiting = asyncio.Event()
        batch = imports.import_batch

        async def held(*args: Any) -> bool:
            if not self.left:
                self.waiting.set()
                await self.free.wait()
            self.left = max(0, self.left - 1)
            return await batch(*args)

        monkeypatch.setattr(imports, "import_batch", held)


async def test_a_file_is_imported_batch_by_batch_with_a_line_in_the_log_each(
    app: Quart, librarian: Client
) -> None:
    address = await upload(librarian, rows(25))
    await settled(app)
    page = (await librarian.get(address)).text
    assert "<b>done</b>, 25 books, by Lin" in page
    assert "<progress" not in page
    assert await titles(app) == [f"T{number}" for number in range(25)]
    assert await log(app, "book.import") == ["books.csv"]
    assert await log(app, "book.import.rows") == [
        "import 1: rows 1 to 10, 10 new",
        "import 1: rows 11 to 20, 10 new",
        "import 1: rows 21 to 25, 5 new",
    ]
    assert await log(app, "book.import.done") == ["import 1: books.csv"]


async def test_a_batch_takes_as_many_statements_as_its_longer_sister(app: Quart, librarian: Client) -> None:
    counts = []
    for count in (1, 3, 10):  # the first one is noted as being here
        with statements(app) as seen:
            await upload(
                librarian, HEAD + "".join(f"T{count} {number},A{count},,\n" for number in range(count))
            )
            await settled(app)
        counts.append(len(seen))
    assert counts[1] == counts[2]


async def test_what_is_there_is_left_out(app: Quart, librarian: Client) -> None:
    await upload(librarian, HEAD + "T,A,,111\nT again,A,,111\nT,B,,\nT,B,,\n")
    await settled(app)
    address = await upload(librarian, HEAD + "T,A,,111\nT,B,,\nEmma,C,,\n")
    await settled(app)
    assert "<b>done</b>, 2 books" in (await librarian.get(address)).text
    async with app.app_context():
        slugs = list(await db.session.scalars(select(Book.slug).where(Book.id > 7).order_by(Book.id)))
    assert slugs == ["t", "t-2", "t-3", "t-4", "emma-2"]


async def test_a_page_that_looks_on_is_told(
    app: Quart, librarian: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, 2)
    address = await upload(librarian, rows(40))
    await held.waiting.wait()
    page = (await librarian.get(address)).text
    assert '<progress id="bar" max="40" value="20"' in page
    assert "20 of 40 rows" in page
    assert 'src="/static/import.js"' in page
    looking = asyncio.create_task(librarian.get(f"{address}/events"))
    await asyncio.sleep(0.1)
    async with app.app_context():
        pool: Any = db.engine.sync_engine.pool
        await asyncio.sleep(0)
        assert pool.checkedout() <= 1
    held.left = 99
    held.free.set()
    answer = await looking
    assert answer.mimetype == "text/event-stream"
    told = [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]
    assert told[0] == {
        "status": "running",
        "created": 20,
        "done": 20,
        "total": 40,
        "message": "",
        "ended": False,
    }
    assert told[-1] == {
        "status": "done",
        "created": 40,
        "done": 40,
        "total": 40,
        "message": "",
        "ended": True,
    }


async def test_a_cancelled_import_adds_nothing_more_and_can_be_resumed(
    app: Quart, librarian: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, 2)
    address = await upload(librarian, rows(55))
    await held.waiting.wait()
    await librarian.post(f"{address}/cancel")
    held.left = 99
    held.free.set()
    await settled(app)
    page = (await librarian.get(address)).text
    assert "<b>cancelled</b>, 20 books" in page
    assert "Resume" in page
    assert len(await titles(app)) == 20
    await librarian.post(f"{address}/resume")
    await settled(app)
    assert "<b>done</b>, 55 books" in (await librarian.get(address)).text
    assert await titles(app) == [f"T{number}" for number in range(55)]
    assert len(await log(app, "book.import.rows")) == 6
    assert await log(app, "book.import.cancelled") == ["import 1"]
    assert await log(app, "book.import.resumed") == ["import 1"]
    for what, message in (("cancel", "has ended already"), ("resume", "cannot be resumed")):
        await librarian.post(f"{address}/{what}")
        assert message in (await librarian.get(address)).text


async def test_several_runs_add_no_row_twice(
    app: Quart, librarian: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, 2)
    address = await upload(librarian, rows(55))
    await held.waiting.wait()
    async with app.app_context():
        for _ in range(3):
            await imports.take_up()
    await asyncio.sleep(0.1)
    held.left = 999
    held.free.set()
    await settled(app)
    assert "<b>done</b>, 55 books" in (await librarian.get(address)).text
    assert sorted(await titles(app)) == sorted(f"T{number}" for number in range(55))
    assert len(await log(app, "book.import.rows")) == 6
    assert len(await log(app, "book.import.done")) == 1


async def test_an_error_interrupts_and_somebody_may_resume(
    app: Quart, librarian: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [True]
    add = Books.add

    async def fail(self: Books, batch: Sequence[Row]) -> int:
        if broken and batch[0].title == "T10":
            raise ZeroDivisionError("the shelf is full")
        return await add(self, batch)

    monkeypatch.setattr(Books, "add", fail)
    address = await upload(librarian, rows(30))
    await wait_for(librarian, address, "<b>interrupted</b>, 10 books")
    broken.clear()
    await librarian.post(f"{address}/resume")
    await wait_for(librarian, address, "<b>done</b>, 30 books")
    await settled(app)
    assert len(await titles(app)) == 30


async def test_a_race_for_a_slug_is_run_again(
    app: Quart, librarian: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[str] = []
    slugs = Books._slugs

    async def outdated(self: Books, wanted: list[str]) -> list[str]:
        if len(lost) < 2:
            lost.append("emma")
            return ["emma", *(await slugs(self, wanted))[1:]]
        return await slugs(self, wanted)

    monkeypatch.setattr(Books, "_slugs", outdated)
    address = await upload(librarian, rows(12))
    await settled(app)
    assert "<b>done</b>, 12 books" in (await librarian.get(address)).text
    assert len(lost) == 2


async def test_a_race_that_is_lost_for_ever_is_told(
    app: Quart, librarian: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(self: Books, batch: Sequence[Row]) -> int:
        raise IntegrityError("INSERT", {}, Exception("taken"))

    monkeypatch.setattr(Books, "add", never)
    address = await upload(librarian, rows(12))
    await wait_for(librarian, address, "<b>interrupted</b>, 0 books")
    await librarian.post(f"{address}/cancel")
    await settled(app)


async def test_an_import_is_its_owners_and_the_admins(app: Quart, librarian: Client) -> None:
    address = await upload(librarian, rows(3))
    await settled(app)
    reader, admin = new_client(app), new_client(app)
    await sign_in(reader, "reader")
    await sign_in(admin, "admin")
    for path in ("", "/events"):
        assert (await reader.get(address + path)).status_code == 404
        assert (await admin.get(address + path)).status_code == 200
        assert (await new_client(app).get(address + path)).status_code == 302
    for path in ("/cancel", "/resume"):
        assert (await reader.post(address + path)).status_code == 404
        assert (await librarian.get(address + path)).status_code == 405


async def test_a_file_in_another_encoding_is_told(librarian: Client) -> None:
    content = HEAD.encode() + "Bücher,A,,\n".encode("latin-1")
    answer = await librarian.post("/books/import", data={"file": (io.BytesIO(content), "books.csv")})
    assert "The file is not UTF-8." in answer.text


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (",A,,", "row 2 has no title"),
        ("T,,,", "row 2 has no author"),
        ("T", "row 2 has no author"),
        (f"{'T' * 201},A,,", "row 2: the title"),
        ("T,A,,12345678901234", "row 2: the isbn"),
        ("T\0,A,,", "row 2: the title"),
        ("T,A,99999999999,", "row 2: 99999999999 is no year"),
        ("T,A,soon,", "soon"),
    ],
)
def test_a_row_that_is_no_book_is_named(line: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(f"{HEAD}T,A,,\n{line}\n")
