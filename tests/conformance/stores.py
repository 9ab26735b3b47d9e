"""Databases that are put back to the same rows before every program, and read out afterwards."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa

from tests.conformance.shelf import ROWS

#: The rows of each table, in an order of their own.
Rows = dict[str, list[tuple[Any, ...]]]


class Store(Protocol):
    """A database."""

    kind: str
    url: str

    def fill(self) -> None:
        """Make it what it was at first."""

    def rows(self) -> Rows:
        """Everything that is in it."""


class SqliteStore:
    """A file, copied from a template."""

    kind = "sqlite"

    def __init__(self, folder: Path, metadata: sa.MetaData) -> None:
        self.template = folder / "template.db"
        self.path = folder / "shelf.db"
        self.url = f"sqlite:///{self.path}"
        engine = sa.create_engine(f"sqlite:///{self.template}")
        with engine.begin() as connection:
            metadata.create_all(connection)
            for statement in ROWS:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def fill(self) -> None:
        shutil.copyfile(self.template, self.path)

    def rows(self) -> Rows:
        connection = sqlite3.connect(self.path)
        try:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return {
                name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for (name,) in names
            }
        finally:
            connection.close()


class PostgresStore:
    """A database of its own, emptied and filled again."""

    kind = "postgresql"

    def __init__(self, url: str, metadata: sa.MetaData) -> None:
        #: psycopg for the synchronous program, asyncpg for its twin.
        self.url = url
        self.metadata = metadata
        self.connection = psycopg.connect(url, autocommit=True)

    def _names(self) -> set[str]:
        found = self.connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in found}

    def fill(self) -> None:
        expected = set(self.metadata.tables)
        if self._names() == expected:
            tables = ", ".join(f'"{name}"' for name in sorted(expected))
            self.connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        else:
            self.connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            engine = sa.create_engine(self.url)
            self.metadata.create_all(engine)
            engine.dispose()
        self.connection.execute("; ".join(ROWS))

    def rows(self) -> Rows:
        return {
            name: sorted(self.connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in sorted(self._names())
        }
