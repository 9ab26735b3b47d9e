from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from quart_app.bridge import forget_warnings

from . import shelf

Runs = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(params=shelf.LOOPS)
def loop_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def undriven(loop_kind: str) -> Iterator[Runs]:
    """Run a coroutine on a loop that nothing was installed on."""
    factory: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    if loop_kind == "uvloop":
        import uvloop

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        yield runner.run


@pytest.fixture(params=shelf.DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'shelf.db'}"
    postgres_url: str = request.getfixturevalue("postgres_url")
    return postgres_url.replace("postgresql://", "postgresql+asyncpg://", 1)


@pytest.fixture(autouse=True)
def _warn_anew() -> None:
    forget_warnings()
