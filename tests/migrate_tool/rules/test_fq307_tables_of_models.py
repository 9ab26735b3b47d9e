"""Tables that nobody holds in a variable: a model's own, and those that the metadata lists."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after, migrated

PLAIN = """
from sqlalchemy import Column, Integer, create_engine
from sqlalchemy.orm import declarative_base

engine = create_engine("sqlite:///app.db")
Base = declarative_base()

class Note(Base):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)

    @classmethod
    def make(cls):
        cls.__table__.create(engine)

def make():
    Note.__table__.drop(bind=engine)
"""


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("User.__table__.create(db.engine)", "await create_table(User.__table__, db.engine)"),
        (
            "User.__table__.drop(db.engine, checkfirst=True)",
            "await drop_table(User.__table__, db.engine, checkfirst=True)",
        ),
        (
            "for model in (User, Post):\n        model.__table__.create(db.engine)",
            "for model in (User, Post):\n        await create_table(model.__table__, db.engine)",
        ),
        (
            "db.metadata.tables['user'].create(db.engine)",
            "await create_table(db.metadata.tables['user'], db.engine)",
        ),
    ],
)
def test_of_flask_sqlalchemy_s_models(before: str, expected: str) -> None:
    assert f"async def f():\n    {expected}" in after(f"def f():\n    {before}\n")


def test_of_plain_models() -> None:
    text = migrated({"models.py": PLAIN})[0]["models.py"]
    assert "        await create_table(cls.__table__, engine)\n" in text
    assert "    await drop_table(Note.__table__, bind=engine)\n" in text


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    return [column.name for column in User.__table__.columns]",
        "def f():\n    return User.__table__.select(), User.__table__.name",
        "def f():\n    return [name for name in db.metadata.tables]",
    ],
)
def test_what_only_describes_a_table_stays(code: str) -> None:
    assert after(code) == code
