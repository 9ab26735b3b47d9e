"""A small database of authors and books, for tests that load without ``await``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.pool import Pool, QueuePool

DATABASES = ("sqlite", "postgresql")
LOOPS = ("asyncio", "uvloop") if find_spec("uvloop") else ("asyncio",)


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "bridge_author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    story: Mapped[str | None] = mapped_column(deferred=True)
    books: Mapped[list[Book]] = relationship(back_populates="author", order_by="Book.id")

    def __len__(self) -> int:
        return len(self.books)

    @property
    def titles(self) -> list[str]:
        return [book.title for book in self.books]


class Book(Base):
    __tablename__ = "bridge_book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey(Author.id))
    author: Mapped[Author] = relationship(back_populates="books")


@asynccontextmanager
async def shelf(url: str, *, pool_size: int = 5) -> AsyncIterator[AsyncEngine]:
    """Two authors with two books each, in new tables."""
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        for name in ("Le Guin", "Lem"):
            session.add(Author(name=name, books=[Book(title=f"{name} 1"), Book(title=f"{name} 2")]))
        await session.commit()
    try:
        yield engine
        assert checked_out(engine.pool) == 0
    finally:
        if engine.dialect.name == "postgresql":
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.drop_all)
        await engine.dispose()


def checked_out(pool: Pool) -> int:
    assert isinstance(pool, QueuePool)
    return pool.checkedout()
