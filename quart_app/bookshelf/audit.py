"""Who did what: written in the background, in the name of whoever the caller says it was."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from quart_app.tasks import ANONYMOUS, SYSTEM, acting_user_id, spawn

from .extensions import db
from .models import AuditEntry, User


def log_event(action: str, subject: str = "", *, user_id: int | str | None) -> None:
    """Note what a user did. The caller knows who it was; in the background there is no request to ask."""
    spawn(write_entry, action, subject, user_id=user_id)


async def write_entry(action: str, subject: str) -> None:
    """Write one line."""
    db.session.add(AuditEntry(action=action, subject=subject[:200], actor=await actor()))
    await db.session.commit()


async def actor() -> str:
    """Return the address of the user for whom the running task acts."""
    return await actor_of(acting_user_id())


async def actor_of(user_id: int | str | None) -> str:
    """Return what the log calls somebody: the address of a user."""
    if user_id is ANONYMOUS:
        return "anonymous"
    if user_id == SYSTEM:
        return SYSTEM
    return await db.session.scalar(select(User.email).where(User.id == user_id)) or f"user {user_id}"


async def entries(limit: int = 50, action: str | None = None, *, skip: int = 0) -> Sequence[AuditEntry]:
    """Return the last lines, but for the very last ones that are to be skipped."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit).offset(skip)
    if action:
        statement = statement.where(AuditEntry.action == action)
    return (await db.session.scalars(statement)).all()
