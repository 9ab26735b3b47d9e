"""marshmallow-sqlalchemy's schemas load what they refer to, in a view that awaits."""

from __future__ import annotations

from typing import Any

import pytest
from quart import request

from quart_app import Quart
from quart_app.db import SQLAlchemy
from quart_app.db.schemas import adapt_schemas, in_bridge

marshmallow_sqlalchemy = pytest.importorskip("marshmallow_sqlalchemy")


def application(how: str) -> Any:
    """An application that makes or changes a book from JSON; ``how`` says where its schema has the session from."""
    app = Quart(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db: Any = SQLAlchemy(app)

    class Author(db.Model):  # type: ignore[misc]
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(50))

    class Book(db.Model):  # type: ignore[misc]
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(50))
        author_id = db.Column(db.ForeignKey(Author.id))
        author = db.relationship(Author)

    class BookSchema(marshmallow_sqlalchemy.SQLAlchemyAutoSchema):  # type: ignore[misc, name-defined]
        class Meta:
            model = Book
            load_instance = True
            include_relationships = True
            if how == "in Meta":
                sqla_session = db.session

    @app.post("/")
    async def store() -> Any:
        data = await request.get_json()
        book = BookSchema().load(data, **({} if how == "in Meta" else {"session": db.session}))
        db.session.add(book)
        await db.session.commit()
        return {"id": book.id, "title": book.title, "author": book.author.name}

    app.db, app.author = db, Author  # type: ignore[attr-defined]
    return app


@pytest.mark.parametrize("how", ["in Meta", "in the call"])
async def test_a_schema_loads_what_exists_and_what_it_refers_to(how: str) -> None:
    app = application(how)
    async with app.app_context():
        await app.db.create_all()
        app.db.session.add_all([app.author(id=7, name="Ann"), app.author(id=8, name="Bob")])
        await app.db.session.commit()
    client = app.test_client()
    made = await client.post("/", json={"title": "One", "author": 7})
    assert made.json == {"id": 1, "title": "One", "author": "Ann"}
    changed = await client.post("/", json={"id": 1, "title": "Two", "author": 8})
    assert changed.json == {"id": 1, "title": "Two", "author": "Bob"}


async def test_a_session_that_is_not_awaited_stays_as_it_is_and_adapting_twice_changes_nothing() -> None:
    app = application("in Meta")
    adapt_schemas()
    adapt_schemas()
    async with app.app_context():
        inside = in_bridge(app.db.session)
        assert inside is app.db.session().sync_session
        assert in_bridge(app.db.session()) is inside
        assert in_bridge(inside) is inside
        assert in_bridge(None) is None
