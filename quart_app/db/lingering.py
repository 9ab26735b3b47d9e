"""Sessions of a half-async application: closed in the middle of a request, while their objects are still in use.

``async with async_session() as session: return await session.get(User, 1)`` gives an object whose session is closed; what was
not loaded by then can't be loaded any more. A :class:`LingeringSession` gives its connection back at the same moment, but
keeps its objects until the application context ends, so that ``user.books`` still loads (implicitly, under the policy).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy.ext.asyncio as sa_asyncio
from quart.signals import appcontext_tearing_down
from sqlalchemy.orm import Session

from .scope import running_context
from .session import AsyncSession

_lingering: WeakKeyDictionary[Any, list[LingeringSession]] = WeakKeyDictionary()


class LingeringSession(AsyncSession):
    """A session whose objects outlive ``close()`` until the end of the application context."""

    async def close(self) -> None:
        """Roll back what was not committed and give the connection back; outside an application context, close for good."""
        context = running_context()
        if context is None:
            await super().close()
            return
        await self.run_sync(_end_transactions)
        waiting = _lingering.setdefault(context, [])
        if self not in waiting:
            waiting.append(self)

    async def close_for_good(self) -> None:
        """Close as any session does."""
        await super().close()


def _end_transactions(session: Session) -> None:
    # Session.rollback() would expire every object, and what they hold is what they are kept for.
    while (transaction := session.get_transaction()) is not None:
        transaction.close()


async def _context_ends(_app: Any, **_: Any) -> None:
    waiting: Sequence[LingeringSession] = _lingering.pop(running_context(), ())
    for session in waiting:
        await session.close_for_good()


appcontext_tearing_down.connect(_context_ends)


def async_sessionmaker(
    bind: Any = None, *, class_: Any = None, **options: Any
) -> sa_asyncio.async_sessionmaker[Any]:
    """Return a factory of lingering sessions; see :class:`sqlalchemy.ext.asyncio.async_sessionmaker`.

    Args:
        bind: the asynchronous engine.
        class_: a session class of the application's own; SQLAlchemy's ``AsyncSession`` stands for :class:`LingeringSession`.
        options: what the sessions are made with.
    """
    if class_ is None or class_ is sa_asyncio.AsyncSession:
        class_ = LingeringSession
    return sa_asyncio.async_sessionmaker(bind, class_=class_, **options)
