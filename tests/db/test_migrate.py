"""Migrations: Alembic on ``quart db ...``, with our env.py and with those that Flask-Migrate left."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest

from quart_app import Quart
from quart_app.db import SQLAlchemy
from quart_app.db import migrate as migrations
from quart_app.db.migrate import Migrate

#: What Flask-Migrate made until 2.5: an engine of env.py's own, from the URL in the configuration.
OLD_ENV = """
from alembic import context
from flask import current_app
from sqlalchemy import engine_from_config, pool

config = context.config
config.set_main_option("sqlalchemy.url", current_app.config.get("SQLALCHEMY_DATABASE_URI"))
target_metadata = current_app.extensions["migrate"].db.metadata

def run_migrations_online():
    engine = engine_from_config(
        config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool
    )
    connection = engine.connect()
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        **current_app.extensions["migrate"].configure_args
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.close()

run_migrations_online()
"""


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """What an env.py sets up logs to the standard error of its test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def app(folder: Path) -> Quart:
    app = Quart("shop")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder}/shop.db"
    db = SQLAlchemy(app)

    class Book(db.Model):  # type: ignore[misc, name-defined, unused-ignore]
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(80))

    Migrate(app, db)
    return app


@pytest.fixture
def tables(folder: Path) -> Any:
    def ask() -> set[str]:
        connection = sqlite3.connect(folder / "shop.db")
        found = {row[0] for row in connection.execute("select name from sqlite_master where type='table'")}
        connection.close()
        return found

    return ask


def command(app: Quart, *args: str) -> str:
    result = app.test_cli_runner().invoke(args=["db", *args])
    assert result.exception is None, (args, result.output, result.exception)
    return str(result.output)


def version_files(folder: Path) -> list[Path]:
    return sorted((folder / "migrations" / "versions").glob("*.py"))


def test_the_whole_way_on_the_command_line(app: Quart, folder: Path, tables: Any) -> None:
    command(app, "init")
    command(app, "migrate", "-m", "books", "--rev-id", "one")
    assert "'book'" in version_files(folder)[0].read_text()
    assert "book" not in tables()
    command(app, "upgrade")
    assert tables() == {"alembic_version", "book"}
    assert "one (head)" in command(app, "current")
    assert "<base> -> one (head), books" in command(app, "history")
    assert "one (head)" in command(app, "heads")
    assert "Revision ID: one" in command(app, "show")
    command(app, "check")
    command(app, "revision", "-m", "nothing", "--rev-id", "two")
    command(app, "stamp", "two")
    assert "two (head)" in command(app, "current")
    command(app, "stamp", "one")
    command(app, "downgrade")
    assert tables() == {"alembic_version"}
    assert command(app, "branches") == ""
    assert "quart - " in command(app, "list-templates")


@pytest.mark.parametrize("policy", ["warn", "raise"])
def test_migrations_are_no_implicit_loads(
    app: Quart, folder: Path, policy: str, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["IMPLICIT_LOADING"] = policy
    command(app, "init")
    (folder / "migrations" / "env.py").write_text(OLD_ENV)
    command(app, "migrate")
    command(app, "upgrade")
    assert "Implicit" not in caplog.text


def test_a_revision_without_changes_is_no_file(app: Quart, folder: Path) -> None:
    command(app, "init")
    command(app, "migrate")
    command(app, "upgrade")
    command(app, "migrate")
    assert len(version_files(folder)) == 1


def test_models_and_database_that_differ_fail_the_check(
    app: Quart, capfd: pytest.CaptureFixture[str]
) -> None:
    command(app, "init")
    result = app.test_cli_runner().invoke(args=["db", "check"])
    assert result.exit_code == 1


def test_sql_instead_of_execution(app: Quart, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    command(app, "init")
    command(app, "migrate")
    with app.app_context():
        migrations.upgrade(sql=True)
    assert "CREATE TABLE book" in capfd.readouterr().out


@pytest.mark.parametrize("env", ["until 2.5", "4"])
def test_the_env_of_flask_migrate_works_as_it_is(app: Quart, folder: Path, tables: Any, env: str) -> None:
    command(app, "init")
    templates = Path(flask_migrate.__file__).parent / "templates" / "flask"
    text = OLD_ENV if env == "until 2.5" else (templates / "env.py").read_text()
    (folder / "migrations" / "env.py").write_text(text)
    command(app, "migrate", "-m", "books", "--rev-id", "one")
    command(app, "upgrade")
    assert tables() == {"alembic_version", "book"}
    assert "one (head)" in command(app, "current")
    command(app, "downgrade", "base")
    assert tables() == {"alembic_version"}


@pytest.mark.parametrize("env", ["ours", "until 2.5", "4"])
def test_on_postgresql(folder: Path, make_postgres_database: Any, env: str) -> None:
    app = Quart("shop")
    app.config["SQLALCHEMY_DATABASE_URI"] = make_postgres_database()
    db = SQLAlchemy(app)
    db.Table("book", db.Column("id", db.Integer, primary_key=True), db.Column("name", db.Text))
    Migrate(app, db)
    command(app, "init")
    templates = Path(flask_migrate.__file__).parent / "templates" / "flask"
    if env != "ours":
        text = OLD_ENV if env == "until 2.5" else (templates / "env.py").read_text()
        (folder / "migrations" / "env.py").write_text(text)
    command(app, "migrate", "--rev-id", "one")
    version = version_files(folder)[0]
    several = "op.execute(\"INSERT INTO book VALUES (1, 'a;b'); UPDATE book SET name = 'c'; \")"
    version.write_text(version.read_text().replace("def downgrade", f"    {several}\n\n\ndef downgrade"))
    command(app, "upgrade")
    command(app, "check")
    assert "one (head)" in command(app, "current")
    command(app, "downgrade")
    assert "one" not in command(app, "current")


def test_what_a_migration_writes_itself(app: Quart, folder: Path) -> None:
    command(app, "init")
    command(app, "revision", "--rev-id", "one")
    version_files(folder)[0].write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.orm import Session\n"
        "revision, down_revision = 'one', None\n\n"
        "def upgrade():\n"
        "    book = op.create_table('book', sa.Column('id', sa.Integer), sa.Column('title', sa.String))\n"
        "    op.bulk_insert(book, [{'id': 1, 'title': 'a'}])\n"
        "    session = Session(bind=op.get_bind())\n"
        "    for row in session.execute(sa.text('select id from book')).all():\n"
        "        session.execute(sa.text('update book set title = title || :id'), {'id': row.id})\n"
        "    session.commit()\n\n"
        "def downgrade():\n    op.drop_table('book')\n"
    )
    command(app, "upgrade")
    connection = sqlite3.connect(folder / "shop.db")
    assert connection.execute("select title from book").fetchall() == [("a1",)]
    connection.close()


async def test_the_functions_work_on_the_loop(app: Quart, folder: Path, tables: Any) -> None:
    from quart_app.bridge import drive

    async def inside() -> None:
        async with app.app_context():
            migrations.init()
            migrations.migrate(message="books")
            migrations.upgrade()

    await drive(inside())
    assert "book" in tables()


def test_arguments_reach_env_py_and_the_configuration_can_be_changed(app: Quart, folder: Path) -> None:
    seen: list[Any] = []

    def note(config: migrations.Config) -> migrations.Config:
        seen.append(list(getattr(config.cmd_opts, "x", [])))
        return config

    app.extensions["migrate"].migrate.configure(note)
    command(app, "init")
    command(app, "upgrade", "-x", "tenant=a", "-x", "b")
    assert seen == [[], ["tenant=a", "b"]]


def test_an_application_without_migrations_says_so(app: Quart) -> None:
    del app.extensions["migrate"]
    with app.app_context(), pytest.raises(RuntimeError, match=r"Migrate\(app, db\)"):
        migrations.upgrade()


def test_a_command_that_alembic_refuses_ends_with_1(app: Quart) -> None:
    command(app, "init")
    result = app.test_cli_runner().invoke(args=["db", "upgrade", "nowhere"])
    assert result.exit_code == 1


def test_init_app_names_folder_and_group(folder: Path) -> None:
    app = Quart("other")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db = SQLAlchemy(app)
    migrate = Migrate(directory="first", command="first")
    migrate.init_app(app, db, directory="moves", command="schema", compare_type=False)
    result = app.test_cli_runner().invoke(args=["schema", "init"])
    assert result.exit_code == 0
    assert (folder / "moves" / "env.py").is_file()
    assert app.extensions["migrate"].configure_args == {"compare_type": False, "render_as_batch": True}


def test_a_url_for_a_synchronous_driver_becomes_one_for_an_async_driver(app: Quart) -> None:
    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config()
    config.set_main_option("sqlalchemy.url", "postgresql://u:p@h/d?sslmode=require")
    section = config.get_section("alembic")
    assert section["sqlalchemy.url"].drivername == "postgresql+asyncpg"
    assert section["sqlalchemy.connect_args"]
