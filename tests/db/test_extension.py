# mypy: disable-error-code="misc, name-defined, arg-type, unused-ignore"
from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import quart
import sqlalchemy as sa
from sqlalchemy.pool import NullPool, QueuePool, StaticPool
from werkzeug.exceptions import NotFound

from quart_app.db import (
    SQLAlchemy,
    before_models_committed,
    get_debug_queries,
    get_recorded_queries,
    models_committed,
)
from quart_app.db.pool import LoopPool

from .library import MEMORY, Library, opened


@pytest.fixture
async def library(database: str) -> AsyncIterator[Library]:
    async with opened(Library(database, config={"SQLALCHEMY_RECORD_QUERIES": True})) as library:
        yield library


def make(app: Any, **config: Any) -> SQLAlchemy:
    app.config.update(config)
    return SQLAlchemy(app)


async def test_questions_of_the_object_itself(library: Library) -> None:
    db, Author = library.db, library.Author
    assert (await db.get_or_404(Author, 1)).name == "ada"
    assert (await db.first_or_404(db.select(Author).order_by(Author.id.desc()))).name == "bob"
    assert (await db.one_or_404(db.select(Author).filter_by(name="bob"))).id == 2
    with pytest.raises(NotFound, match="who"):
        await db.get_or_404(Author, 99, description="who")
    with pytest.raises(NotFound):
        await db.first_or_404(db.select(Author).filter_by(name="x"))
    for statement in (db.select(Author), db.select(Author).filter_by(name="x")):
        with pytest.raises(NotFound, match="which"):
            await db.one_or_404(statement, description="which")


async def test_a_404_is_answered_with_404(library: Library) -> None:
    @library.app.get("/<int:number>")
    async def show(number: int) -> str:
        return str((await library.Author.query.get_or_404(number)).name)

    client = library.app.test_client()
    assert (await client.get("/1")).status_code == 200
    assert (await client.get("/9")).status_code == 404


async def test_queries_are_recorded_with_their_place(library: Library) -> None:
    async with library.app.app_context():
        assert get_recorded_queries() == []
        await library.Author.query.filter_by(name="ada").first()
        (query,) = get_debug_queries()
        assert query.context == query.location
        assert query.statement is not None
        assert query.statement.startswith("SELECT")
        assert "ada" in str(query.parameters)
        assert 0 < query.duration < 60
        assert "test_extension.py:" in query.location


async def test_committed_models_are_signalled(stored: str) -> None:
    seen: list[Any] = []

    def before(app: Any, changes: Any) -> None:
        seen.append(("before", app.name, sorted((item.name, operation) for item, operation in changes)))

    async def after(app: Any, changes: Any) -> None:
        seen.append(("after", app.name, sorted((item_name(item), operation) for item, operation in changes)))

    def item_name(item: Any) -> str:
        return str(vars(item).get("name", "deleted or expired"))

    library = Library(stored, config={"SQLALCHEMY_TRACK_MODIFICATIONS": True})
    Library(stored, config={"SQLALCHEMY_TRACK_MODIFICATIONS": True})  # twice on, still told once
    with before_models_committed.connected_to(before), models_committed.connected_to(after):
        async with opened(library, filled=False):
            session, Author = library.db.session, library.Author
            one, two = Author(name="one"), Author(name="two")
            session.add_all([one, two])
            await session.commit()
            name = library.app.name
            assert [entry[0] for entry in seen] == ["before", "after"]
            assert seen[0] == ("before", name, [("one", "insert"), ("two", "insert")])
            seen.clear()
            await session.refresh(one)
            await session.refresh(two)
            one.name = "uno"
            await session.delete(two)
            await session.commit()
            assert seen[0] == ("before", name, [("two", "delete"), ("uno", "update")])
            seen.clear()
            session.add(Author(name="three"))
            await session.flush()
            await session.rollback()
            await session.commit()
            assert seen == []


async def test_tables_are_made_read_and_dropped_for_binds(tmp_path: Path) -> None:
    binds = {"far": f"sqlite:///{tmp_path / 'far.db'}", "deep": {"url": MEMORY, "echo": False}}
    app = quart.Quart(__name__)
    db = make(app, SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'near.db'}", SQLALCHEMY_BINDS=binds)
    for key in (None, "far", "deep"):
        db.Table(f"t_{key}", db.Column("id", db.Integer, primary_key=True), bind_key=key)

    async def tables(key: str | None) -> list[str]:
        names: list[str] = await db.engines[key].run_sync(
            lambda connection: sa.inspect(connection).get_table_names()
        )
        return names

    async with app.app_context():
        await db.create_all("far")
        assert [await tables(key) for key in (None, "far", "deep")] == [[], ["t_far"], []]
        await db.create_all([None, "deep"])
        assert [await tables(key) for key in (None, "far", "deep")] == [["t_None"], ["t_far"], ["t_deep"]]
        await db.drop_all("far")
        await db.create_all()
        other = SQLAlchemy()
        app.extensions.pop("sqlalchemy")
        other.init_app(app)
        await other.reflect()
        assert {key: list(metadata.tables) for key, metadata in other.metadatas.items()} == {
            None: ["t_None"],
            "far": ["t_far"],
            "deep": ["t_deep"] if other is db else [],
        }
        await db.drop_all()
        assert await tables(None) == []
        with pytest.raises(sa.exc.UnboundExecutionError, match="nowhere"):
            await db.create_all("nowhere")
        assert repr(db).startswith("<SQLAlchemy sqlite+aiosqlite:////")
    assert repr(db).endswith("near.db +2>")


async def test_tables_are_made_for_an_application_that_is_not_running_yet(tmp_path: Path) -> None:
    app = quart.Quart(__name__)
    near, far = (f"sqlite:///{tmp_path / name}" for name in ("near.db", "far.db"))
    db = make(app, SQLALCHEMY_DATABASE_URI=near, SQLALCHEMY_BINDS={"far": far})
    for key in (None, "far"):
        db.Table(f"t_{key}", db.Column("id", db.Integer, primary_key=True), bind_key=key)

    async def tables(key: str | None) -> list[str]:
        engine = db.get_engine(app, key)
        return list(await engine.run_sync(lambda connection: sa.inspect(connection).get_table_names()))

    await db.create_all(bind="far", app=app)
    assert (await tables(None), await tables("far")) == ([], ["t_far"])
    await db.create_all(app=app)
    assert (await tables(None), await tables("far")) == (["t_None"], ["t_far"])
    await db.drop_all("far", app)
    assert (await tables(None), await tables("far")) == (["t_None"], [])
    with pytest.raises(TypeError, match="binds"):
        await db.drop_all(binds="far", app=app)


async def test_a_missing_bind_is_named() -> None:
    db = SQLAlchemy()
    app = quart.Quart(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = MEMORY
    db.init_app(app)

    class Lost(db.Model):
        __bind_key__ = "lost"
        id = db.Column(db.Integer, primary_key=True)

    async with app.app_context():
        with pytest.raises(sa.exc.UnboundExecutionError, match="'lost'"):
            await Lost.query.all()
        await db.session.remove()


async def test_an_application_without_a_database_is_refused_when_it_needs_one() -> None:
    app = quart.Quart(__name__)
    db = SQLAlchemy(app)
    assert repr(db) == "<SQLAlchemy>"
    async with app.app_context():
        with pytest.raises(RuntimeError, match="SQLALCHEMY_DATABASE_URI"):
            _ = db.engine
        app.config["SQLALCHEMY_DATABASE_URI"] = MEMORY
        assert db.engine is db.engine


async def test_the_database_is_that_of_the_configuration_now(tmp_path: Path) -> None:
    app = quart.Quart(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'development.db'}"
    app.config["SQLALCHEMY_BINDS"] = {"other": MEMORY}
    db = SQLAlchemy(app)

    class Item(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)

    class Other(db.Model):  # type: ignore[name-defined,misc]
        __bind_key__ = "other"
        id = db.Column(db.Integer, primary_key=True)

    async with app.app_context():
        await db.create_all()
        db.session.add_all([Item(), Other()])
        await db.session.commit()
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'testing.db'}"
    db.init_app(app)  # as tests do that do not trust it
    async with app.app_context():
        await db.create_all()
        assert await Item.query.count() == 0
        assert await Other.query.count() == 1
        assert str(db.engine.url).endswith("testing.db")
        await db.drop_all()
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'development.db'}"
    app.config["SQLALCHEMY_BINDS"]["other"] = f"sqlite:///{tmp_path / 'other.db'}"
    async with app.app_context():
        assert await Item.query.count() == 1
        assert str(db.engines["other"].url).endswith("other.db")
        await db.session.remove()
        await db.dispose()


def test_an_application_with_two_databases_is_refused() -> None:
    app = quart.Quart(__name__)
    make(app, SQLALCHEMY_DATABASE_URI=MEMORY)
    with pytest.raises(RuntimeError, match="already"):
        SQLAlchemy(app)
    with pytest.raises(RuntimeError, match="'url'"):
        make(quart.Quart(__name__), SQLALCHEMY_BINDS={"x": {"echo": True}})


async def test_an_application_of_another_object_is_refused() -> None:
    app = quart.Quart(__name__)
    make(app, SQLALCHEMY_DATABASE_URI=MEMORY)
    async with app.app_context():
        with pytest.raises(RuntimeError, match="init_app"):
            _ = SQLAlchemy().engine


def test_a_relative_file_lies_in_the_instance_folder(tmp_path: Path) -> None:
    app = quart.Quart(__name__, instance_path=str(tmp_path / "instance"))
    db = make(
        app,
        SQLALCHEMY_DATABASE_URI="sqlite:///app.db",
        SQLALCHEMY_BINDS={"u": "sqlite:///file:u.db?uri=true"},
    )
    assert db.engine.url.database == str(tmp_path / "instance" / "app.db")
    assert db.get_engine("u").url.database == f"file:{tmp_path / 'instance' / 'u.db'}"
    assert (tmp_path / "instance").is_dir()
    beside = quart.Quart(__name__)
    db = make(beside, SQLALCHEMY_DATABASE_URI="sqlite:///app.db", SQLALCHEMY_SQLITE_IN_ROOT_PATH=True)
    assert db.engine.url.database == os.path.join(beside.root_path, "app.db")
    assert db.get_engine(beside) is db.engine


async def test_engine_options_are_merged(postgres_url: str) -> None:
    app = quart.Quart(__name__)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=postgres_url,
        SQLALCHEMY_BINDS={"none": {"url": postgres_url, "poolclass": NullPool}, "old": postgres_url},
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 7, "poolclass": QueuePool, "pool_pre_ping": True},
        SQLALCHEMY_POOL_TIMEOUT=3,
        SQLALCHEMY_ECHO=False,
    )
    db = SQLAlchemy(app, engine_options={"pool_recycle": 11})
    pools: Any = {key: engine.pool for key, engine in db.engines.items() if key != "none"}
    assert {type(pool) for pool in pools.values()} == {LoopPool}
    assert (pools[None].size(), pools[None].timeout(), pools[None]._recycle, pools[None]._pre_ping) == (
        7,
        3,
        11,
        True,
    )
    assert pools["old"].size() == 5
    assert isinstance(pools[None], LoopPool)
    assert (await db.engine.execute("SELECT 1")).scalar() == 1
    await db.dispose()


def test_options_of_pools_that_memory_has_not_are_left_out() -> None:
    options = {"pool_size": 3, "poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    db = make(quart.Quart(__name__), SQLALCHEMY_DATABASE_URI="sqlite://", SQLALCHEMY_ENGINE_OPTIONS=options)
    assert db.engine.url.drivername == "sqlite+aiosqlite"


async def test_models_are_in_the_shell(library: Library) -> None:
    context: dict[str, Any] = {}
    for processor in library.app.shell_context_processors:
        context.update(processor())
    assert context["db"] is library.db
    assert context["Author"] is library.Author


async def test_a_table_by_hand_is_used_as_in_flask_sqlalchemy(library: Library) -> None:
    tagged = library.db.metadata.tables["tags"]
    rows = await library.db.session.execute(tagged.select())
    assert len(rows.all()) == 1
