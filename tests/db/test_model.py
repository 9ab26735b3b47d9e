# mypy: disable-error-code="misc, name-defined, arg-type, unused-ignore"
from __future__ import annotations

from typing import Any

import flask_sqlalchemy
import pytest
import quart
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import DeclarativeBase, DeclarativeBaseNoMeta, Mapped, MappedAsDataclass, mapped_column

from quart_app.bridge import naming
from quart_app.db import BindMetaMixin, DefaultMeta, Model, SQLAlchemy
from quart_app.db.model import camel_to_snake

from .library import MEMORY, Library, opened

BOTH: list[Any] = [flask_sqlalchemy.SQLAlchemy, SQLAlchemy]


@pytest.mark.parametrize(
    "name",
    [
        "User",
        "BlogPost",
        "HTTPServerLog",
        "User2Role",
        "user",
        "_Private",
        "ABC",
        "ABCd",
        "aB",
        "X1Y2",
        "OAuth2Token",
    ],
)
def test_table_names_are_those_of_flask_sqlalchemy(name: str) -> None:
    assert camel_to_snake(name) == flask_sqlalchemy.model.camel_to_snake_case(name)


def shapes(db: Any) -> dict[str, Any]:
    """Models of every shape; what their tables are called."""

    class Named:
        @orm.declared_attr.directive
        def __tablename__(cls) -> str:
            return f"named_{cls.__name__.lower()}"  # type: ignore[attr-defined]

    class Abstract(db.Model):
        __abstract__ = True
        id = db.Column(db.Integer, primary_key=True)

    class Plain(Abstract):
        pass

    class Given(db.Model):
        __tablename__ = "other"
        id = db.Column(db.Integer, primary_key=True)

    class Mixed(Named, db.Model):
        id = db.Column(db.Integer, primary_key=True)

    class Employee(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        type = db.Column(db.String(9))
        __mapper_args__ = {"polymorphic_on": type, "polymorphic_identity": "e"}

    class Manager(Employee):
        __mapper_args__ = {"polymorphic_identity": "m"}

    class BigBoss(Employee):
        id = db.Column(db.ForeignKey("employee.id"), primary_key=True)
        __mapper_args__ = {"polymorphic_identity": "b"}

    class WithTable(db.Model):
        __table__ = db.Table("by_hand", db.Column("id", db.Integer, primary_key=True))

    class Elsewhere(db.Model):
        __bind_key__ = "other"
        id = db.Column(db.Integer, primary_key=True)

    class Schema(db.Model):
        __table_args__ = {"schema": "s"}
        id = db.Column(db.Integer, primary_key=True)

    models: list[Any] = [Plain, Given, Mixed, Employee, Manager, BigBoss, WithTable, Elsewhere, Schema]
    return {model.__name__: (str(model.__table__), model.metadata.info.get("bind_key")) for model in models}


def test_models_of_every_shape_have_the_tables_they_have_with_flask_sqlalchemy() -> None:
    theirs, ours = (shapes(database()) for database in BOTH)
    assert ours == theirs
    assert ours["Manager"] == ("employee", None)
    assert ours["Elsewhere"] == ("elsewhere", "other")


@pytest.mark.parametrize("database", BOTH)
def test_a_model_without_a_primary_key_is_an_error(database: Any) -> None:
    db = database()
    with pytest.raises(sa.exc.ArgumentError, match="primary key"):

        class Nothing(db.Model):
            pass


async def test_repr_shows_the_identity() -> None:
    async with opened(Library(MEMORY), filled=False) as library:
        author = library.Author(name="x")
        assert repr(author) == f"<Author (transient {id(author)})>"
        library.db.session.add(author)
        assert repr(author) == f"<Author (pending {id(author)})>"
        await library.db.session.commit()
        assert repr(author) == "<Author 1>"
        library.db.session.expire(author)
        assert str(author) == "<Author 1>"


@pytest.mark.parametrize(
    "base",
    [
        type("Base", (DeclarativeBase,), {}),
        type("Base", (MappedAsDataclass, DeclarativeBase), {}),
        type("Base", (DeclarativeBase, MappedAsDataclass), {}),
        type("Base", (DeclarativeBaseNoMeta,), {}),
    ],
    ids=["declarative", "dataclass first", "dataclass last", "no metaclass"],
)
async def test_mapped_models_on_a_base_class_of_ones_own(base: Any) -> None:
    app = quart.Quart(__name__)
    app.config |= {"SQLALCHEMY_DATABASE_URI": MEMORY, "SQLALCHEMY_BINDS": {"far": MEMORY}}
    db = SQLAlchemy(app, model_class=base)
    options = {"kw_only": True} if issubclass(base, MappedAsDataclass) else {}
    init = {"init": False} if options else {}

    class ShortStory(db.Model, **options):  # type: ignore[misc, call-arg]
        id: Mapped[int] = mapped_column(primary_key=True, **init)
        title: Mapped[str]

    class FarStory(db.Model, **options):  # type: ignore[misc, call-arg]
        __bind_key__ = "far"
        id: Mapped[int] = mapped_column(primary_key=True, **init)
        title: Mapped[str]

    assert issubclass(ShortStory, base)
    async with app.app_context():
        await db.create_all()
        db.session.add_all([ShortStory(title="a"), FarStory(title="b")])
        await db.session.commit()
        assert (await ShortStory.query.filter_by(title="a").one()).id == 1
        assert (await FarStory.query.one()).title == "b"
        assert (await db.engines["far"].execute("SELECT title FROM far_story")).all() == [("b",)]
        with pytest.raises(sa.exc.OperationalError, match="no such table"):
            await db.engine.execute("SELECT title FROM far_story")


def test_two_declarative_bases_are_refused() -> None:
    class Both(DeclarativeBase, DeclarativeBaseNoMeta):
        pass

    with pytest.raises(ValueError, match="one declarative base"):
        SQLAlchemy(model_class=Both)


def test_a_model_class_gives_its_attributes_to_all_models() -> None:
    class Common(Model):
        created = sa.Column(sa.Integer)

        def shout(self) -> str:
            return type(self).__name__.upper()

    db = SQLAlchemy(model_class=Common)

    class Thing(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    assert Thing().shout() == "THING"
    assert "created" in Thing.__table__.c
    assert isinstance(db.Model, DefaultMeta)


def test_an_existing_declarative_base_is_used() -> None:
    base = orm.declarative_base()
    db = SQLAlchemy(model_class=base)
    assert db.Model is base
    assert db.metadata is base.metadata
    assert db.Model.query_class is db.Query


def test_a_metaclass_of_ones_own_is_put_together_from_ours() -> None:
    class NoNames(BindMetaMixin, orm.DeclarativeMeta):
        pass

    db = SQLAlchemy(model_class=orm.declarative_base(cls=Model, metaclass=NoNames, name="Model"))

    class Far(db.Model):
        __tablename__ = "distant"
        __bind_key__ = "far"
        id = db.Column(db.Integer, primary_key=True)

    assert Far.__table__.metadata is db.metadatas["far"]
    with pytest.raises(sa.exc.InvalidRequestError, match="__tablename__"):

        class Nameless(db.Model):
            id = db.Column(db.Integer, primary_key=True)


def test_metadata_and_its_naming_convention_hold_for_every_bind() -> None:
    metadata = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})
    db = SQLAlchemy(metadata=metadata, disable_autonaming=True)
    assert db.metadata is metadata is db.Model.metadata
    assert db.metadata_of("x").naming_convention == metadata.naming_convention
    table = db.Table("t", db.Column("id", db.Integer, primary_key=True), bind_key="x")
    assert table.metadata is db.metadatas["x"]
    with pytest.raises(TypeError, match="not both"):
        db.Table("t", metadata, bind_key="x")
    with pytest.raises(sa.exc.InvalidRequestError, match="__tablename__"):

        class Unnamed(db.Model):
            id = db.Column(db.Integer, primary_key=True)


def test_an_annotation_that_maps_nothing_is_left_to_dataclasses() -> None:
    db = SQLAlchemy()

    class Point(db.Model):
        x: int = db.Column(db.Integer, primary_key=True)

    assert Point(x=1).x == 1


def test_everything_sqlalchemy_exports_hangs_on_the_object() -> None:
    ours, theirs = SQLAlchemy(), flask_sqlalchemy.SQLAlchemy()
    names = {name for module in (sa, orm) for name in dir(module) if not name.startswith("_")}
    for name in names - {"engine", "create_session"}:
        assert hasattr(ours, name), name
        awaited = {
            "Table",
            "Query",
            "Session",
            "create_engine",
            "scoped_session",
            "sessionmaker",
            "object_session",
        }
        if name not in awaited and hasattr(theirs, name) and name not in vars(theirs):
            theirs_is_a_method = hasattr(flask_sqlalchemy.SQLAlchemy, name)
            assert theirs_is_a_method or getattr(ours, name) is getattr(theirs, name), name
    public = {name for name in dir(flask_sqlalchemy.SQLAlchemy) if not name.startswith("_")}
    assert public <= set(dir(SQLAlchemy))
    assert ours.event is sa.event
    assert not hasattr(ours, "nothing")


def test_the_fix_of_an_implicit_load_is_only_what_the_model_has() -> None:
    assert "await obj.awaitable_attrs.notes" in naming._or_await(Model, "notes")
    assert "await" not in naming._or_await(orm.declarative_base(), "notes")
