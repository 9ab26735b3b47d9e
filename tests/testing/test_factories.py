"""Factories of factory_boy and WebTest's client in migrated tests."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from quart_app import Quart
from quart_app.bridge import drive
from quart_app.db import SQLAlchemy

factory = pytest.importorskip("factory")

app = Quart(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db: Any = SQLAlchemy(app)


class Plant(db.Model):  # type: ignore[misc, name-defined, unused-ignore]
    """Something to make."""

    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String, unique=True, nullable=False)


def of_plants(**options: Any) -> Any:
    """A factory class with these options."""
    from quart_app.testing.factories import SQLAlchemyModelFactory

    meta = type("Meta", (), {"model": Plant, "sqlalchemy_session": db.session, **options})
    return type("PlantFactory", (SQLAlchemyModelFactory,), {"Meta": meta, "name": "fern"})


def driven(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    """As ``quart_app_bridge = true`` would run it."""

    @functools.wraps(test)
    async def call(*args: Any, **kwargs: Any) -> None:
        await drive(test(*args, **kwargs))

    return call


@pytest.fixture(autouse=True)
async def _tables() -> AsyncIterator[None]:
    async with app.app_context():
        await db.create_all()
        yield
        await db.session.rollback()
        await db.drop_all()


@driven
async def test_nothing_is_written_unless_asked() -> None:
    plant = of_plants()()
    assert plant in db.session
    assert plant.id is None


@pytest.mark.parametrize("how", ["flush", "commit"])
@driven
async def test_written_before_the_call_returns(how: str) -> None:
    plant = of_plants(sqlalchemy_session_persistence=how)()
    await db.session.rollback()
    assert await Plant.query.count() == (1 if how == "commit" else 0)
    assert how == "flush" or plant.id is not None


@driven
async def test_there_is_one_already() -> None:
    plants = of_plants(sqlalchemy_get_or_create=("name",), sqlalchemy_session_persistence="flush")
    assert plants() is plants()
    assert plants(name="moss") is not plants()


@driven
async def test_the_databases_refusal_reaches_the_caller() -> None:
    plants = of_plants(sqlalchemy_session_persistence="flush")
    plants()
    with pytest.raises(IntegrityError):
        plants()


@driven
async def test_webtest_speaks_wsgi() -> None:
    webtest = pytest.importorskip("webtest")
    served = Quart(__name__)

    @served.post("/plants")
    async def add() -> Any:
        from quart import request

        return f"<p>{(await request.form)['name']}</p>", 201

    answer = webtest.TestApp(served.wsgi_app).post("/plants", {"name": "fern"}, status=201)
    assert answer.text == "<p>fern</p>"
