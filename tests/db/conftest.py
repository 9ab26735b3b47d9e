from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import quart

import quart_app

from .library import MEMORY, Library

DATABASES = ["memory", "file", "postgres"]


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind, as a synchronous application writes it."""
    if request.param == "memory":
        return MEMORY
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'library.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["file", "postgres"])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database with connections of one's own."""
    if request.param == "file":
        return f"sqlite:///{tmp_path / 'library.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["quart", "quart_app"])
def app_class(request: pytest.FixtureRequest) -> Any:
    return quart.Quart if request.param == "quart" else quart_app.Quart


@pytest.fixture
async def stored_library(stored: str, app_class: Any) -> AsyncIterator[Library]:
    library = Library(stored, app_class)
    async with library.app.app_context():
        await library.db.drop_all()
        await library.db.create_all()
        await library.fill()
    yield library
    assert library.checked_out() == 0
