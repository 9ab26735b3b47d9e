# mypy: disable-error-code="misc, name-defined, valid-type, union-attr, unused-ignore"
"""``awaitable_attrs`` of a model, and properties that wait."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

import quart_app
from quart_app.bridge import NotInBridgeError, awaited_property, drive, implicit_loads
from quart_app.db import SQLAlchemy


class Zoo:
    def __init__(self) -> None:
        app = self.app = quart_app.Quart(__name__)
        app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
        db = self.db = SQLAlchemy(app)

        class Cage(db.Model):
            id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
            animals = db.relationship("Animal")

            @awaited_property
            async def others(self) -> int:
                """How many other cages there are."""
                found = await db.session.scalar(sa.select(sa.func.count()).where(Cage.id != self.id))
                assert isinstance(found, int)
                return found

        class Animal(db.Model):
            id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
            cage_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("cage.id"))

        self.Cage: Any = Cage
        self.Animal: Any = Animal


@pytest.fixture
async def zoo() -> AsyncIterator[Zoo]:
    zoo = Zoo()
    async with zoo.app.app_context():
        await zoo.db.create_all()
        zoo.db.session.add_all([zoo.Cage(animals=[zoo.Animal()]), zoo.Cage()])
        await zoo.db.session.commit()
        zoo.db.session.expire_all()
        yield zoo
        await zoo.db.drop_all()
    await zoo.db.dispose()


async def test_a_property_is_awaited_without_the_bridge(zoo: Zoo) -> None:
    cage = await zoo.db.session.get(zoo.Cage, 1)
    assert await cage.awaitable_attrs.others == 1
    with pytest.raises(NotInBridgeError):
        _ = cage.others


async def test_a_relationship_is_awaited_as_before(zoo: Zoo) -> None:
    cage = await zoo.db.session.get(zoo.Cage, 1)
    assert [animal.id for animal in await cage.awaitable_attrs.animals] == [1]
    assert await cage.awaitable_attrs.id == 1


async def test_read_by_its_name_it_waits_in_the_bridge(zoo: Zoo) -> None:
    async def reads() -> None:
        cage = await zoo.db.session.get(zoo.Cage, 1)
        with implicit_loads() as loads:
            assert cage.others == 1
        assert (loads.count, loads.waits) == (0, 1)
        template = zoo.app.jinja_env.from_string("{{ cage.others }} {{ cage.awaitable_attrs.others }}")
        assert await template.render_async(cage=cage) == "1 1"

    await drive(reads())


def test_it_is_a_property_to_who_looks() -> None:
    cage = Zoo().Cage
    assert isinstance(cage.others, property)
    assert cage.others.__doc__ == "How many other cages there are."
    with pytest.raises(AttributeError, match="no setter"):
        # Made without its constructor, which would set up every model that other tests have left behind.
        cage.__new__(cage).others = 3
