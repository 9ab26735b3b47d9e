"""Values of another type than their column's: what PostgreSQL made of psycopg2's literals, asyncpg stores as well."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from quart_app.db.engine import make_engine

ID = uuid.UUID("144c7514-e5c9-11f1-9cdc-02fc00000000")
DAY = datetime.date(2024, 5, 1)
NOON = datetime.datetime(2024, 5, 1, 12)

table = sa.Table(
    "literals",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("big", sa.BigInteger),
    sa.Column("name", sa.String(40)),
    sa.Column("text", sa.Text),
    sa.Column("day", sa.Date),
    sa.Column("at", sa.DateTime),
    sa.Column("zoned", sa.DateTime(timezone=True)),
    sa.Column("clock", sa.Time),
    sa.Column("share", sa.Float),
)


@pytest.mark.parametrize(
    ("column", "given", "stored"),
    [
        ("big", "5", 5),
        ("big", 2.5, 3),
        ("big", Decimal("-2.5"), -3),
        ("name", ID, str(ID)),
        ("name", 7, "7"),
        ("name", True, "true"),
        ("text", Decimal("1.50"), "1.50"),
        ("day", "2024-05-01", DAY),
        ("day", NOON, DAY),
        ("at", "2024-05-01 12:00:00", NOON),
        ("at", DAY, datetime.datetime(2024, 5, 1)),
        ("at", NOON.replace(tzinfo=datetime.UTC), NOON),
        ("zoned", NOON.replace(tzinfo=datetime.UTC), NOON.replace(tzinfo=datetime.UTC)),
        ("clock", "12:30", datetime.time(12, 30)),
        ("share", "0.5", 0.5),
        ("name", None, None),
    ],
)
async def test_a_value_is_stored_as_the_column_has_it(
    postgres_url: str, column: str, given: Any, stored: Any
) -> None:
    engine = make_engine(postgres_url)
    async with engine.begin() as connection:
        await connection.run_sync(table.create)
        await connection.execute(table.insert().values(id="1", **{column: given}))
        assert (await connection.execute(sa.select(table.c[column]))).scalar() == stored
        await connection.run_sync(table.drop)
    await engine.dispose()


async def test_what_cannot_be_converted_is_the_databases_error(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    async with engine.begin() as connection:
        await connection.run_sync(table.create)
    with pytest.raises(sa.exc.DBAPIError):
        async with engine.begin() as connection:
            await connection.execute(table.insert().values(id="one"))
    async with engine.begin() as connection:
        await connection.run_sync(table.drop)
    await engine.dispose()


async def test_text_is_compared_as_what_the_column_has(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    async with engine.begin() as connection:
        await connection.run_sync(table.create)
        await connection.execute(table.insert().values(id=5, name="5", day=DAY, at=NOON, share=0.5))
        for condition in (
            table.c.id == "5",
            table.c.id > "4",
            table.c.id.in_(["4", "5"]),
            table.c.id.between("4", "6"),
            table.c.day == "2024-05-01",
            table.c.at >= "2024-05-01 11:00",
            table.c.share < "0.6",
            table.c.name == "5",
            sa.and_(table.c.id == 5, table.c.id != "6"),
        ):
            found = sa.select(sa.func.count()).select_from(table).where(condition)
            assert (await connection.execute(found)).scalar() == 1, str(condition)
        for number, count in (("5", 1), ("6", 0), (5, 1)):
            found = sa.select(sa.func.count()).select_from(table).where(table.c.id == number)
            assert (await connection.execute(found)).scalar() == count
        await connection.run_sync(table.drop)
    await engine.dispose()
