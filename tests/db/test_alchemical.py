# mypy: disable-error-code="misc, name-defined, valid-type, unused-ignore"
"""Alchemical's habits, awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

import quart_app
from quart_app.db.alchemical import Alchemical, BaseModel


class Base(BaseModel, orm.DeclarativeBase):
    """A base of its own: ``Model`` is one for the whole process."""

    __abstract__ = True
    __metadatas__ = {}


class TreeHouse(Base):
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(20), index=True)


class Bird(Base):
    __tablename__ = "the_birds"
    __bind_key__ = "birds"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)


def make(url: str, **config: Any) -> tuple[quart_app.Quart, Alchemical]:
    app = quart_app.Quart(__name__)
    app.config.update(ALCHEMICAL_DATABASE_URL=url, **config)
    db = Alchemical(model_class=Base)
    db.init_app(app)
    return app, db


@pytest.fixture
async def made(database: str, tmp_path: Path) -> AsyncIterator[tuple[quart_app.Quart, Alchemical]]:
    app, db = make(database, ALCHEMICAL_BINDS={"birds": f"sqlite:///{tmp_path / 'birds.db'}"})
    await db.drop_all()
    await db.create_all()
    yield app, db
    await db.drop_all()
    for engine in db.engines.values():
        await engine.dispose()


async def test_a_session_belongs_to_the_application_context(
    made: tuple[quart_app.Quart, Alchemical],
) -> None:
    app, db = made
    async with app.app_context():
        db.session.add(TreeHouse(name="oak"))
        await db.session.commit()
        session = db.session()
        assert await db.session.scalar(TreeHouse.select().filter_by(name="oak"))
        db.session.add(TreeHouse(name="lost"))
    async with app.app_context():
        assert db.session() is not session
        assert [house.name for house in await db.session.scalars(TreeHouse.select())] == ["oak"]
        await db.session.execute(TreeHouse.update().values(name="elm"))
        assert await db.session.scalar(sa.select(TreeHouse.name)) == "elm"
        await db.session.execute(TreeHouse.delete())
        assert await db.session.scalar(TreeHouse.select()) is None


async def test_sessions_and_transactions_of_ones_own(made: tuple[quart_app.Quart, Alchemical]) -> None:
    _, db = made
    async with db.begin() as session:
        session.add(TreeHouse(name="oak"))

    async def fail() -> None:
        async with db.begin() as session:
            session.add(TreeHouse(name="elm"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with db.Session() as session:
        assert [house.name for house in await session.scalars(TreeHouse.select())] == ["oak"]


async def test_binds_have_engines_and_tables_of_their_own(made: tuple[quart_app.Quart, Alchemical]) -> None:
    app, db = made
    assert db.bind_names() == ["birds"]
    async with app.app_context():
        db.session.add_all([TreeHouse(name="oak"), Bird()])
        await db.session.commit()
        birds = db.get_engine("birds")
        assert birds is not None
        async with birds.connect() as connection:
            assert await connection.scalar(sa.text("select count(*) from the_birds")) == 1
    assert db.get_engine("fish") is None


@pytest.mark.parametrize(("commits", "left"), [(True, 1), (False, 0)])
async def test_commit_at_the_end_of_a_request(tmp_path: Path, commits: bool, left: int) -> None:
    app, db = make(f"sqlite:///{tmp_path / 'houses.db'}", ALCHEMICAL_AUTOCOMMIT=commits)

    @app.post("/<name>")
    async def build(name: str) -> str:
        db.session.add(TreeHouse(name=name))
        assert name != "ruin"
        return name

    await db.create_all()
    client = app.test_client()
    assert (await client.post("/oak")).status_code == 200
    assert (await client.post("/ruin")).status_code == 500
    async with db.Session() as session:
        assert len((await session.scalars(TreeHouse.select())).all()) == left


def test_names() -> None:
    assert TreeHouse.__tablename__ == "tree_house"
    _, db = make("sqlite://")
    assert db.get_engine() is not None
    assert {index.name for index in TreeHouse.metadata.tables["tree_house"].indexes} == {"ix_tree_house_name"}
    assert db.is_async()


def test_a_url_or_an_application() -> None:
    assert Alchemical("sqlite://").url == "sqlite://"
    assert Alchemical(url="sqlite://").url == "sqlite://"
    app = quart_app.Quart(__name__)
    app.config["ALCHEMICAL_DATABASE_URI"] = "sqlite:///x.db"
    assert Alchemical(app).url == "sqlite:///x.db"
    with pytest.raises(ValueError, match="url"):
        Alchemical().init_app(quart_app.Quart(__name__))


def test_a_declarative_base_of_the_application() -> None:
    class Plain(orm.DeclarativeBase):
        pass

    db = Alchemical(model_class=Plain)
    assert issubclass(db.Model, Plain)
    assert issubclass(db.Model, BaseModel)
