"""Implicit loading, seen from the database: what loads by itself in driven code, and what does not outside of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event, orm

import quart_app
from quart_app.bridge import drive, implicit_loading, implicit_loads, run, wait
from quart_app.db import ConcurrentSessionError, NotAwaitedError

from .library import Library, opened


@pytest.fixture
async def library(database: str) -> AsyncIterator[Library]:
    async with opened(Library(database, quart_app.Quart)) as library:
        yield library


async def test_relationships_and_expired_attributes_load_in_driven_code(library: Library) -> None:
    async def view() -> Any:
        book = await library.Book.query.filter_by(title="four").one()
        name = book.author.name
        await library.db.session.commit()
        return name, book.title, [note.text for note in (await library.Author.query.get(1)).notes]

    with implicit_loading("allow"), implicit_loads() as loads:
        assert await drive(view()) == ("bob", "four", ["first", "second"])
    assert loads.count >= 3


async def test_outside_the_bridge_they_do_not(postgres_url: str) -> None:
    async with opened(Library(postgres_url)) as library:
        book = await library.Book.query.filter_by(title="four").one()
        with pytest.raises(sa.exc.MissingGreenlet):
            _ = book.author


async def test_awaited_queries_are_not_counted(library: Library) -> None:
    async def view() -> None:
        author = await library.Author.query.filter_by(name="ada").first()
        assert await author.books.count() == 3
        assert [book.id async for book in author.books]
        await author.books.paginate(1, 2)
        await library.db.session.commit()
        await library.db.session.refresh(author)
        assert await library.Author.query.get(1) is author

    with implicit_loading("raise"), implicit_loads() as loads:
        await drive(view())
    assert loads.count == 0


async def test_the_policy_decides_about_synchronous_reading(library: Library) -> None:
    async def view() -> list[str]:
        return [book.title for book in library.Book.query.order_by(library.Book.id)]

    with implicit_loading("raise"), pytest.raises(RuntimeError, match="await"):
        await drive(view())
    with implicit_loading("allow"):
        assert await drive(view()) == ["one", "two!", "three!", "four"]


async def test_a_template_walks_relationships_and_dynamic_collections(library: Library) -> None:
    source = (
        "{% for note in author.notes %}{{ note.text }} {% endfor %}"
        "{% for book in author.books %}{{ book.title }} {{ book.author.name }} {% endfor %}"
        "{{ author.books.count() }} {{ author.books.filter_by(title='one').first().title }}"
        "{% for book in author.books.all() %} {{ book.id }}{% endfor %} {{ author.books[0].title }}"
    )

    @library.app.get("/")
    async def index() -> str:
        author = await library.Author.query.get(1)
        await library.db.session.commit()
        return str(await quart_app_render(source, author=author))

    response = await library.app.test_client().get("/")
    assert response.status_code == 200
    data: Any = response.get_data(as_text=True)
    assert data == ("first second one ada two! ada three! ada 3 one 1 2 3 one")


async def quart_app_render(source: str, **context: Any) -> str:
    from quart import render_template_string

    return await render_template_string(source, **context)


async def test_synchronous_code_waits_on_the_same_session(library: Library) -> None:
    class Shelf:
        @property
        def size(self) -> int:
            number: int = wait(library.Book.query.count())
            return number

    async def view() -> Any:
        library.db.session.add(library.Book(title="flushed by the count"))
        return Shelf().size, sorted(["b", "a"], key=lambda _: wait(library.Author.query.count()))

    assert await drive(view()) == (5, ["b", "a"])


async def test_validators_and_events_query_synchronously(library: Library) -> None:
    seen: list[int] = []

    def count(_mapper: Any, connection: Any, _target: Any) -> None:
        seen.append(connection.scalar(sa.select(sa.func.count()).select_from(library.Author)))

    event.listen(library.Author, "before_insert", count)
    library.db.session.add(library.Author(name="counted"))
    await library.db.session.commit()
    assert seen == [2]


async def test_a_lazy_load_in_a_session_that_is_busy_elsewhere_is_an_error(stored: str) -> None:
    library = Library(stored, quart_app.Quart)
    inside = asyncio.Event()

    async with opened(library):
        ada = await library.Author.query.get(1)

        def slow(session: Any) -> None:
            with session._guard:
                inside.set()
                wait(asyncio.sleep(0.05))

        async def load() -> Any:
            await inside.wait()
            return ada.notes

        with implicit_loading("allow"):
            busy = asyncio.create_task(library.db.session.run_sync(slow))
            with pytest.raises(ConcurrentSessionError, match=r"test_bridge\.py"):
                await asyncio.create_task(drive(load()))
            await busy
            assert len(await drive(load())) == 2


def test_synchronous_code_without_a_loop_runs_in_a_context(stored: str) -> None:
    library = Library(stored, quart_app.Quart)
    app: Any = library.app
    with app.app_context():
        run(library.db.drop_all())
        run(library.db.create_all())
        run(library.fill())
        author = run(library.Author.query.filter_by(name="ada").first())
        author.name = "eve"
        run(library.db.session.commit())
    with app.app_context():
        assert run(library.Author.query.filter_by(name="eve").count()) == 1
        run(library.db.session.remove())
        run(library.db.drop_all())


async def test_eager_options_need_no_bridge(library: Library) -> None:
    Author = library.Author
    with pytest.raises(NotAwaitedError):
        list(Author.query.options(orm.selectinload(Author.notes)))
    ada = (await Author.query.options(orm.selectinload(Author.notes)).order_by(Author.id).all())[0]
    assert len(ada.notes) == 2
