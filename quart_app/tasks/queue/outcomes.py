"""Messages and what became of them, in the application's database."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, TextClause, orm, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from quart_app.db import SQLAlchemy

from ..messages import Message
from ..outcomes import AlreadyDoneError, MessageState, Outcome, in_words

#: Of all jobs. Other queues in the same tables, if somebody has any, are none of our business.
QUEUE = "quart_app"

#: Any other error of the database (a lost connection, a deadlock, a full disk) is the database's own trouble, and passes.
_OF_THE_TASK = (DataError, IntegrityError, ProgrammingError)

_STATES = {
    "todo": MessageState.WAITING,
    "doing": MessageState.RUNNING,
    "succeeded": MessageState.DONE,
}
_SEND = text("SELECT quart_tasks.send(:key, :queue, :task, CAST(:args AS jsonb))")
_FIND = """
    SELECT key, coalesce(task_name, '') AS task, status::text AS status, done_at, failures, result::text, error
    FROM quart_tasks.messages LEFT JOIN quart_tasks.procrastinate_jobs AS jobs ON jobs.id = job_id
"""
_GET = text(f"{_FIND} WHERE key = :key")
_LAST = text(
    f"{_FIND} WHERE NOT :failed OR status = 'failed' ORDER BY sent_at DESC, job_id DESC LIMIT :limit"
)
_COMMITTING = text("""
    UPDATE quart_tasks.messages SET done_at = now(), result = CAST(:result AS jsonb)
    WHERE key = :key AND done_at IS NULL
""")
_DONE = text("""
    UPDATE quart_tasks.messages SET done_at = coalesce(done_at, now()), result = CAST(:result AS jsonb)
    WHERE key = :key
""")
_FAILED = text("""
    UPDATE quart_tasks.messages SET failures = failures + :more, error = :error WHERE key = :key RETURNING failures
""")
_RETRY = text("SELECT quart_tasks.retry(:key)")
_PRUNE = text("SELECT quart_tasks.prune(:days)")


async def enqueue(db: SQLAlchemy, message: Message) -> None:
    """Write a message in the transaction of ``db.session``, unless there is one with its key.

    Raises:
        RuntimeError: The tables are not there.
    """
    values = {"key": message.key, "queue": QUEUE, "task": message.task, "args": message.as_json()}
    try:
        await db.session.execute(_SEND, values)
    except DBAPIError as error:
        if "quart_tasks" not in str(error.orig):
            raise
        raise RuntimeError("This database has no queue yet: quart tasks init") from error


class DatabaseOutcomes:
    """The outcomes of messages in the queue; see :class:`..outcomes.Outcomes`."""

    def __init__(self, db: SQLAlchemy) -> None:
        self._db = db

    async def get(self, key: str) -> Outcome | None:
        """Return what became of a message, or None if there is none."""
        async with self._db.session_scope() as session:
            row = (await session.execute(_GET, {"key": key})).one_or_none()
        return None if row is None else _outcome(row)

    async def last(self, limit: int, *, failed: bool = False) -> list[Outcome]:
        """Return the newest messages, or the newest that were given up."""
        async with self._db.session_scope() as session:
            rows = await session.execute(_LAST, {"limit": limit, "failed": failed})
            return [_outcome(row) for row in rows]

    async def retry(self, key: str) -> bool:
        """Have a message that was given up run again; return whether there was one."""
        return bool(await self._call(_RETRY, {"key": key}))

    async def prune(self, days: int) -> int:
        """Forget what was done so long ago; return how many messages."""
        return int(await self._call(_PRUNE, {"days": days}))

    async def _call(self, statement: TextClause, values: dict[str, Any]) -> Any:
        async with self._db.session_scope() as session:
            result = (await session.execute(statement, values)).scalar_one()
            await session.commit()
        return result

    async def running(self, message: Message) -> bool:
        """Return whether there is anything to do."""
        found = await self.get(message.key)
        return found is not None and found.state is not MessageState.DONE

    def committing(self, session: orm.Session, key: str, result: Any) -> None:
        """Note in the transaction that it is the effect; who comes second waits here for the first, and is refused."""
        noted: Any = session.execute(_COMMITTING, {"key": key, "result": json.dumps(result)})
        if noted.rowcount != 1:
            raise AlreadyDoneError(key)

    def committed(self, key: str, result: Any) -> None:
        """Do nothing: the transaction has said it."""

    async def done(self, key: str, result: Any) -> None:
        """Note the end, and what was returned."""
        async with self._db.session_scope() as session:
            await session.execute(_DONE, {"key": key, "result": json.dumps(result)})
            await session.commit()

    async def failed(self, message: Message, error: Exception) -> int:
        """Note an error; return how many there were that the task itself has to answer for."""
        counts = not isinstance(error, DBAPIError) or isinstance(error, _OF_THE_TASK)
        values = {"key": message.key, "error": in_words(error), "more": int(counts)}
        return int(await self._call(_FAILED, values))


def _outcome(row: Row[Any]) -> Outcome:
    state = MessageState.DONE if row.done_at else _STATES.get(row.status, MessageState.FAILED)
    result = None if row.result is None else json.loads(row.result)
    return Outcome(row.key, row.task, state, row.failures, result, row.error)
