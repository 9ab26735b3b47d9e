import shutil

import pytest

from bookshelf import create_app, users
from bookshelf.audit import wait_for_writers
from bookshelf.cli import create_all, seed_shelf
from bookshelf.config import TestConfig
from bookshelf.extensions import db
from bookshelf.jobs import outbox, wait_for_mails
from bookshelf.models import Book, User

from .helpers import ADMIN, LIBRARIAN, READER, login


def make_app(folder):
    class Config(TestConfig):
        SQLALCHEMY_DATABASE_URI = f"sqlite:///{folder / 'test.db'}"
        VISITS_DATABASE = str(folder / "visits.db")

    return create_app(Config)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """The filled databases, made once; every test gets a copy."""
    folder = tmp_path_factory.mktemp("shelf")
    with make_app(folder).app_context():
        create_all()
        seed_shelf()
    return folder


@pytest.fixture
def app(shelf, tmp_path):
    for name in ("test.db", "visits.db"):
        shutil.copy(shelf / name, tmp_path / name)
    users.clear_cache()
    app = make_app(tmp_path)

    yield app

    wait_for_writers()
    wait_for_mails()
    outbox.clear()
    users.clear_cache()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def runner(app):
    return app.test_cli_runner()


@pytest.fixture
def reader(client):
    login(client, *READER)
    return client


@pytest.fixture
def librarian(client):
    login(client, *LIBRARIAN)
    return client


@pytest.fixture
def admin(client):
    login(client, *ADMIN)
    return client


@pytest.fixture
def emma(app):
    with app.app_context():
        return Book.query.filter_by(title="Emma").one().id


@pytest.fixture
def token(app):
    with app.app_context():
        user = User.query.filter_by(email=LIBRARIAN[0]).one()
        value = user.new_token()
        db.session.commit()
    return value
