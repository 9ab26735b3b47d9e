"""One run of a message's task: who acts, how long it may take, and that its effect is committed once."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakSet

from quart import Quart
from sqlalchemy import event, orm

from quart_app.db import SQLAlchemy

from .messages import Message, check_plain, definition
from .outcomes import AlreadyDoneError, Outcomes, in_words
from .spawning import _acting
from .tracking import logger


class CommittedTwiceError(RuntimeError):
    """A task whose effect is to be one transaction has committed a second one."""


class _Effect:
    """The transaction that is the effect of the running message."""

    def __init__(self, message: Message, outcomes: Outcomes) -> None:
        self.message = message
        self.outcomes = outcomes
        self.result: Any = None
        self.committed = False

    def before_commit(self, session: orm.Session) -> None:
        if self.committed:
            raise CommittedTwiceError(
                f"{self.message.task} committed before, and that was its effect: after a crash nothing else of it would be run."
                " Let it commit once, or say @task(once=False) if it knows by itself how far it is."
            )
        self.outcomes.committing(session, self.message.key, self.result)

    def after_commit(self) -> None:
        self.committed = True
        self.outcomes.committed(self.message.key, self.result)


_effect: ContextVar[_Effect | None] = ContextVar("quart_app_effect", default=None)
_watched: WeakSet[type[orm.Session]] = WeakSet()


def database_of(app: Quart) -> SQLAlchemy:
    """Return the application's database.

    Raises:
        RuntimeError: It has none.
    """
    if "sqlalchemy" not in app.extensions:
        raise RuntimeError(
            "A message is sent with a database transaction: this application has no SQLAlchemy object."
        )
    return cast(SQLAlchemy, app.extensions["sqlalchemy"])


@dataclass(frozen=True)
class Run:
    """How a run ended: with which error, if any, and after how many seconds it is to be repeated, if ever."""

    error: str | None = None
    again: float | None = None


async def perform(app: Quart, message: Message, outcomes: Outcomes) -> Run:
    """Run a message's task once, in an application context of its own. Its error is logged, with the user's id."""
    _acting.set(message.user_id)
    try:
        async with app.app_context():
            await _run(database_of(app), message, outcomes)
    except Exception as error:
        logger.exception(
            "Task %s (%s) of user %r failed",
            message.task,
            message.key,
            message.user_id,
            extra={"user_id": message.user_id},
        )
        async with app.app_context():
            failures = await outcomes.failed(message, error)
        return Run(in_words(error), definition(message.task).delay(failures))
    return Run()


async def _run(db: SQLAlchemy, message: Message, outcomes: Outcomes) -> None:
    task = definition(message.task)
    if not await outcomes.running(message):
        return
    effect = _Effect(message, outcomes) if task.once else None
    _watch(db)
    _effect.set(effect)
    try:
        async with asyncio.timeout(task.deadline):
            result = await task.function(*message.args, **message.kwargs)
            check_plain(result, f"the result of {task.name}")
            if effect is None:
                await db.session.commit()
            elif not effect.committed:
                effect.result = result
                await db.session.commit()
                return
    except AlreadyDoneError:
        logger.info("%s was done by somebody else meanwhile", message.key)
        return
    finally:
        _effect.set(None)
    await outcomes.done(message.key, result)


def _watch(db: SQLAlchemy) -> None:
    kind = db.session.sync_session_class
    if kind not in _watched:
        _watched.add(kind)
        event.listen(kind, "before_commit", _before_commit)
        event.listen(kind, "after_commit", _after_commit)


def _before_commit(session: orm.Session) -> None:
    effect = _effect.get()
    if effect is not None and not session.in_nested_transaction():
        effect.before_commit(session)


def _after_commit(session: orm.Session) -> None:
    effect = _effect.get()
    if effect is not None and not session.in_nested_transaction():
        effect.after_commit()
