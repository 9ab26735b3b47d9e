"""The hand-written bookshelf, filled, in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import event

from quart_app import Quart, create_app
from quart_app.bookshelf.cli import fill_shelf, make_tables
from quart_app.bookshelf.extensions import db
from quart_app.testing import QuartClient

# QuartClient inherits its get() and post() from Quart's client, whose annotations promise Quart's response.
Client: TypeAlias = Any


@pytest.fixture(params=["sqlite", "postgresql"])
async def app(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Quart]:
    """The application on a filled database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'bookshelf.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "a secret",
            "SQLALCHEMY_DATABASE_URI": url,
            "VISITS_DATABASE": str(tmp_path / "visits.db"),
            "PASSWORD_METHOD": "pbkdf2:sha256:1000",
            "WTF_CSRF_ENABLED": False,
        }
    )
    async with app.app_context():
        await db.drop_all()
        await make_tables()
        await fill_shelf()
    async with app.test_app():
        yield app
    async with app.app_context():
        await db.drop_all()
        await db.dispose()


@pytest.fixture
def client(app: Quart) -> Client:
    """A stranger."""
    return new_client(app)


def new_client(app: Quart) -> Client:
    """Another one."""
    return QuartClient(app)


async def sign_in(client: Client, name: str) -> None:
    """Sign one of the three seeded accounts in."""
    answer = await client.post(
        "/auth/login", data={"email": f"{name}@example.com", "password": f"{name}-password"}
    )
    assert answer.status_code == 302


@contextmanager
def statements(app: Quart) -> Iterator[list[str]]:
    """The statements that the application's database gets inside the block."""
    seen: list[str] = []
    engine = db._engines[app][None].sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
