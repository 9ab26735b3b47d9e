"""Models that only a call or the mapping tells: a query class's own methods, and every mapped class."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

LIVING = """
class Living(db.Query):
    def living(self, ident):
        item = self.get(ident)
        return item if item and item.alive else None
class Tree(db.Model):
    query_class = Living
    id = db.Column(db.Integer, primary_key=True)
    leaves = db.relationship("Leaf", lazy="dynamic")
class Leaf(db.Model):
    query_class = Living
    id = db.Column(db.Integer, primary_key=True)
"""


def test_a_query_class_s_own_method_gives_what_the_query_is_of() -> None:
    text = after(
        LIVING + "def count(ident):\n    tree = Tree.query.living(ident)\n    return tree.leaves.count()\n"
    )
    assert "tree = await Tree.query.living(ident)" in text
    assert "return await tree.leaves.count()" in text


def test_it_gives_nothing_of_another_model() -> None:
    text = after(
        LIVING + "def count(ident):\n    leaf = Leaf.query.living(ident)\n    return leaf.leaves.count()\n"
    )
    assert "return await maybe_await(leaf.leaves.count())" in text


ROWS = """
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.model import Model
from flask_sqlalchemy.query import Query
class Rows(Query):
    def has_rows(self):
        return self.limit(1).count() > 0
    def _column(self):
        return 1
class Base(Model):
    {annotation}
class Store(SQLAlchemy):
    pass
store = Store(model_class=Base, query_class=Rows)
class Room(store.Model):
    id = store.Column(store.Integer, primary_key=True)
    bookings = store.relationship("Booking", lazy="dynamic")
    def may_book(self):
        return not self.bookings.filter_by(open=True).has_rows()
class Booking(store.Model):
    id = store.Column(store.Integer, primary_key=True)
    room_id = store.Column(store.ForeignKey("room.id"))
"""


@pytest.mark.parametrize("annotation", ["pass", "query: Rows", "query: 'Rows'\n    query_class = Rows"])
def test_the_query_class_of_an_extension_object_is_that_of_its_relationships(annotation: str) -> None:
    text = after(
        ROWS.format(annotation=annotation)
        + "def free(allowed):\n    rooms = Room.query.filter_by(id=allowed)\n"
        + "    return [room for room in rooms if room.may_book()], any(room.may_book() for room in rooms)\n"
        + "def count():\n    return Room.query.has_rows(), Room.query._column()\n"
    )
    assert "return not await self.bookings.filter_by(open=True).has_rows()" in text
    assert "[room async for room in rooms if await room.may_book()]" in text
    assert "return await Room.query.has_rows(), Room.query._column()" in text


def test_a_mapper_s_class_may_be_any_model() -> None:
    text = after(
        "def find(table, ident):\n"
        "    for mapper in db.Model.registry.mappers:\n"
        "        if mapper.class_.__tablename__ == table:\n"
        "            return mapper.class_.query.get(ident)\n"
    )
    assert "return await mapper.class_.query.get(ident)" in text


def test_a_query_class_may_derive_from_the_one_that_models_have() -> None:
    text = after(
        LIVING.replace("db.Query", "db.Model.query_class")
        + "def count(ident):\n    return Tree.query.filter_by(id=ident).count()\n"
    )
    assert "return await Tree.query.filter_by(id=ident).count()" in text
