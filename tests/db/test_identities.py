"""A commit expires what objects hold, but not who they are."""

from __future__ import annotations

import enum
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from quart_app.bridge import drive, implicit_loads
from quart_app.db import plain


class Kind(enum.Enum):
    NOUN = "n"


class Base(orm.DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    number: orm.Mapped[int] = orm.mapped_column("no", primary_key=True)
    name: orm.Mapped[str]


class Child(Person):
    __tablename__ = "child"
    number: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("person.no"), primary_key=True)
    toy: orm.Mapped[str]


class Word(Base):
    __tablename__ = "word"
    text: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    place: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    code: orm.Mapped[str] = orm.mapped_column(sa.CHAR(2), primary_key=True)
    kind: orm.Mapped[Kind] = orm.mapped_column(primary_key=True)


async def committed(database: str, thing: Any, ending: str = "commit") -> tuple[Any, Any]:
    engine = plain.create_engine(database)
    await plain.drop_all(Base.metadata, engine)
    await plain.create_all(Base.metadata, engine)
    session = plain.sessionmaker(bind=engine)()
    session.add(thing)
    await session.commit()
    if ending == "rollback":
        thing.name = "other"
        await session.flush()
        await session.rollback()
    return engine, session


@pytest.mark.parametrize("ending", ["commit", "rollback"])
@pytest.mark.parametrize(
    ("make", "changed"), [(lambda: Person(name="ada"), "name"), (lambda: Child(name="ada", toy="car"), "toy")]
)
async def test_the_key_is_read_without_a_statement(
    database: str, make: Any, changed: str, ending: str
) -> None:
    thing = make()
    engine, session = await committed(database, thing, ending)

    async def reads() -> None:
        with implicit_loads() as loads:
            assert thing.number == 1
            assert loads.count == 0
            assert thing.name == "ada"  # expired, as before
            assert loads.count >= 1

    await drive(reads())
    setattr(thing, changed, "new")
    await session.commit()
    await session.refresh(thing)
    assert getattr(thing, changed) == "new"
    await session.close()
    await engine.dispose()


async def test_what_others_changed_is_read_anew(stored: str) -> None:
    person = Person(name="ada")
    engine, session = await committed(stored, person)
    async with engine.begin() as connection:
        await connection.execute(sa.update(Person).values(name="bob"))
    assert person.number == 1
    await session.refresh(person)
    assert (person.number, person.name) == (1, "bob")
    await session.close()
    await engine.dispose()


@pytest.mark.parametrize("code", ["ab", "a"])
async def test_keys_that_the_database_may_change_are_read_anew(database: str, code: str) -> None:
    word = Word(text="a", place=3, code=code, kind=Kind.NOUN)
    engine, session = await committed(database, word)
    assert (word.place, word.text) == (3, "a")
    assert not {"code", "kind"} & sa.inspect(word).dict.keys()
    await session.close()
    await engine.dispose()


async def test_a_key_may_be_changed(database: str) -> None:
    person = Person(name="ada")
    engine, session = await committed(database, person)
    person.number = 7
    await session.commit()
    assert person.number == 7
    assert await session.get(Person, 7) is person
    assert await session.get(Person, 1) is None
    await session.close()
    await engine.dispose()
