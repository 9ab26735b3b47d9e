# mypy: disable-error-code="misc, name-defined, arg-type, unused-ignore"
"""Applications with plain SQLAlchemy at module level."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import quart
from sqlalchemy import Column, Integer, MetaData, String, func, orm, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import async_sessionmaker

from quart_app.db import AsyncQuery, AsyncSession, SQLAlchemy, plain


class Module:
    """What such an application has at module level."""

    def __init__(self, url: str) -> None:
        self.engine = plain.create_engine(url, connect_args={})
        self.Session = Session = plain.scoped_session(
            plain.sessionmaker(autocommit=False, autoflush=False, bind=self.engine)
        )
        self.Base: Any = orm.declarative_base()
        self.Base.query = Session.query_property()

        class User(self.Base):  # type: ignore[misc]
            __tablename__ = "user_"
            id = Column(Integer, primary_key=True)
            name: Any = Column(String(20), unique=True)

            def __init__(self, name: str) -> None:
                self.name = name

        self.User: Any = User


@pytest.fixture
async def module(database: str) -> AsyncIterator[Module]:
    module = Module(database)
    await plain.drop_all(module.Base.metadata, module.engine)
    await plain.create_all(module.Base.metadata, bind=module.engine)
    yield module
    await module.Session.remove()
    await plain.drop_all(module.Base.metadata, module.engine)
    await module.engine.dispose()


async def test_the_query_property_and_the_scoped_session(module: Module) -> None:
    Session, User = module.Session, module.User
    Session.add(User("ada"))
    Session.add_all([User("bob")])
    await Session.commit()
    assert isinstance(User.query, AsyncQuery)
    assert (await User.query.filter(User.name == "ada").one()).id == 1
    assert await Session.query(func.count(User.id)).scalar() == 2
    assert Session() is Session()
    await Session.remove()
    User.query.session.expunge_all()
    assert (await Session.scalars(select(User.name).order_by(User.id))).all() == ["ada", "bob"]


def test_a_factory_of_sessions_is_named_with_its_class_in_annotations() -> None:
    assert plain.sessionmaker[plain.Session] == async_sessionmaker[AsyncSession]


def test_what_is_a_scoped_session_or_a_factory_is_told() -> None:
    factory: Any = plain.sessionmaker(plain.create_engine("sqlite://"))
    scoped: Any = plain.scoped_session(factory)
    assert isinstance(scoped, plain.scoped_session)
    assert isinstance(SQLAlchemy(quart.Quart(__name__)).session, plain.scoped_session)
    assert not isinstance(scoped(), plain.scoped_session)
    assert isinstance(factory, (plain.sessionmaker, plain.scoped_session))
    assert not isinstance(scoped, plain.sessionmaker)
    assert plain.scoped_session[plain.Session] is type(scoped)


async def test_a_factory_of_sessions(module: Module) -> None:
    User = module.User
    factory = plain.sessionmaker(module.engine, expire_on_commit=False)
    async with factory() as session:
        assert isinstance(session, AsyncSession)
        session.add(User("ada"))
        await session.commit()
        assert await session.query(User).count() == 1
    async with factory.begin() as session:
        session.add(User("bob"))
    with pytest.raises(IntegrityError):
        await twice(factory, User)
    async with plain.Session(module.engine) as session:
        assert await session.query(User).count() == 2
    unbound = plain.sessionmaker()
    unbound.configure(bind=module.engine)
    async with unbound() as session:
        user = await session.query(User).first()
        assert plain.object_session(user) is session


async def twice(factory: Any, User: Any) -> None:
    async with factory.begin() as session:
        session.add_all([User("eve"), User("eve")])


async def test_the_session_of_a_request_is_its_own_and_closed(module: Module) -> None:
    app, seen = quart.Quart(__name__), []

    @app.teardown_appcontext
    async def remove(_: Any) -> None:
        await module.Session.remove()

    @app.get("/<name>")
    async def add(name: str) -> str:
        seen.append(module.Session())
        module.Session.add(module.User(name))
        await module.Session.flush()
        await asyncio.sleep(0.01)
        if name != "lost":
            await module.Session.commit()
        return name

    client = app.test_client()
    names = ["a", "b", "lost"]
    for name in names:
        assert (await client.get(f"/{name}")).status_code == 200
    assert len(set(map(id, seen))) == 3
    assert await module.Session.query(module.User).count() == 2


async def test_engines_connect_begin_and_execute(module: Module) -> None:
    engine = module.engine
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO user_ (id, name) VALUES (7, 'x')"))
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT name FROM user_"))).all() == [("x",)]
        assert await connection.scalar(select(func.count()).select_from(module.User)) == 1
    assert (await engine.execute("SELECT id FROM user_")).scalar() == 7


async def test_metadata_is_created_reflected_and_dropped(module: Module) -> None:
    metadata = MetaData()
    await plain.reflect(metadata, module.engine)
    assert "user_" in metadata.tables
    async with module.engine.begin() as connection:
        await plain.drop_all(metadata, connection)
    await module.engine.run_sync(module.Base.metadata.create_all)
    assert (await module.engine.execute("SELECT count(*) FROM user_")).scalar() == 0


def test_a_module_is_used_by_several_runs(database: str) -> None:
    module = Module(database)

    async def add(name: str) -> int:
        await plain.create_all(module.Base.metadata, module.engine)
        module.Session.add(module.User(name))
        await module.Session.commit()
        count: int = await module.User.query.count()
        await module.Session.remove()
        return count

    assert asyncio.run(add("one")) == 1
    assert asyncio.run(add("two")) == 2
    asyncio.run(plain.drop_all(module.Base.metadata, module.engine))
    asyncio.run(module.engine.dispose())


def test_a_removed_session_extension_says_what_to_use() -> None:
    with pytest.raises(TypeError, match=r"sqlalchemy\.event\.listen"):
        plain.sessionmaker(extension=object())


def test_a_scoped_session_is_asked_for_by_its_class() -> None:
    class Own(plain.scoped_session):
        """A project's own."""

    scoped = plain.scoped_session(plain.sessionmaker(bind=plain.create_engine("sqlite://")))
    of_the_extension = SQLAlchemy(quart.Quart("app")).session
    assert isinstance(scoped, plain.scoped_session)
    assert isinstance(of_the_extension, plain.scoped_session)
    assert not isinstance(scoped(), plain.scoped_session)
    assert not isinstance(scoped, Own)
    assert isinstance(Own(scoped.session_factory), Own)
    assert plain.scoped_session[orm.Session] is plain.scoped_session


async def test_the_bind_of_a_session_is_the_awaited_engine() -> None:
    engine = plain.create_engine("sqlite://")
    scoped: Any = plain.scoped_session(plain.sessionmaker(bind=engine))
    base: Any = orm.declarative_base()

    class Note(base):  # type: ignore[misc]
        __tablename__ = "notes"
        id = Column(Integer, primary_key=True)

    assert scoped.get_bind() is engine
    await plain.create_all(base.metadata, bind=scoped.get_bind())
    await plain.create_all(base.metadata, bind=await scoped.connection())
    assert scoped._is_clean()
    scoped.add(Note(id=1))
    assert not scoped._is_clean()
    await scoped.commit()
    async with scoped.get_bind(Note).connect() as connection:
        assert (await connection.execute(text("SELECT id FROM notes"))).scalar() == 1
    await scoped.remove()
