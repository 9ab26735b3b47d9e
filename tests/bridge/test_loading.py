"""What is not loaded loads, in driven code, by the policy in force."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from jinja2 import Environment
from sqlalchemy import func, select, text
from sqlalchemy.exc import MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from quart_app.bridge import (
    ImplicitLoading,
    ImplicitLoadingError,
    drive,
    implicit_loading,
    implicit_loading_policy,
    implicit_loads,
    install,
    record_implicit_load,
    wait,
)

from .shelf import Author, Book, shelf

Runs = Callable[[Coroutine[Any, Any, Any]], Any]
Test = Callable[[AsyncSession], Coroutine[Any, Any, None]]


@pytest.fixture
def in_session(undriven: Runs, database: str) -> Callable[[Test], None]:
    """Run a test in driven code with a session on a filled database."""

    def run(test: Test) -> None:
        async def main() -> None:
            install()
            async with shelf(database) as engine, AsyncSession(engine) as session:
                await test(session)

        undriven(drive(main()))

    return run


async def an_author(session: AsyncSession) -> Author:
    return (await session.scalars(select(Author).where(Author.name == "Le Guin"))).one()


def test_without_the_bridge_it_does_not_load(undriven: Runs, postgres_url: str) -> None:
    async def main() -> None:
        async with (
            shelf(postgres_url.replace("postgresql:", "postgresql+asyncpg:")) as engine,
            AsyncSession(engine) as session,
        ):
            author = await an_author(session)
            with pytest.raises(MissingGreenlet):
                _ = author.books

    undriven(main())


def test_relationships_deferred_and_expired_columns_load(in_session: Callable[[Test], None]) -> None:
    async def test(session: AsyncSession) -> None:
        author = await an_author(session)
        assert [book.title for book in author.books] == ["Le Guin 1", "Le Guin 2"]
        assert author.books[0].author is author
        assert author.story is None
        await session.commit()
        assert author.name == "Le Guin"
        session.expire(author)
        assert len(author) == 2
        assert author.titles == ["Le Guin 1", "Le Guin 2"]

    in_session(test)


def test_awaited_and_implicit_work_share_a_transaction(in_session: Callable[[Test], None]) -> None:
    async def test(session: AsyncSession) -> None:
        author = await an_author(session)
        session.add(Book(title="new", author_id=author.id))
        await session.flush()
        assert author.titles[-1] == "new"
        await session.rollback()
        assert len(author.titles) == 2

    in_session(test)


def test_a_synchronous_session_and_connection_work(in_session: Callable[[Test], None]) -> None:
    async def test(session: AsyncSession) -> None:
        assert session.sync_session.scalar(select(func.count(Book.id))) == 4
        assert session.sync_session.connection().execute(text("SELECT 1")).scalar() == 1
        session.sync_session.add(Book(title="late", author_id=1))
        session.sync_session.commit()
        assert session.sync_session.query(Book).count() == 5

    in_session(test)


def test_a_template_loads(in_session: Callable[[Test], None]) -> None:
    template = "{% for b in author.books %}{{ b.title }} by {{ b.author.name }};{% endfor %}"

    async def test(session: AsyncSession) -> None:
        author = await an_author(session)
        assert (
            await Environment(enable_async=True, autoescape=True)
            .from_string(template)
            .render_async(author=author)
        ) == "Le Guin 1 by Le Guin;Le Guin 2 by Le Guin;"

    in_session(test)


def test_fifty_tasks_load_at_the_same_time(undriven: Runs, database: str) -> None:
    async def one(engine: Any, number: int) -> list[str]:
        async with AsyncSession(engine) as session:
            author = await session.get_one(Author, 1 + number % 2)
            titles = author.titles
            await asyncio.sleep(0)
            await session.rollback()
            assert titles == author.titles
            return titles

    async def main() -> None:
        install()
        async with shelf(database, pool_size=10) as engine:
            results = await asyncio.gather(*[one(engine, number) for number in range(50)])
        for number, titles in enumerate(results):
            assert titles == ([["Le Guin 1", "Le Guin 2"], ["Lem 1", "Lem 2"]][number % 2])

    undriven(drive(main()))


def test_others_run_while_something_loads(undriven: Runs, postgres_url: str) -> None:
    async def main() -> None:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        async with shelf(postgres_url.replace("postgresql:", "postgresql+asyncpg:")) as engine:
            ticking = asyncio.create_task(tick())
            async with AsyncSession(engine) as session:
                session.sync_session.execute(text("SELECT pg_sleep(0.2)"))
            ticking.cancel()
        assert ticks >= 5

    undriven(drive(main()))


def test_a_load_warns_once_per_place_with_the_way_to_do_without(
    in_session: Callable[[Test], None], caplog: pytest.LogCaptureFixture
) -> None:
    async def test(session: AsyncSession) -> None:
        author = await an_author(session)
        for _ in range(3):
            session.expire(author, ["books"])
            _ = author.books
        book = (await session.scalars(select(Book).where(Book.author_id == 2))).first()
        assert book is not None
        assert book.author.name == "Lem"
        assert author.story is None
        await session.commit()
        assert author.name

    with caplog.at_level(logging.WARNING, "quart_app.bridge"):
        in_session(test)
    said = [record.getMessage() for record in caplog.records if record.name == "quart_app.bridge"]
    assert len(said) == 4
    assert "Author.books" in said[0]
    assert "test_loading.py:" in said[0]
    assert "selectinload(Author.books)" in said[0]
    assert "awaitable_attrs.books" in said[0]
    assert "joinedload(Book.author)" in said[1]
    assert "undefer(Author.story)" in said[2]
    assert "Author.name" in said[3]
    assert "expire_on_commit=False" in said[3]


def test_eager_and_awaited_loads_are_not_implicit(in_session: Callable[[Test], None]) -> None:
    async def test(session: AsyncSession) -> None:
        with implicit_loading("raise"), implicit_loads() as loads:
            author = (await session.scalars(select(Author).options(selectinload(Author.books)))).first()
            assert author is not None
            assert len(author.books) == 2
            await session.refresh(author, ["story"])
            assert author.story is None
            await session.commit()
            await session.refresh(author)
            assert await author_name(author) == "Le Guin"
        assert loads.count == 0
        assert not loads

    async def author_name(author: Author) -> str:
        return author.name

    in_session(test)


def test_raise_names_attribute_place_and_fix(in_session: Callable[[Test], None]) -> None:
    async def test(session: AsyncSession) -> None:
        author = await an_author(session)
        with implicit_loading("raise"):
            with pytest.raises(ImplicitLoadingError) as caught:
                _ = author.books
            assert "Author.books" in str(caught.value)
            assert "test_loading.py:" in str(caught.value)
            assert "selectinload(Author.books)" in str(caught.value)
            with pytest.raises(RuntimeError):
                hasattr(author, "story")
            with pytest.raises(ImplicitLoadingError, match="synchronous query"):
                session.sync_session.execute(select(Book))
            with pytest.raises(ImplicitLoadingError, match="synchronous SQLAlchemy statement"):
                (await session.connection()).sync_connection.execute(text("SELECT 1"))  # type: ignore[union-attr]
        assert len(author.books) == 2

    in_session(test)


def test_raise_surfaces_in_a_template_which_prints_nothing_for_an_attribute_error(
    in_session: Callable[[Test], None],
) -> None:
    async def test(session: AsyncSession) -> None:
        author = await an_author(session)
        template = Environment(enable_async=True, autoescape=True).from_string(
            "line one\n{% if author.books %}books{% endif %}"
        )
        with implicit_loading("raise"), pytest.raises(ImplicitLoadingError, match=r"<template>:2\b"):
            await template.render_async(author=author)

    in_session(test)


def test_raise_leaves_explicit_waits_and_the_end_of_a_session_alone(
    in_session: Callable[[Test], None],
) -> None:
    async def test(session: AsyncSession) -> None:
        with implicit_loading("raise"):
            author = await an_author(session)
            assert len(wait(author.awaitable_attrs.books)) == 2
            session.sync_session.rollback()
            session.sync_session.close()

    in_session(test)


def test_loads_are_counted_in_every_open_block(in_session: Callable[[Test], None]) -> None:
    async def test(session: AsyncSession) -> None:
        with implicit_loads() as outer:
            author = await an_author(session)
            with implicit_loads() as inner:
                _ = author.books
            _ = author.story
            await asyncio.create_task(expire_and_load(session, author))
        assert (outer.count, inner.count) == (3, 1)
        assert sum(outer.kinds.values()) == 3
        assert [kind.what for kind in inner.kinds] == ["Author.books"]

    async def expire_and_load(session: AsyncSession, author: Author) -> None:
        session.expire(author)
        _ = author.name

    in_session(test)


def test_a_load_of_several_waits_is_one_load(in_session: Callable[[Test], None]) -> None:
    async def test(session: AsyncSession) -> None:
        with implicit_loads() as loads:
            for author in session.sync_session.scalars(select(Author)).all():
                _ = author.books
        assert loads.count == 3

    in_session(test)


def test_allow_counts_and_says_nothing(
    in_session: Callable[[Test], None], caplog: pytest.LogCaptureFixture
) -> None:
    async def test(session: AsyncSession) -> None:
        with implicit_loading(ImplicitLoading.ALLOW), implicit_loads() as loads:
            _ = (await an_author(session)).books
        assert loads.count == 1

    in_session(test)
    assert not [record for record in caplog.records if record.name == "quart_app.bridge"]


def test_the_policy_is_warn_where_nobody_chose() -> None:
    assert implicit_loading_policy() is ImplicitLoading.WARN
    with implicit_loading("raise"):
        assert implicit_loading_policy() is ImplicitLoading.RAISE
    with pytest.raises(ValueError, match="loud"), implicit_loading("loud"):
        pass


def test_others_can_record_a_load(caplog: pytest.LogCaptureFixture) -> None:
    with implicit_loads() as loads:
        record_implicit_load("Thing.parts", "Await it.")
    assert loads.count == 1
    assert "Thing.parts at " in caplog.text
    assert "test_loading.py" in caplog.text
    with implicit_loading("raise"), pytest.raises(ImplicitLoadingError, match="Await it"):
        record_implicit_load("Thing.parts", "Await it.")
