"""A string of several statements, which psycopg2 executes and asyncpg's prepared statements refuse."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from quart_app.db import make_engine
from quart_app.db.several import split


async def test_they_are_executed_in_one_transaction(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    async with engine.connect() as connection:
        result = await connection.execute(
            sa.text("""
                -- one; two
                CREATE TABLE notes (body text DEFAULT ';');
                CREATE FUNCTION twice(word text) RETURNS text AS $body$ BEGIN RETURN word || ';' || word; END; $body$
                    LANGUAGE plpgsql;
                INSERT INTO notes VALUES (twice('it''s; ok'));
                SELECT body FROM notes;
            """)
        )
        assert result.scalars().all() == ["it's; ok;it's; ok"]
        await connection.rollback()
        assert (await connection.execute(sa.text("SELECT to_regclass('notes')"))).scalar() is None
    await engine.dispose()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT ';'; ", ["SELECT ';'"]),
        (";; SELECT 1 ;/* ; */; SELECT 2", ["SELECT 1", "SELECT 2"]),
        (r"SELECT E'\';'; SELECT 'a\'; SELECT 1", [r"SELECT E'\';'", r"SELECT 'a\'", "SELECT 1"]),
        ('SELECT "a;b"; SELECT $$;$$ || $x$;$$;$x$', ['SELECT "a;b"', "SELECT $$;$$ || $x$;$$;$x$"]),
        (
            "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2; END",
            ["CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2; END"],
        ),
    ],
)
def test_semicolons_in_quotes_and_comments_end_nothing(text: str, parts: list[str]) -> None:
    assert split(text) == parts
