"""A test case makes its tables, and then its application anew: with in-memory databases, the first one's is meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

import quart_app
from quart_app.db import SQLAlchemy


def models() -> tuple[SQLAlchemy, Any]:
    db = SQLAlchemy()

    class Word(db.Model):  # type: ignore[misc, name-defined]
        id = sa.Column(sa.Integer, primary_key=True)

    return db, Word


def make(db: SQLAlchemy, url: str) -> quart_app.Quart:
    app = quart_app.Quart(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    return app


async def counted(word: Any) -> int:
    number: int = await word.query.count()
    return number


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
async def test_the_second_application_finds_what_the_first_has(url: str) -> None:
    db, word = models()
    first = make(db, url)
    async with first.app_context():
        second = make(db, url)

        @second.get("/")
        async def index() -> str:
            return str(await counted(word))

        await db.create_all()
        db.session.add(word())
        await db.session.commit()
        async with second.test_request_context("/"):
            assert await counted(word) == 1
            db.session.add(word())
            await db.session.commit()
        async with second.app_context(), second.app_context():
            assert await counted(word) == 2
        response = await second.test_client().get("/")
        assert response.get_data(as_text=True) == "2"
        assert await counted(word) == 2
        await db.drop_all()


async def test_one_with_tables_of_its_own_keeps_to_itself() -> None:
    db, word = models()
    first, second = make(db, "sqlite://"), make(db, "sqlite://")
    async with first.app_context():
        await db.create_all()
        db.session.add(word())
        await db.session.commit()
        async with second.app_context():
            await db.create_all()
            assert await counted(word) == 0
        assert await counted(word) == 1


async def test_beside_the_first_the_second_has_its_own() -> None:
    db, word = models()
    first, second = make(db, "sqlite://"), make(db, "sqlite://")
    async with first.app_context():
        await db.create_all()
    async with second.app_context():
        with pytest.raises(OperationalError, match="no such table"):
            await counted(word)


async def test_a_file_is_each_ones_own(tmp_path: Path) -> None:
    db, word = models()
    first, second = make(db, "sqlite://"), make(db, f"sqlite:///{tmp_path / 'words.db'}")
    async with first.app_context():
        await db.create_all()
        async with second.app_context():
            with pytest.raises(OperationalError, match="no such table"):
                await counted(word)


async def test_no_other_extension_objects_database_is_borrowed() -> None:
    db, _ = models()
    other, word = models()
    first, second = make(db, "sqlite://"), make(other, "sqlite://")
    async with first.app_context():
        await db.create_all()
        async with second.app_context():
            with pytest.raises(OperationalError, match="no such table"):
                await counted(word)
