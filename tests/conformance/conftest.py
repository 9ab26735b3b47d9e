from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from tests.conformance.shelf import FLASK
from tests.conformance.stores import PostgresStore, SqliteStore, Store
from tests.conformance.twins import Program, models_of


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A program for one database is no test on the other."""
    wrong = [item for item in items if _is_for_another(item)]
    items[:] = [item for item in items if item not in wrong]
    config.hook.pytest_deselected(items=wrong)


def _is_for_another(item: pytest.Item) -> bool:
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    program = given.get("program")
    only = program.only if isinstance(program, Program) else ""
    return bool(only) and not only.startswith(str(given["store"]))


@pytest.fixture(scope="session")
def metadata() -> sa.MetaData:
    """The tables of the application that the programs are written for."""
    found: sa.MetaData = models_of(FLASK, "sqlite://").db.metadata
    return found


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory, metadata: sa.MetaData) -> Store:
    return SqliteStore(tmp_path_factory.mktemp("conformance"), metadata)


@pytest.fixture(scope="session")
def postgres_store(make_postgres_database: Callable[[], str], metadata: sa.MetaData) -> Iterator[Store]:
    store = PostgresStore(make_postgres_database(), metadata)
    yield store
    store.connection.close()


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found
