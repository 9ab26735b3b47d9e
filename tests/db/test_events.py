"""Events are listened for on the synchronous core."""

from __future__ import annotations

from typing import Any

from quart import Quart
from sqlalchemy import event, orm

from quart_app.db import SQLAlchemy
from quart_app.db.plain import create_engine, scoped_session, sessionmaker


async def test_the_session_s_events_are_heard() -> None:
    db = SQLAlchemy()

    class Item(db.Model):  # type: ignore[name-defined, misc]
        id = db.Column(db.Integer, primary_key=True)

    app = Quart(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    heard: list[Any] = []

    def note(session: orm.Session) -> None:
        heard.append(list(session.new))

    target = db.session.sync_session_class
    event.listen(target, "before_commit", note)
    try:
        async with app.app_context():
            await db.create_all()
            item = Item()
            db.session.add(item)
            await db.session.commit()
    finally:
        event.remove(target, "before_commit", note)
    assert heard == [[item]]


async def test_a_scoped_session_of_plain_sqlalchemy_says_its_class_too() -> None:
    session = scoped_session(sessionmaker(create_engine("sqlite://")))
    assert issubclass(session.sync_session_class, orm.Session)
    assert isinstance(session().sync_session, session.sync_session_class)
    await session.remove()
