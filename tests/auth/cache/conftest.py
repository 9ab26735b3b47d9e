from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from .workers import Line, Worker

MakeWorker = Callable[..., Awaitable[Worker]]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A database for what does not depend on the database."""
    return f"sqlite:///{tmp_path / 'users.db'}"


@pytest.fixture
def prefix(redis_url: str) -> Iterator[str]:
    """A beginning of keys that nobody else uses; they are gone afterwards."""
    chosen = f"fq-test-cache-{secrets.token_hex(6)}"
    yield chosen
    with redis.Redis.from_url(redis_url) as client:
        for key in client.scan_iter(f"{chosen}*"):
            client.delete(key)


@pytest.fixture(params=["memory", "redis"])
def where(request: pytest.FixtureRequest, redis_url: str, prefix: str) -> dict[str, Any]:
    """Either place where copies are kept."""
    return {"store": "memory" if request.param == "memory" else redis_url, "prefix": prefix}


@pytest.fixture
async def line(redis_url: str) -> AsyncIterator[Line]:
    """A line to Redis that can be cut."""
    opened = Line(redis_url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def make_worker() -> AsyncIterator[MakeWorker]:
    """Makes workers; the first one fills the database."""
    made: list[Worker] = []

    async def make(url: str, **options: Any) -> Worker:
        worker = Worker(url, **options)
        if not made:
            await worker.fill()
        made.append(worker)
        return worker

    yield make
    for worker in made:
        await worker.close()
