"""``engine.raw_connection()``, awaited: a driver's connection and cursors with the words of the DB-API."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.util import greenlet_spawn

_PLACEHOLDER = re.compile(r"%%|%s|%\((\w+)\)s")


class RawConnection:
    """A connection of an engine's pool; ``close()`` gives it back."""

    def __init__(self, fairy: Any, numbered: bool) -> None:
        self._fairy = fairy
        #: Whether the driver wants ``$1`` where synchronous PostgreSQL drivers want ``%s``.
        self._numbered = numbered

    def cursor(self) -> RawCursor:
        """Return a new cursor."""
        return RawCursor(self)

    async def commit(self) -> None:
        """Commit."""
        await greenlet_spawn(self._fairy.commit)

    async def rollback(self) -> None:
        """Roll back."""
        await greenlet_spawn(self._fairy.rollback)

    async def close(self) -> None:
        """Roll back what is not committed and give the connection back."""
        await greenlet_spawn(self._fairy.close)


class RawCursor:
    """The results of a statement, and where the next ones come from."""

    def __init__(self, connection: RawConnection) -> None:
        #: The connection it belongs to.
        self.connection = connection
        # The driver's own waits when it is made.
        self._raw: Any = None

    async def execute(self, sql: str, parameters: Any = ()) -> RawCursor:
        """Execute a statement; its placeholders are those of the synchronous driver."""
        if self._raw is None:
            self._raw = await greenlet_spawn(self.connection._fairy.cursor)
        if self.connection._numbered and parameters:
            sql, parameters = numbered(sql, parameters)
        await greenlet_spawn(self._raw.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Any]) -> RawCursor:
        """Execute a statement once for each of ``parameters``."""
        for item in parameters:
            await self.execute(sql, item)
        return self

    async def fetchone(self) -> Any:
        """Return the next row, or ``None``."""
        row = await greenlet_spawn(self._raw.fetchone)
        return row if row is None else self._plain([row])[0]

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next ``size`` rows, or ``arraysize``."""
        return self._plain(await greenlet_spawn(self._raw.fetchmany, size))

    async def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        return self._plain(await greenlet_spawn(self._raw.fetchall))

    def _plain(self, rows: Iterable[Any]) -> list[Any]:
        """The rows as the synchronous driver gives them: asyncpg's are records."""
        return [tuple(row) for row in rows] if self.connection._numbered else list(rows)

    async def close(self) -> None:
        """Close the cursor."""
        if self._raw is not None:
            await greenlet_spawn(self._raw.close)

    @property
    def rowcount(self) -> int:
        """How many rows were changed; -1 if that is not known."""
        return -1 if self._raw is None else int(self._raw.rowcount)

    @property
    def description(self) -> Any:
        """The columns of the result."""
        return None if self._raw is None else self._raw.description

    @property
    def lastrowid(self) -> Any:
        """The id of the row that was inserted last, where the driver knows it."""
        return None if self._raw is None else self._raw.lastrowid

    async def __aiter__(self) -> AsyncIterator[Any]:
        for row in await self.fetchall():
            yield row


def numbered(sql: str, parameters: Any) -> tuple[str, tuple[Any, ...]]:
    """Rewrite ``%s`` and ``%(name)s`` as ``$1``, ``$2``.

    Args:
        sql: The statement.
        parameters: A sequence, or a mapping for names.

    Returns:
        The statement, and the parameters in the order of their numbers.
    """
    counter = itertools.count(1)
    names: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        if match[1] is None:
            return f"${next(counter)}"
        return f"${names.setdefault(match[1], len(names) + 1)}"

    text = _PLACEHOLDER.sub(number, sql)
    if isinstance(parameters, Mapping):
        return text, tuple(parameters[name] for name in names)
    return text, tuple(parameters)
