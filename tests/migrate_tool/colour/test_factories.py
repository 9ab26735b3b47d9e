"""factory_boy: what a factory class makes has the methods of its model."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

FACTORIES = """
from factory.alchemy import SQLAlchemyModelFactory
class Saved(User):
    def save(self):
        db.session.add(self)
        db.session.commit()
        return self
class Base(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session = db.session
class SavedFactory(Base):
    class Meta:
        model = Saved
class AdminFactory(SavedFactory):
    name = "admin"
class OwnFactory:
    class Meta:
        model = Saved
    def save(self):
        return 1
"""


@pytest.mark.parametrize(
    ("before", "migrated"),
    [
        ("SavedFactory(name='a').save()", "await SavedFactory(name='a').save()"),
        ("AdminFactory().save()", "await AdminFactory().save()"),
        ("SavedFactory.create().save()", "await SavedFactory.create().save()"),
        (
            "[u.save() for u in SavedFactory.create_batch(2)]",
            "[await u.save() for u in SavedFactory.create_batch(2)]",
        ),
        ("OwnFactory().save()", "OwnFactory().save()"),
    ],
)
def test_an_object_of_the_model_is_made(before: str, migrated: str) -> None:
    assert (
        after(FACTORIES + f"def f():\n    return {before}\n").partition("return ")[2].rpartition("return ")[2]
        == migrated
    )


def test_the_base_waits_for_the_session() -> None:
    assert "from quart_app.testing.factories import SQLAlchemyModelFactory\n" in after(FACTORIES)


def test_a_type_variable_stands_for_its_bound() -> None:
    text = after(
        "from typing import TypeVar, Type\n"
        "T = TypeVar('T', bound='Row')\n"
        "class Row:\n"
        "    def save(self):\n"
        "        db.session.commit()\n"
        "def store(row: T, kind: Type[T]) -> T:\n"
        "    kind().save()\n"
        "    row.save()\n"
        "    return row\n"
        "def outside(x):\n"
        "    store(x, x).save()\n"
    )
    assert "    await kind().save()\n    await row.save()\n" in text
    assert "await (await store(x, x)).save()" in text
