"""An object's dictionary after a commit."""

from __future__ import annotations

import pytest
from sqlalchemy import orm

from quart_app.db import plain
from quart_app.db.expired import loaded


class Base(orm.DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "expired_person"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str]
    town: orm.Mapped[str]


async def test_what_a_commit_expired_is_loaded_and_nothing_else(database: str) -> None:
    engine = plain.create_engine(database)
    await plain.drop_all(Base.metadata, engine)
    await plain.create_all(Base.metadata, engine)
    session = plain.sessionmaker(bind=engine)()
    person = Person(name="ada", town="London")
    assert vars(await loaded(person))["name"] == "ada"
    session.add(person)
    await session.commit()
    number = person.id
    assert "name" not in vars(person)
    held = vars(await loaded(person))
    assert (held["id"], held["name"], held["town"]) == (number, "ada", "London")
    person.town = "Turin"
    assert (await loaded(person)).town == "Turin"
    await session.delete(person)
    await session.commit()
    assert vars(await loaded(person))["name"] == "ada"
    await session.close()
    await engine.dispose()


@pytest.mark.parametrize("thing", [None, 1, "text", Person, {"name": "ada"}])
async def test_what_is_no_object_of_a_model_is_given_back(thing: object) -> None:
    assert await loaded(thing) is thing
