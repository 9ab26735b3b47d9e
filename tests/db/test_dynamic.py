# mypy: disable-error-code="misc, name-defined, arg-type, unused-ignore"
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import quart
from sqlalchemy import Column, ForeignKey, Integer, String, orm
from sqlalchemy.orm import DeclarativeBase, DynamicMapped, Mapped, mapped_column

from quart_app.db import Query, SQLAlchemy, plain
from quart_app.db.dynamic import AsyncAppenderQuery

from .library import MEMORY, Library, LoudQuery, opened


@pytest.fixture
async def library(database: str) -> AsyncIterator[Library]:
    async with opened(Library(database)) as library:
        yield library


async def test_a_dynamic_collection_is_an_awaited_query(library: Library) -> None:
    ada = await library.Author.query.get(1)
    assert [book.title for book in await ada.books.all()] == ["one", "two!", "three!"]
    assert await ada.books.count() == 3
    assert await ada.books.filter_by(title="one").count() == 1
    assert (await ada.books.order_by(None).order_by(library.Book.title).first()).title == "one"
    assert (await ada.books.item(1)).title == "two!"
    assert [book.title async for book in ada.books] == ["one", "two!", "three!"]
    assert [book.title async for book in ada.books.filter_by(title="one")] == ["one"]
    assert [book.title for book in await ada.books[1:].all()] == ["two!", "three!"]
    page = await ada.books.paginate(page=2, per_page=2)
    assert ([book.title for book in page.items], page.total) == (["three!"], 3)


async def test_a_dynamic_collection_appends_and_removes(library: Library) -> None:
    Author, Book = library.Author, library.Book
    bob = await Author.query.filter_by(name="bob").one()
    bob.books.append(Book(title="five"))
    bob.books.add(Book(title="six"))
    bob.books.add_all([Book(title="seven")])
    assert await bob.books.count() == 4
    bob.books.remove(await bob.books.filter_by(title="four").one())
    await library.db.session.commit()
    assert [book.title for book in await bob.books.all()] == ["five", "six", "seven"]
    assert (await Book.query.filter_by(title="four").one()).author_id is None


async def test_the_collection_of_an_object_that_is_not_saved_is_what_was_added(library: Library) -> None:
    author = library.Author(name="zoe")
    book = library.Book(title="new")
    author.books.append(book)
    assert await author.books.count() == 1
    assert await author.books.all() == [book]
    assert await author.books.item(0) is book


async def test_a_backref_is_dynamic_too(library: Library) -> None:
    tag = await library.Tag.query.first()
    assert isinstance(tag.books, AsyncAppenderQuery)
    assert [book.title for book in await tag.books.all()] == ["one"]


async def test_queries_from_the_collection_are_of_the_databases_class() -> None:
    library = Library(MEMORY, query_class=LoudQuery)
    async with opened(library):
        ada = await library.Author.query.get(1)
        assert isinstance(ada.books, LoudQuery)
        assert type(ada.books.filter_by(title="one")) is LoudQuery
        assert (await ada.books.filter_by(author_id=1).loudest()).title == "two!"
        assert await ada.books.count() == 3


async def test_sqlalchemys_own_relationship_in_a_model_is_awaited_as_well() -> None:
    class Base(DeclarativeBase):
        pass

    db = SQLAlchemy(model_class=Base)

    class Shelf(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        items: DynamicMapped[Item] = orm.relationship(backref=orm.backref("shelf", lazy="selectin"))
        others: Mapped[list[Other]] = orm.relationship(backref=orm.backref("shelves", lazy="dynamic"))
        other_id: Mapped[int | None] = mapped_column(ForeignKey("other.id"))

    class Item(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"))

    class Other(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)

    Base.registry._class_registry.update(Item=Item, Other=Other)
    Base.registry.configure()
    app = quart.Quart(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = MEMORY
    db.init_app(app)
    async with app.app_context():
        await db.create_all()
        shelf = Shelf()
        db.session.add(shelf)
        shelf.items.append(Item())
        await db.session.commit()
        assert await shelf.items.count() == 1


async def test_a_query_class_that_is_not_awaited_is_refused() -> None:
    with pytest.raises(TypeError, match=r"quart_app\.db\.Query"):
        plain.relationship("Book", lazy="dynamic", query_class=orm.Query)


async def test_plain_models_have_dynamic_relationships(database: str) -> None:
    Base: Any = orm.declarative_base()

    class Owner(Base):
        __tablename__ = "owner"
        id = Column(Integer, primary_key=True)
        pets = plain.relationship("Pet", lazy="dynamic", backref=plain.backref("owner"))
        toys = plain.dynamic_loader("Toy")

    class Pet(Base):
        __tablename__ = "pet"
        id = Column(Integer, primary_key=True)
        name = Column(String(9))
        owner_id: Column[int] = Column(ForeignKey("owner.id"))

    class Toy(Base):
        __tablename__ = "toy"
        id = Column(Integer, primary_key=True)
        owner_id: Column[int] = Column(ForeignKey("owner.id"))

    engine = plain.create_engine(database)
    await plain.create_all(Base.metadata, engine)
    async with plain.Session(engine) as session:
        owner = Owner()
        session.add(owner)
        owner.pets.append(Pet(name="x"))
        owner.toys.append(Toy())
        await session.commit()
        assert (await owner.pets.filter_by(name="x").one()).name == "x"
        assert await owner.toys.count() == 1
        pets: Any = owner.pets
        assert isinstance(pets, Query)
    await plain.drop_all(Base.metadata, engine)
    await engine.dispose()
