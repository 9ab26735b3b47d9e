"""Many browsers at once, each with a page and its twelve static files, on SQLAlchemy's default pool of 5 + 10.

``FLASK_TO_QUART_PAGE_LOADS`` says how many (30 by default). Browsers and server share one event loop here: with 300, thousands of
static files keep it busy for longer than a connection is waited for, with a cache or without; see docs/measured.md.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from .conftest import MakeWorker

BROWSERS = int(os.environ.get("FLASK_TO_QUART_PAGE_LOADS", "30"))


@pytest.mark.parametrize("cache", [{}, {"seconds": 60}], ids=["rows", "copies"])
async def test_browsers_load_pages_and_their_files(
    make_worker: MakeWorker,
    postgres_url: str,
    tmp_path: Path,
    cache: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    for number in range(12):
        (tmp_path / f"{number}.txt").write_text("x")
    worker = await make_worker(postgres_url, folder=str(tmp_path), **cache)
    numbers = range(100, 100 + BROWSERS)
    async with worker.session() as session:
        session.add_all([worker.User(id=number, name=f"user {number}", password="x") for number in numbers])
        await session.commit()
    clients = [await worker.signed_in(number) for number in numbers]

    async def load(number: int, client: Any) -> None:
        page = await client.get("/who")
        assert (page.status_code, page.text) == (200, f"user {number}: ")
        files = await asyncio.gather(*[client.get(f"/static/{file}.txt") for file in range(12)])
        assert {response.status_code for response in files} == {200}

    with worker.counting() as seen:
        await asyncio.gather(*[load(number, client) for number, client in zip(numbers, clients, strict=True)])
    # Without a cache the bridge loads the roles with a second one; no static file asks for anybody.
    assert len(seen) == BROWSERS * (1 if cache else 2)
    assert "QueuePool limit" not in caplog.text
    async with worker.session() as session:
        assert worker.db.engine.pool.checkedout() == 0
        idle = sa.text(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()"
        )
        assert await session.scalar(idle) == 0
