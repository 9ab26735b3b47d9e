"""Each test runs on each application and each database; one process per pair and session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.blackbox.applications import APPLICATIONS, LEGACY_TREE, Database, Site, migrate, prepare, serve
from tests.blackbox.visitor import ADMIN, LIBRARIAN, READER, Visitor, unique

DATABASES = ("sqlite", "postgresql")
PAIRS = [f"{application}-{database}" for application in APPLICATIONS for database in DATABASES]
ASYNC_PAIRS = [pair for pair in PAIRS if not pair.startswith("flask")]


@pytest.fixture(scope="session")
def migrated_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The legacy application after the codemod; made once."""
    return migrate(tmp_path_factory.mktemp("migrated") / "bookshelf")


@pytest.fixture(scope="session")
def tree_of(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """The folder in which an application's commands run."""

    def tree(application: str) -> Path:
        if application == "migrated":
            migrated: Path = request.getfixturevalue("migrated_tree")
            return migrated
        return LEGACY_TREE if application == "flask" else Path(__file__).parents[2]

    return tree


@pytest.fixture(scope="session")
def make_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Database]:
    """Makes an empty database of a kind."""

    def make(kind: str) -> Database:
        folder = tmp_path_factory.mktemp("database")
        if kind == "sqlite":
            url = f"sqlite:///{folder / 'bookshelf.db'}"
        else:
            make_postgres_database: Callable[[], str] = request.getfixturevalue("make_postgres_database")
            url = make_postgres_database()
        return Database(url, folder / "visits.db")

    return make


def running(
    pair: str, tree_of: Callable[[str], Path], make_database: Callable[[str], Database], folder: Path
) -> Iterator[Site]:
    """A filled bookshelf of the pair, served until the session has no more use for it."""
    application, kind = pair.rsplit("-", 1)
    database = make_database(kind)
    prepare(application, tree_of(application), database)
    with serve(application, tree_of(application), database, folder / f"{pair}.log") as site:
        yield site


@pytest.fixture(scope="session", params=PAIRS)
def site(
    request: pytest.FixtureRequest,
    tree_of: Callable[[str], Path],
    make_database: Callable[[str], Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A running bookshelf; whoever asks for it runs once on each application and database."""
    yield from running(request.param, tree_of, make_database, tmp_path_factory.mktemp("log"))


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    """A stranger with an empty cookie jar."""
    with Visitor(site.url) as stranger:
        yield stranger


@pytest.fixture
def another(site: Site) -> Iterator[Visitor]:
    """A second one, at another machine."""
    with Visitor(site.url) as stranger:
        yield stranger


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    assert visitor.sign_in(READER).status_code == 302
    return visitor


@pytest.fixture
def librarian(visitor: Visitor) -> Visitor:
    assert visitor.sign_in(LIBRARIAN).status_code == 302
    return visitor


@pytest.fixture
def admin(another: Visitor) -> Visitor:
    """Somebody who may do everything, beside whoever else the test has."""
    assert another.sign_in(ADMIN).status_code == 302
    return another


@pytest.fixture
def member(site: Site) -> tuple[str, str]:
    """A new account that no other test uses: e-mail address and password."""
    email, password = f"{unique('member')}@example.com", "member-password"
    with Visitor(site.url) as stranger:
        answer = stranger.submit(
            "/auth/register",
            {"name": "Mel", "email": email, "password": password, "confirm": password},
        )
        assert answer.status_code == 302
    return email, password
