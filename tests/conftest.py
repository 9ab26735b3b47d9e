"""What every test may ask for: database servers, and databases of its own on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests import servers


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server on which databases may be made."""
    with servers.postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def make_postgres_database(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Makes an empty database at each call and gives its URL; all are dropped after the session."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(servers.fresh_postgres_database(postgres_server))


@pytest.fixture(scope="session")
def postgres_url(make_postgres_database: Callable[[], str]) -> str:
    """The URL of one database for the whole session; whoever uses it cleans up behind himself."""
    return make_postgres_database()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis server that others may be using: keep to keys with a prefix of your own."""
    with servers.redis_server() as url:
        yield url
