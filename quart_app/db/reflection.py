"""Tables that the database describes: ``Table(autoload_with=engine)``, ``MetaData.reflect(engine)`` and automap's ``prepare``.

These are called where models are made, mostly while a module is imported, and none of them can be awaited: SQLAlchemy inspects the
engine and asks. An awaited engine of ours is inspected by what waits for each answer in the bridge; where there is no loop, on one of its
own. ``await quart_app.db.plain.reflect(metadata, engine)`` is the way in a coroutine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import inspection
from sqlalchemy.engine import Connection

from ..bridge import in_bridge, run
from .engine import Engine


@inspection._self_inspects
class WaitingInspector(inspection.Inspectable["WaitingInspector"]):
    """SQLAlchemy's ``Inspector`` of an awaited engine, for SQLAlchemy's own synchronous callers.

    Args:
        engine: The engine; every question takes a connection of its own.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect = engine.dialect

    @contextmanager
    def _inspection_context(self) -> Iterator[WaitingInspector]:
        yield self

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if not callable(getattr(sa.Inspector, name, None)):
            raise AttributeError(f"'Inspector' object has no attribute {name!r}")

        def ask(*args: Any, **options: Any) -> Any:
            of_its_own = not in_bridge()

            async def answer() -> Any:
                try:
                    async with self.engine.connect() as connection:
                        return await connection.run_sync(asked)
                finally:
                    if of_its_own:  # nothing comes back to a loop that lasts as long as an import
                        await self.engine.dispose()

            def asked(connection: Connection) -> Any:
                return getattr(sa.inspect(connection), name)(*args, **options)

            return run(answer())

        return ask


@inspection._inspects(Engine)
def _inspect(engine: Engine) -> WaitingInspector:
    return WaitingInspector(engine)
