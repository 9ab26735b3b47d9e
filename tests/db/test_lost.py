"""A connection that the server has closed while it lay in the pool is not handed out."""

from __future__ import annotations

import asyncio

import asyncpg
from sqlalchemy import text

from quart_app.db.engine import make_engine


async def test_a_closed_connection_is_replaced(postgres_url: str) -> None:
    engine = make_engine(postgres_url, pool_size=1, max_overflow=0)
    async with engine.connect() as connection:
        first = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    other = await asyncpg.connect(postgres_url)
    assert await other.fetchval("SELECT pg_terminate_backend($1)", first)
    await other.close()
    for _ in range(100):  # until the news has come
        await asyncio.sleep(0.01)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one() != first
    await engine.dispose()


async def test_a_connection_that_is_open_is_kept(postgres_url: str) -> None:
    engine = make_engine(postgres_url, pool_size=1, max_overflow=0)
    pids = set()
    for _ in range(3):
        async with engine.connect() as connection:
            pids.add((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())
    assert len(pids) == 1
    await engine.dispose()
