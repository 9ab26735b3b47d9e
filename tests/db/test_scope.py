from __future__ import annotations

import asyncio
import contextvars
import gc

import pytest
import quart
from sqlalchemy import text

from quart_app.db import AsyncSession, plain
from quart_app.db.scope import own_sessions

from .library import Library, opened


async def test_there_is_one_session_for_an_application_context(stored_library: Library) -> None:
    library = stored_library
    async with library.app.app_context():
        outer = library.db.session()
        assert library.db.session() is outer
        assert await asyncio.create_task(same_session(library)) is outer
        async with library.app.app_context():
            assert library.db.session() is not outer
        assert library.db.session() is outer
    async with library.app.app_context():
        assert library.db.session() is not outer


async def same_session(library: Library) -> AsyncSession:
    return library.db.session()


async def test_outside_a_context_an_unbound_database_says_so(stored_library: Library) -> None:
    library = stored_library
    with pytest.raises(RuntimeError, match="app context"):
        await library.Author.query.all()
    with pytest.raises(RuntimeError, match="app context"):
        _ = library.db.engine


async def test_a_session_scope_is_a_session_of_its_own(stored_library: Library) -> None:
    library = stored_library
    async with library.app.app_context():
        outer = library.db.session()
        async with library.db.session_scope() as session:
            assert library.db.session() is session is not outer
            session.add(library.Author(name="kept"))
            await library.db.session.commit()
            async with library.db.session_scope() as inner:
                assert library.db.session() is inner is not session
            assert library.db.session() is session
            async with library.app.app_context():
                assert library.db.session() not in (outer, session)
        assert library.db.session() is outer
        with pytest.raises(ValueError, match="no"):  # noqa: PT012
            async with library.db.session_scope() as session:
                session.add(library.Author(name="dropped"))
                await session.flush()
                raise ValueError("no")
        assert library.checked_out() == 0
        names = (
            await library.Author.query.with_entities(library.Author.name).order_by(library.Author.id).all()
        )
        assert names == [("ada",), ("bob",), ("kept",)]


async def test_concurrent_scopes_do_not_meet(stored_library: Library) -> None:
    library = stored_library

    async def add(number: int) -> AsyncSession:
        async with library.db.session_scope() as session:
            library.db.session.add(library.Author(name=f"author {number}"))
            await library.db.session.commit()
            return session

    async with library.app.app_context():
        sessions = await asyncio.gather(*(add(number) for number in range(8)))
        assert len(set(map(id, sessions))) == 8
        assert await library.Author.query.count() == 10


async def test_a_task_that_outlives_its_context_has_a_session_of_its_own(stored_library: Library) -> None:
    library = stored_library
    go, seen = asyncio.Event(), []

    async def outlive() -> None:
        await go.wait()
        seen.append(library.db.session())
        await library.Author.query.all()

    async with library.app.app_context():
        seen.append(library.db.session())
        task = asyncio.create_task(outlive())
    go.set()
    await task
    assert seen[0] is not seen[1]
    await settled(library)


async def settled(library: Library) -> None:
    for _ in range(100):
        if library.checked_out() == 0:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("a connection was not given back")


async def test_a_bound_database_works_without_a_context(stored: str) -> None:
    library = Library(stored)
    library.db.app = library.app
    db = library.db
    await db.drop_all()
    await db.create_all()
    db.session.add(library.Author(name="ada"))
    assert await asyncio.create_task(same_session(library)) is db.session()
    await db.session.commit()
    assert await library.Author.query.count() == 1

    async def with_own() -> AsyncSession:
        async with own_sessions():
            await library.Author.query.count()
            return db.session()

    assert await with_own() is not db.session()
    await db.session.remove()
    assert library.checked_out() == 0
    await db.drop_all()


async def test_a_session_is_forgotten_with_its_context(stored_library: Library) -> None:
    library = stored_library
    async with library.app.app_context():
        await library.Author.query.all()
    gc.collect()
    assert len(library.db.session.registry.registry) == 0


async def test_a_scope_function_of_the_applications_own(stored: str) -> None:
    current: contextvars.ContextVar[str] = contextvars.ContextVar("current", default="a")
    library = Library(stored, session_options={"scopefunc": current.get})
    async with opened(library):
        first = library.db.session()
        token = current.set("b")
        assert library.db.session() is not first
        await library.db.session.remove()
        current.reset(token)
        assert library.db.session() is first


async def test_plain_scoped_sessions_are_closed_with_their_context(stored: str) -> None:
    engine = plain.create_engine(stored)
    scoped = plain.scoped_session(plain.sessionmaker(bind=engine, autoflush=False, autocommit=False))
    app = quart.Quart(__name__)
    async with app.app_context():
        session = scoped()
        assert scoped() is session
        assert (await scoped.execute(text("SELECT 1"))).scalar() == 1
        assert engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    async with app.app_context():
        assert scoped() is not session
    await engine.dispose()
