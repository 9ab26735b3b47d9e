"""Tables and models that the database describes, with an awaited engine where SQLAlchemy asks without awaiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.automap import automap_base

from quart_app.bridge import NotInBridgeError, drive
from quart_app.db.plain import Session, create_engine, mapper

METADATA = sa.MetaData()
AUTHOR = sa.Table(
    "reflected_author",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(20)),
)
sa.Table(
    "reflected_book",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("author_id", sa.ForeignKey("reflected_author.id")),
)


@pytest.fixture
def described(stored: str) -> Iterator[str]:
    """The URL of a database with authors, and books that refer to them; others may have tables there too."""

    async def make(first: Callable[..., None], *rest: Callable[..., None]) -> None:
        engine = create_engine(stored)
        async with engine.begin() as connection:
            for action in (first, *rest):
                await connection.run_sync(action)
            if rest:
                await connection.execute(AUTHOR.insert().values(id=1, name="ada"))
        await engine.dispose()

    asyncio.run(make(METADATA.drop_all, METADATA.create_all))
    yield stored
    asyncio.run(make(METADATA.drop_all))


def described_by(url: str) -> Any:
    """An engine; SQLAlchemy's annotations know only the synchronous one where tables are reflected."""
    return create_engine(url)


def test_a_table_of_a_module(described: str) -> None:
    metadata = sa.MetaData()
    book = sa.Table("reflected_book", metadata, autoload_with=described_by(described))
    assert set(book.columns.keys()) == {"id", "author_id"}
    assert set(metadata.tables) == {"reflected_author", "reflected_book"}  # what it refers to came with it


def test_all_tables_of_a_module(described: str) -> None:
    metadata = sa.MetaData()
    metadata.reflect(described_by(described), only=lambda name, _: name.startswith("reflected_"))
    assert set(metadata.tables) == {"reflected_author", "reflected_book"}


def test_automap_makes_models_with_relationships(described: str) -> None:
    engine = described_by(described)
    # Only our own tables: automap maps all it finds, and what other tests have left it could not.
    metadata = sa.MetaData()
    metadata.reflect(engine, only=lambda name, _: name.startswith("reflected_"))
    base = automap_base(metadata=metadata)
    base.prepare()

    async def ask() -> list[str]:
        async with Session(engine) as session:
            session.add(base.classes.reflected_book(id=7, author_id=1))
            await session.commit()
            rows = await session.execute(
                sa.select(base.classes.reflected_book).options(
                    orm.joinedload(base.classes.reflected_book.reflected_author)
                )
            )
            names = [book.reflected_author.name for book in rows.scalars()]
        await engine.dispose()
        return names

    assert asyncio.run(ask()) == ["ada"]


async def test_a_coroutine_that_is_driven_may_ask(described: str) -> None:
    engine = described_by(described)

    async def ask() -> set[str]:
        return set(sa.Table("reflected_author", sa.MetaData(), autoload_with=engine).columns.keys())

    assert await drive(ask()) == {"id", "name"}
    await engine.dispose()


async def test_a_coroutine_that_is_not_driven_is_told_so(described: str) -> None:
    with pytest.raises(NotInBridgeError):
        sa.Table("reflected_author", sa.MetaData(), autoload_with=described_by(described))


def test_a_table_that_is_not_there(described: str) -> None:
    with pytest.raises(sa.exc.NoSuchTableError):
        sa.Table("nowhere", sa.MetaData(), autoload_with=described_by(described))


def test_classical_mappings_of_one_metadata_know_each_other_by_name() -> None:
    class Shelf:
        pass

    class Volume:
        pass

    metadata = sa.MetaData()
    shelf = sa.Table("shelf", metadata, sa.Column("id", sa.Integer, primary_key=True))
    reference: Any = sa.Column("shelf_id", sa.ForeignKey("shelf.id"))
    volume = sa.Table("volume", metadata, sa.Column("id", sa.Integer, primary_key=True), reference)
    mapper(Volume, volume, properties={"shelf": orm.relationship("Shelf")})
    mapper(Shelf, shelf)
    orm.configure_mappers()
    assert Volume.shelf.property.entity.class_ is Shelf  # type: ignore[attr-defined]
