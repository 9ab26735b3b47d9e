"""How often was a page seen? A small SQLite file of its own, whatever the main database is."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from quart import current_app

from quart_app.db import sqlite


@asynccontextmanager
async def visits_database() -> AsyncIterator[sqlite.Connection]:
    """Open the file; commit at the end, or roll back."""
    database = await sqlite.connect(current_app.config["VISITS_DATABASE"])
    try:
        async with database:
            yield database
    finally:
        await database.close()


async def make_table() -> None:
    """Create the table if it does not exist."""
    async with visits_database() as database:
        await database.execute(
            "CREATE TABLE IF NOT EXISTS visits (path TEXT PRIMARY KEY, count INTEGER NOT NULL DEFAULT 0)"
        )


async def count_visit(path: str) -> int:
    """Count one more visit; return how many there were, or 0 where nobody has made the table."""
    try:
        async with visits_database() as database:
            cursor = await database.execute(
                "INSERT INTO visits (path, count) VALUES (?, 1)"
                " ON CONFLICT (path) DO UPDATE SET count = count + 1 RETURNING count",
                (path,),
            )
            (count,) = await cursor.fetchone()
    except sqlite3.OperationalError:
        return 0
    return int(count)


async def most_visited(limit: int = 5) -> list[dict[str, object]]:
    """Return the pages that were seen most often."""
    try:
        async with visits_database() as database:
            cursor = await database.execute(
                "SELECT path, count FROM visits ORDER BY count DESC, path LIMIT ?", (limit,)
            )
            return [{"path": path, "count": count} async for path, count in cursor]
    except sqlite3.OperationalError:
        return []
