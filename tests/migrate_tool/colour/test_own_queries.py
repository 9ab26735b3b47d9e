"""Models that only a call or the mapping tells: a query class's own methods, and every mapped class."""

from __future__ import annotations

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
    assert "return leaf.leaves.count()" in text


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
