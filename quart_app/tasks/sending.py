"""``send()``: a task that runs if, and only if, the transaction commits in which it is sent."""

from __future__ import annotations

import asyncio
import contextvars
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

from quart import Quart
from quart.globals import _cv_app
from sqlalchemy import event, orm

from .messages import Message, message
from .outcomes import MemoryOutcomes, Outcome, Outcomes
from .running import database_of, perform
from .spawning import _limit
from .tracking import logger, start

#: In ``session.info``: the messages that wait for the session's commit, each with its transaction.
_PENDING = "quart_app_messages"


async def send(
    function: Callable[..., Coroutine[Any, Any, Any]],
    *args: Any,
    user_id: int | str | None,
    key: str | None = None,
    **kwargs: Any,
) -> str:
    """Send a task with the current transaction of ``db.session``: it runs if that commits, and not if it is rolled back.

    Without a queue (``TASKS_QUEUE`` is not set) it runs in this process after the commit, and is lost if the process is killed. With
    ``TASKS_QUEUE = "postgresql"`` a worker runs it (``quart tasks worker``), on whatever machine, and again if that dies.

    Args:
        function: A :func:`task`.
        args: Its arguments: numbers, strings, booleans, None, lists and dictionaries of them.
        user_id: Who acts: a user's id, ``ANONYMOUS`` or ``SYSTEM``. The task asks ``acting_user_id()``.
        key: Says what is to be done, once: of several messages with one key the first counts. A new key when left out.
        kwargs: Its keyword arguments.

    Returns:
        The key; :func:`outcome` tells by it what became of the message.

    Raises:
        RuntimeError: There is no application context, or no database, or nobody has prepared the queue.
        TypeError: The function is no :func:`task`, or an argument cannot travel.
    """
    app = _application()
    sent = message(function, args, kwargs, user_id=user_id, key=key or uuid.uuid4().hex)
    if has_queue(app):
        from .queue.outcomes import enqueue

        await enqueue(database_of(app), sent)
    elif MemoryOutcomes.of(app).add(sent):
        _with_the_transaction(app, sent)
    return sent.key


async def outcome(key: str) -> Outcome | None:
    """Tell what became of a message; None if no message with this key is known.

    Raises:
        RuntimeError: There is no application context.
    """
    return await outcomes_of(_application()).get(key)


def has_queue(app: Quart) -> bool:
    """Whether messages of this application survive its processes.

    Raises:
        RuntimeError: ``TASKS_QUEUE`` names no queue.
    """
    name = app.config.get("TASKS_QUEUE")
    if name not in (None, "", "embedded", "postgresql"):
        raise RuntimeError(f"TASKS_QUEUE is {name!r}; there are 'embedded' and 'postgresql'.")
    return bool(name == "postgresql")


def outcomes_of(app: Quart) -> Outcomes:
    """Return what knows the application's outcomes."""
    if has_queue(app):
        from .queue.outcomes import DatabaseOutcomes

        return DatabaseOutcomes(database_of(app))
    return MemoryOutcomes.of(app)


def _application() -> Quart:
    context = _cv_app.get(None)
    if context is None:
        raise RuntimeError("Messages need an application context: async with app.app_context():")
    return context.app


# Without a queue


def _with_the_transaction(app: Quart, sent: Message) -> None:
    session: orm.Session = database_of(app).session().sync_session
    if not session.in_transaction():
        session.begin()
    if _PENDING not in session.info:
        session.info[_PENDING] = []
        event.listen(session, "after_rollback", _rolled_back)
        event.listen(session, "after_commit", _committed)
        event.listen(session, "after_transaction_end", _ended)
    session.info[_PENDING].append((_transaction(session), app, sent))


def _transaction(session: orm.Session) -> orm.SessionTransaction | None:
    return session.get_nested_transaction() or session.get_transaction()


def _rolled_back(session: orm.Session) -> None:
    transaction = _transaction(session)
    _forget(session, lambda of: of is transaction)


def _committed(session: orm.Session) -> None:
    if session.in_nested_transaction():
        return
    pending, session.info[_PENDING] = session.info[_PENDING], []
    for _, app, sent in pending:
        _start(app, sent)


def _ended(session: orm.Session, transaction: orm.SessionTransaction) -> None:
    if transaction.nested:  # a savepoint that was released: its messages go on with the transaction around it
        session.info[_PENDING] = [
            (transaction.parent if of is transaction else of, app, sent)
            for of, app, sent in session.info[_PENDING]
        ]
    elif transaction.parent is None:  # the session was closed without a word
        _forget(session, lambda _: True)


def _forget(session: orm.Session, which: Callable[[Any], bool]) -> None:
    for of, app, sent in session.info[_PENDING]:
        if which(of):
            MemoryOutcomes.of(app).forget(sent.key)
    session.info[_PENDING] = [waiting for waiting in session.info[_PENDING] if not which(waiting[0])]


def _start(app: Quart, sent: Message) -> None:
    async def work() -> None:
        again: float | None = 0.0
        while again is not None:
            await asyncio.sleep(again)
            async with _limit(app):
                again = (await perform(app, sent, MemoryOutcomes.of(app))).again

    def ended(task: asyncio.Task[None]) -> None:
        if task.cancelled():
            logger.warning(
                "Task %s (%s) of user %r was cut off",
                sent.task,
                sent.key,
                sent.user_id,
                extra={"user_id": sent.user_id},
            )

    start(work(), app=app, name=sent.task, context=contextvars.Context()).add_done_callback(ended)
