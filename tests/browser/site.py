"""A bookshelf to be driven: filled, on PostgreSQL, served by hypercorn in a process of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_bookshelf() -> Iterator[tuple[str, Path]]:
    """Give its address and its log; whatever the log says of lost coroutines is an error at the end."""
    # Here, so that a command can say what is missing before anything else is.
    from tests import servers
    from tests.blackbox.applications import Database, prepare, serve

    tree = Path(__file__).parents[2]
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.postgres_server() as server,
        servers.fresh_postgres_database(server) as url,
    ):
        database = Database(url, Path(folder) / "visits.db")
        prepare("quart_app", tree, database)
        with serve("quart_app", tree, database, Path(folder) / "log") as site:
            yield site.url, site.log
