"""Connections whose server has gone are replaced when they are taken from the pool, without asking the server."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DisconnectionError


def replace_lost_connections(engine: Engine) -> None:
    """Have an engine of asyncpg look whether a connection is closed before it hands it out.

    asyncpg hears at once when the server closes a connection, as it does when it is stopped or killed. ``pool_pre_ping`` finds more
    (a network that has gone without a word), for a round trip each time.

    Args:
        engine: The synchronous engine below an ``AsyncEngine``; engines of other drivers are left alone.
    """
    if engine.dialect.driver != "asyncpg":
        return

    def checked_out(connection: Any, _record: Any, _proxy: Any) -> None:
        if engine.dialect.get_driver_connection(connection).is_closed():
            raise DisconnectionError("the server has closed this connection")

    event.listen(engine, "checkout", checked_out)
