from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, literal, orm, select
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from werkzeug.exceptions import NotFound

from quart_app.bridge import drive
from quart_app.db import AsyncQuery, BaseQuery, NotAwaitedError, Query

from .library import Library, LoudQuery, opened


@pytest.fixture
async def library(database: str) -> AsyncIterator[Library]:
    async with opened(Library(database)) as library:
        yield library


def titles(books: Any) -> list[str]:
    return [book.title for book in books]


async def test_building_methods_give_an_awaited_query_of_the_same_class(library: Library) -> None:
    Book = library.Book
    query = (
        Book.query.filter(Book.id > 0)
        .filter_by(author_id=1)
        .order_by(Book.title)
        .options(orm.joinedload(Book.author))
        .distinct()
        .limit(9)
        .offset(0)
    )
    assert type(query) is LoudQuery
    assert titles(await query.all()) == ["one", "three!", "two!"]


async def test_terminal_methods(library: Library) -> None:
    Author = library.Author
    query = Author.query.order_by(Author.id)
    assert (await query.first()).name == "ada"
    assert await query.filter_by(name="nobody").first() is None
    assert (await Author.query.filter_by(name="bob").one()).name == "bob"
    assert await Author.query.filter_by(name="nobody").one_or_none() is None
    assert await query.count() == 2
    assert await Author.query.with_entities(func.max(Author.name)).scalar() == "bob"
    assert await Author.query.filter_by(name="nobody").with_entities(Author.id).scalar() is None
    assert (await Author.query.get(2)).name == "bob"
    assert await Author.query.get(99) is None
    assert await query.value(Author.name) == "ada"
    assert await query.values(Author.id, Author.name) == [(1, "ada"), (2, "bob")]
    with pytest.raises(NoResultFound):
        await Author.query.filter_by(name="nobody").one()
    with pytest.raises(MultipleResultsFound):
        await query.one()
    with pytest.raises(MultipleResultsFound):
        await query.one_or_none()


async def test_every_method_of_query_that_asks_the_database_is_a_coroutine() -> None:
    asking = {
        "all",
        "count",
        "delete",
        "first",
        "get",
        "one",
        "one_or_none",
        "scalar",
        "update",
        "value",
        "values",
    }
    for name in asking:
        assert inspect.iscoroutinefunction(getattr(AsyncQuery, name)), name


async def test_get_gives_the_object_the_session_has_without_asking(library: Library) -> None:
    author = await library.Author.query.get(1)
    await library.db.session.flush()
    with_connection = library.db.session().sync_session
    _ = await library.db.session.connection()
    with_connection.bind = None
    assert await library.Author.query.get(1) is author


async def test_answers_404(library: Library) -> None:
    Author = library.Author
    assert (await Author.query.get_or_404(1)).name == "ada"
    assert (await Author.query.filter_by(name="bob").first_or_404()).id == 2
    assert (await Author.query.filter_by(name="bob").one_or_404()).id == 2
    with pytest.raises(NotFound, match="no such author"):
        await Author.query.get_or_404(99, "no such author")
    with pytest.raises(NotFound, match="nobody"):
        await Author.query.filter_by(name="x").first_or_404(description="nobody")
    for several in (Author.query, Author.query.filter_by(name="x")):
        with pytest.raises(NotFound):
            await several.one_or_404()


async def test_update_and_delete_say_how_many_and_keep_the_session_in_step(library: Library) -> None:
    Book, session = library.Book, library.db.session
    one = await Book.query.filter_by(title="one").one()
    assert await Book.query.filter_by(title="one").update({"title": "uno"}) == 1
    assert one.title == "uno"
    assert (
        await Book.query.filter(Book.title.like("%!")).update({Book.title: "x"}, synchronize_session=False)
        == 2
    )
    assert await Book.query.filter_by(title="x").delete() == 2
    assert await Book.query.count() == 2
    await session.rollback()
    assert await Book.query.count() == 4


async def test_a_query_stands_where_an_expression_may(library: Library) -> None:
    Author, Book = library.Author, library.Book
    ids = Author.query.filter_by(name="ada").with_entities(Author.id)
    assert await Book.query.filter(Book.author_id.in_(ids)).count() == 3
    assert await Book.query.filter(Book.author_id == ids.scalar_subquery()).count() == 3
    sub = (
        Book.query.with_entities(Book.author_id, func.count().label("books"))
        .group_by(Book.author_id)
        .subquery()
    )
    rows = await (
        library.db.session.query(Author.name, sub.c.books)
        .join(sub, sub.c.author_id == Author.id)
        .order_by(Author.name)
        .all()
    )
    assert rows == [("ada", 3), ("bob", 1)]
    cte = ids.cte()
    assert await Book.query.join(cte, cte.c.id == Book.author_id).count() == 3
    assert await library.db.session.query(Author.query.filter_by(name="ada").exists()).scalar() is True
    assert await library.db.session.query(Author.query.filter_by(name="zoe").exists()).scalar() is False
    union = Book.query.filter_by(title="one").union(Book.query.filter_by(title="four"))
    assert titles(await union.order_by(Book.title).all()) == ["four", "one"]
    assert await Book.query.filter_by(title="one").union_all(Book.query.filter_by(title="one")).count() == 2
    labelled = (
        await library.db.session.query(
            Author.name,
            Book.query.filter(Book.author_id == Author.id).with_entities(func.count(Book.id)).label("n"),
        )
        .order_by(Author.id)
        .all()
    )
    assert [(name, n) for name, n in labelled] == [("ada", 3), ("bob", 1)]
    assert (
        await library.db.session.execute(select(Author).where(Author.id.in_(ids)))
    ).scalar_one().name == "ada"


async def test_joins_grouping_and_having(library: Library) -> None:
    Author, Book = library.Author, library.Book
    rows = await (
        library.db.session.query(Author.name, func.count(Book.id))
        .outerjoin(Book)
        .group_by(Author.name)
        .having(func.count(Book.id) > 1)
        .all()
    )
    assert rows == [("ada", 3)]
    assert titles(await Book.query.join(Author).filter(Author.name == "bob").all()) == ["four"]


async def test_async_iteration_walks_the_results(library: Library) -> None:
    Book = library.Book
    assert [book.title async for book in Book.query.order_by(Book.id)] == ["one", "two!", "three!", "four"]
    assert [book.id async for book in Book.query.order_by(Book.id).yield_per(3)] == [1, 2, 3, 4]
    async for book in Book.query.order_by(Book.id).yield_per(1):
        assert book.id == 1
        break
    assert await Book.query.count() == 4


async def test_a_slice_is_a_query_and_an_item_is_awaited(library: Library) -> None:
    query = library.Book.query.order_by(library.Book.id)
    assert titles(await query[1:3].all()) == ["two!", "three!"]
    assert titles([book async for book in query[2:]]) == ["three!", "four"]
    assert titles(await query[:1].all()) == ["one"]
    assert len(await query[:].all()) == 4
    assert (await query.item(3)).title == "four"
    with pytest.raises(IndexError):
        await query.item(4)


async def test_a_slice_from_the_end_reads_everything(library: Library) -> None:
    query = library.Book.query.order_by(library.Book.id)
    assert titles(await query[-2:].all()) == ["three!", "four"]
    assert titles([book async for book in query[-3:-1]]) == ["two!", "three!"]
    assert titles(await query[::2].all()) == ["one", "three!"]
    assert (await query[-2:].item(0)).title == "three!"
    assert (await query.item(-1)).title == "four"
    with pytest.raises(IndexError):
        await query.item(-5)


async def test_reading_a_query_synchronously_says_what_to_write(library: Library) -> None:
    with pytest.raises(NotAwaitedError, match="async for"):
        list(library.Book.query)
    with pytest.raises(NotAwaitedError, match=r"await query\.item\(0\)"):
        library.Book.query[0]
    assert not hasattr(library.Book.query, "__await__")


async def test_reading_a_query_synchronously_works_in_the_bridge(library: Library) -> None:
    async def view() -> Any:
        query = library.Book.query.order_by(library.Book.id)
        return titles(query), query[1].title, titles(query[2:]), [book.id for book in query.yield_per(1)]

    assert await drive(view()) == (
        ["one", "two!", "three!", "four"],
        "two!",
        ["three!", "four"],
        [1, 2, 3, 4],
    )


async def test_the_sync_face_is_sqlalchemys_own(library: Library) -> None:
    def work(session: Any) -> Any:
        query = library.Author.query
        assert query.sync.first().name == "ada"
        assert query.sync.filter_by(name="bob").one().name == "bob"
        return query.sync.count(), [author.name for author in query.sync]

    assert await library.db.session.run_sync(work) == (2, ["ada", "bob"])


async def test_a_query_class_of_ones_own(library: Library) -> None:
    Book = library.Book
    assert BaseQuery is Query is AsyncQuery
    assert titles(await Book.query.loud().order_by(Book.id).all()) == ["two!", "three!"]
    assert (await Book.query.filter_by(author_id=1).loudest()).title == "two!"


async def test_a_query_takes_an_awaited_session(library: Library) -> None:
    session = library.db.session
    for given in (session(), session, session().sync_session):
        assert await Query(library.Author, session=given).count() == 2
        assert await Query(library.Author).with_session(given).count() == 2


async def test_the_session_makes_queries_of_columns(library: Library) -> None:
    Author, session = library.Author, library.db.session
    assert await session.query(Author.name).order_by(Author.id).all() == [("ada",), ("bob",)]
    assert await session().query(Author, literal(1)).count() == 2
    assert str(session.query(Author.name)).startswith("SELECT author.name")


async def test_a_query_may_stand_for_its_statement(library: Library) -> None:
    session, book = library.db.session, library.Book
    query = session.query(book).order_by(book.id)
    expected = [found.id for found in await query.all()]
    assert [found.id for found in (await session.scalars(query)).all()] == expected
    assert [found.id for found in (await session.execute(query)).scalars()] == expected
    assert (await session.scalar(query)).id == expected[0]
