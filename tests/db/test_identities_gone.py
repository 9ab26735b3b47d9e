"""What a session itself deleted, or expired on demand, is read as SQLAlchemy reads it, though keys survive a commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm.exc import DetachedInstanceError, ObjectDeletedError

from quart_app.db.session import Session


class Base(orm.DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    number: orm.Mapped[int] = orm.mapped_column("no", primary_key=True)
    name: orm.Mapped[str]
    kind: orm.Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "person"}
    toys: orm.Mapped[list[Toy]] = orm.relationship(back_populates="owner", cascade="all, delete-orphan")


class Child(Person):
    __tablename__ = "child"
    key: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("person.no"), primary_key=True)
    school: orm.Mapped[str]
    __mapper_args__ = {"polymorphic_identity": "child"}


class Toy(Base):
    __tablename__ = "toy"
    owner_number: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("person.no"), primary_key=True)
    word: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    owner: orm.Mapped[Person] = orm.relationship(back_populates="toys")


class Note(Base):
    __tablename__ = "note"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)


Step = Callable[[orm.Session, Person], object]


def delete(session: orm.Session, person: Person) -> None:
    session.delete(person)


def delete_and_flush(session: orm.Session, person: Person) -> None:
    session.delete(person)
    session.flush()


def delete_and_commit(session: orm.Session, person: Person) -> None:
    session.delete(person)
    session.commit()


def delete_and_roll_back(session: orm.Session, person: Person) -> None:
    session.delete(person)
    session.flush()
    session.rollback()


def delete_all(session: orm.Session, person: Person) -> None:
    session.delete_all(iter([person]))


def delete_unflushed(session: orm.Session, person: Person) -> None:
    session.autoflush = False
    session.delete(person)


def delete_in_savepoint(session: orm.Session, person: Person) -> None:
    savepoint = session.begin_nested()
    session.delete(person)
    session.flush()
    savepoint.rollback()


def delete_owner(session: orm.Session, person: Person) -> None:
    session.delete(session.get_one(Toy, (person.number, "car")))
    session.flush()


def bulk(synchronize: Any) -> Step:
    def delete_in_bulk(session: orm.Session, _: Person) -> None:
        session.query(Toy).delete()
        session.query(Person).filter(Person.name == "ada").delete(synchronize_session=synchronize)

    return delete_in_bulk


def bulk_of_others(session: orm.Session, _: Person) -> None:
    session.query(Person).filter(Person.number == 99).delete(synchronize_session="evaluate")


def core(session: orm.Session, _: Person) -> None:
    session.execute(sa.delete(Base.metadata.tables["person"]))


def words(session: orm.Session, _: Person) -> None:
    session.execute(sa.text("Delete from person"))


def returning(session: orm.Session, _: Person) -> None:
    assert session.scalars(sa.delete(Person).returning(Person.number)).all() == [1]


def gone_and_asked_for(session: orm.Session, person: Person) -> None:
    session.connection().exec_driver_sql("delete from person")
    assert session.get(Person, sa.inspect(person).identity) is None


def expire(session: orm.Session, person: Person) -> None:
    session.connection().exec_driver_sql("delete from person")
    session.expire(person)


def expire_the_key(session: orm.Session, person: Person) -> None:
    session.connection().exec_driver_sql("delete from person")
    session.expire(person, ["number"])


def expire_all(session: orm.Session, _: Person) -> None:
    session.connection().exec_driver_sql("delete from person")
    session.expire_all()


def refresh(session: orm.Session, person: Person) -> None:
    session.refresh(person)


def switch_and_roll_back(session: orm.Session, person: Person) -> None:
    session.delete(person.toys[0])
    session.flush()
    person.number = 7
    session.flush()
    session.rollback()


def switch_and_delete_in_bulk(session: orm.Session, person: Person) -> None:
    session.autoflush = False
    person.number = 7
    session.execute(sa.delete(Toy))


def merge_elsewhere(session: orm.Session, person: Person) -> None:
    with type(session)(session.get_bind()) as other:
        assert other.merge(person).number == 1


def read_anything(thing: Any, name: str) -> Any:
    try:
        return getattr(thing, name)
    except (ObjectDeletedError, DetachedInstanceError) as error:
        return type(error)


@pytest.fixture
def engine() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    yield engine
    engine.dispose()


def outcome(
    engine: sa.Engine, session_class: type[orm.Session], make: Callable[[], Person], step: Step
) -> Any:
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with session_class(engine) as session:
        person = make()
        person.toys = [Toy(word="car")]
        session.add(person)
        session.commit()
        [toy] = person.toys
        session.commit()
        step(session, person)
        return [read_anything(person, name) for name in ("number", "name")] + [read_anything(toy, "word")]


@pytest.mark.parametrize("make", [lambda: Person(name="ada"), lambda: Child(name="ada", school="high")])
@pytest.mark.parametrize(
    "step",
    [
        delete,
        delete_and_flush,
        delete_and_commit,
        delete_and_roll_back,
        delete_all,
        delete_unflushed,
        delete_in_savepoint,
        delete_owner,
        bulk("evaluate"),
        bulk("fetch"),
        bulk("auto"),
        bulk(False),
        bulk_of_others,
        core,
        words,
        returning,
        gone_and_asked_for,
        expire,
        expire_the_key,
        expire_all,
        refresh,
        switch_and_roll_back,
        switch_and_delete_in_bulk,
        merge_elsewhere,
    ],
)
def test_it_is_read_as_with_sqlalchemy_alone(engine: sa.Engine, make: Any, step: Step) -> None:
    assert outcome(engine, Session, make, step) == outcome(engine, orm.Session, make, step)


def test_an_object_about_to_be_deleted_has_no_key_to_read(engine: sa.Engine) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        note = Note()
        session.add(note)
        session.commit()
        session.delete(note)
        with pytest.raises(ObjectDeletedError):
            assert note.id
        session.rollback()
        assert sa.inspect(note).dict["id"] == 1


def test_an_insert_that_was_rolled_back_leaves_what_sqlalchemy_leaves(engine: sa.Engine) -> None:
    Base.metadata.create_all(engine)
    left = []
    for session_class in (Session, orm.Session):
        with session_class(engine) as session:
            person = Person(name="ada")
            session.add(person)
            session.flush()
            session.rollback()
            left.append((person.number, person.name, sa.inspect(person).transient))
    assert left[0] == left[1]


def test_a_key_given_as_something_else_is_read_as_the_database_has_it(engine: sa.Engine) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        person = Person(number="7", name="ada")
        session.add(person)
        session.commit()
        assert person.number == 7


def test_the_other_keys_survive_a_bulk_deletion(engine: sa.Engine) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        person = Person(name="ada")
        session.add(person)
        session.commit()
        session.execute(sa.delete(Toy))
        assert sa.inspect(person).dict["number"] == 1
        session.execute(sa.text("SELECT deleted_at FROM (SELECT 1 AS deleted_at)"))
        assert sa.inspect(person).dict["number"] == 1
