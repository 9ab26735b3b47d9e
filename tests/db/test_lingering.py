"""Objects of a session that was closed in the middle of a request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.orm.exc import DetachedInstanceError

from quart_app import Quart
from quart_app.bridge import drive
from quart_app.db.lingering import async_sessionmaker


class Base(DeclarativeBase):
    pass


class Reader(Base):
    __tablename__ = "readers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list[Book]] = relationship()


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    reader_id: Mapped[int] = mapped_column(ForeignKey("readers.id"))


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'linger.db'}")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add(Reader(id=1, name="Rita", books=[Book(title="Emma")]))
        await session.commit()
    yield engine
    await engine.dispose()


async def test_a_late_attribute_loads_and_the_connection_was_given_back(engine: AsyncEngine) -> None:
    make = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
    app = Quart(__name__)
    app.config["IMPLICIT_LOADING"] = "allow"

    async def titles() -> list[str]:
        async with app.app_context():
            async with make() as session:
                reader = await session.get(Reader, 1)
            assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
            return [book.title for book in reader.books]

    assert await drive(titles()) == ["Emma"]
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_what_was_not_committed_is_rolled_back(engine: AsyncEngine) -> None:
    make = async_sessionmaker(engine)
    app = Quart(__name__)
    async with app.app_context():
        async with make() as session:
            session.add(Reader(id=2, name="Nobody"))
            await session.flush()
        async with make() as other:
            assert await other.get(Reader, 2) is None


async def test_after_the_context_the_objects_are_detached(engine: AsyncEngine) -> None:
    make = async_sessionmaker(engine)
    app = Quart(__name__)
    async with app.app_context(), make() as session:
        reader = await session.get(Reader, 1)
    with pytest.raises(DetachedInstanceError):
        _ = reader.books


async def test_outside_a_context_a_session_closes_at_once(engine: AsyncEngine) -> None:
    async with async_sessionmaker(engine)() as session:
        reader = await session.get(Reader, 1)
    with pytest.raises(DetachedInstanceError):
        _ = reader.books
