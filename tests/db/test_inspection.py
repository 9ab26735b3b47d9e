"""What a database has is asked with await, of an engine or of a connection."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from quart_app.db.inspection import inspect_database
from quart_app.db.plain import create_all, create_engine

METADATA = sa.MetaData()
BOOK = sa.Table(
    "book", METADATA, sa.Column("id", sa.Integer, primary_key=True), sa.Column("title", sa.String(9))
)


async def test_questions_are_awaited_and_never_stale(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'one.db'}")
    inspector = inspect_database(engine)
    assert await inspector.get_table_names() == []
    await create_all(METADATA, engine)
    assert await inspector.get_table_names() == ["book"]
    assert await inspector.has_table("book")
    assert [column["name"] for column in await inspector.get_columns("book")] == ["id", "title"]
    assert inspector.default_schema_name == "main"
    assert await engine.has_table("book")
    assert await engine.table_names() == ["book"]
    assert not hasattr(inspector, "nothing")
    await engine.dispose()


async def test_a_connection_sees_its_own_transaction(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'one.db'}")
    async with engine.connect() as connection:
        await connection.execute(sa.text("create table inside (id integer)"))
        assert await inspect_database(connection).has_table("inside")
        await connection.rollback()
    await engine.dispose()
