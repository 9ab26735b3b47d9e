"""Objects that follow their relatives into the session, where that is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from quart import Quart
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import Session, declarative_base, relationship

from quart_app.db import SQLAlchemy
from quart_app.db.backrefs import cascade_backrefs


def models(lazy: str, **options: Any) -> tuple[SQLAlchemy, Any, Any]:
    db = SQLAlchemy(**options)

    class Person(db.Model):  # type: ignore[name-defined, misc]
        id = db.Column(db.Integer, primary_key=True)

    class Item(db.Model):  # type: ignore[name-defined, misc]
        id = db.Column(db.Integer, primary_key=True)
        person_id = db.Column(db.ForeignKey("person.id"))
        person = db.relationship(Person, backref=db.backref("items", lazy=lazy))

    app = Quart(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    db.app = app
    return db, Person, Item


@pytest.mark.parametrize("lazy", ["select", "dynamic"])
async def test_an_object_follows_where_that_is_asked_for(lazy: str) -> None:
    db, Person, Item = models(lazy, cascade_backrefs=True)
    async with db.get_app().app_context():
        await db.create_all()
        person = Person()
        db.session.add(person)
        item = Item(person=person)
        assert item in db.session
        await db.session.commit()
        assert await Item.query.count() == 1


async def test_the_other_side_follows_too() -> None:
    db, Person, Item = models("select", cascade_backrefs=True)
    async with db.get_app().app_context():
        await db.create_all()
        item = Item()
        db.session.add(item)
        person = Person()
        person.items.append(item)
        assert person in db.session


async def test_nothing_follows_into_no_session_or_unasked() -> None:
    _, Person, Item = models("select", cascade_backrefs=True)
    person = Person()
    assert Item(person=person) in person.items

    db, Person, Item = models("select")
    async with db.get_app().app_context():
        await db.create_all()
        person = Person()
        db.session.add(person)
        item = Item(person=person)
        assert item not in db.session
        with pytest.warns(match="not in session"):
            await db.session.commit()


async def test_models_outside_of_the_extension_follow_too() -> None:
    Base: Any = declarative_base()
    cascade_backrefs(Base)

    class Parent(Base):  # type: ignore[misc]
        __tablename__ = "parent"
        id = Column(Integer, primary_key=True)
        children = relationship("Child", back_populates="parent")

    class Child(Base):  # type: ignore[misc]
        __tablename__ = "child"
        id = Column(Integer, primary_key=True)
        parent_id: Any = Column(ForeignKey("parent.id"))
        parent = relationship("Parent", back_populates="children")

    session = Session()
    parent = Parent()
    session.add(parent)
    child = Child()
    child.parent = parent
    assert child in session
    child.parent = None
    session.close()
