"""``inspect(engine)`` for awaited engines: what tables, columns and indexes a database has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

__all__ = ["Inspector", "inspect_database"]


class Inspector:
    """SQLAlchemy's ``Inspector`` for an awaited engine or connection: each question is awaited, and asked anew each time.

    Args:
        bind: The engine, or a connection, whose transaction it then sees.
    """

    def __init__(self, bind: AsyncEngine | AsyncConnection) -> None:
        self.bind = bind
        self.dialect = bind.dialect

    @property
    def default_schema_name(self) -> str | None:
        """The schema that names without one are looked up in."""
        return self.dialect.default_schema_name

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        if name.startswith("_") or not callable(getattr(sa.Inspector, name, None)):
            raise AttributeError(f"'Inspector' object has no attribute {name!r}")

        async def ask(*args: Any, **options: Any) -> Any:
            def asked(connection: Connection) -> Any:
                return getattr(sa.inspect(connection), name)(*args, **options)

            if isinstance(self.bind, AsyncConnection):
                return await self.bind.run_sync(asked)
            async with self.bind.connect() as connection:
                return await connection.run_sync(asked)

        ask.__name__ = name
        return ask


def inspect_database(bind: AsyncEngine | AsyncConnection) -> Inspector:
    """``sqlalchemy.inspect(bind)``, for an awaited engine or connection."""
    return Inspector(bind)
