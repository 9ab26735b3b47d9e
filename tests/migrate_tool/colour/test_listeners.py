"""Listeners of SQLAlchemy's events get the synchronous core, and nothing in them waits."""

from __future__ import annotations

import textwrap

import pytest

from tests.migrate_tool.programs import after

BODIES = {
    "mapper": """
        @event.listens_for(User, "before_insert")
        def stamp(mapper, connection, target):
            first = connection.execute(db.select(Post)).first()
            target.name = connection.scalar(db.text("SELECT 1"))
            connection.execute(Post.__table__.update().values(id=2))
    """,
    "listen": """
        def stamp(mapper, connection, target):
            rows = connection.execute(db.select(Post)).fetchall()
            return [row for row in rows if row.id]
        event.listen(User, "after_update", stamp)
        event.listen(User, "after_delete", fn=stamp)
    """,
    "method": """
        class Stamps:
            @staticmethod
            def before(mapper, connection, target):
                connection.execute(db.select(Post)).scalar_one()
            @classmethod
            def register(cls):
                event.listen(cls, "before_update", cls.before)
                event.listen(cls, "before_delete", cls.later)
            @classmethod
            def later(cls, mapper, connection, target):
                connection.execute(db.select(Post)).scalar_one()
    """,
    "loop": """
        def stamp(mapper, connection, target):
            connection.execute(db.select(Post)).scalar_one()
        for name in ("after_update", "after_insert"):
            event.listen(User, name, stamp)
    """,
    "alias": """
        from sqlalchemy.event import listens_for
        @listens_for(User, "after_insert", propagate=True)
        @listens_for(User, "after_update", propagate=True)
        def stamp(mapper, connection, target):
            connection.execute(db.select(Post)).scalar_one()
    """,
    "annotated": """
        from sqlalchemy.engine import Connection
        @event.listens_for(User, "after_insert")
        def stamp(mapper, connection: Connection, target):
            connection.execute(db.select(Post)).scalar_one()
    """,
    "session": """
        from quart_app.db.plain import Session
        @event.listens_for(Session.sync_session_class, "before_flush")
        def check(session, flush_context, instances):
            for item in session.new:
                session.query(User).filter_by(id=1).first()
                session.query(User).all()
                session.execute(db.select(User)).scalars().all()
                session.get(User, 1)
    """,
    "engine": """
        from sqlalchemy.engine import Engine
        @event.listens_for(Engine, "connect")
        def pragma(connection, record):
            cursor = connection.cursor()
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.fetchall()
            connection.commit()
            cursor.close()
    """,
    "statement": """
        from sqlalchemy.engine import Engine
        @event.listens_for(Engine, "before_cursor_execute")
        def explain(conn, cursor, statement, parameters, context, executemany):
            conn.execute(db.text("SELECT 1")).first()
            cursor.execute("SELECT 2")
    """,
    "attribute": """
        @event.listens_for(User.name, "set", retval=True)
        def lower(target, value, oldvalue, initiator):
            return value.lower()
    """,
}


@pytest.mark.parametrize("name", BODIES)
def test_a_listener_stays_as_it_is(name: str) -> None:
    before = textwrap.dedent("from sqlalchemy import event\n" + textwrap.dedent(BODIES[name]).strip("\n"))
    assert after(before) == before.strip("\n")


def test_what_it_gives_to_others_is_what_it_is() -> None:
    text = after(
        """
        from sqlalchemy import event
        def note(connection, text):
            connection.execute(db.text(text)).first()
        @event.listens_for(User, "before_insert")
        def stamp(mapper, connection, target):
            note(connection, "SELECT 1")
        """
    )
    assert "wait" not in text


def test_a_query_of_a_model_in_a_listener_still_waits_in_the_bridge() -> None:
    text = after(
        """
        from sqlalchemy import event
        @event.listens_for(User, "before_insert")
        def stamp(mapper, connection, target):
            target.name = str(Post.query.count())
        """
    )
    assert "wait(Post.query.count())" in text
