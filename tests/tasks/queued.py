"""An application whose tasks go to the queue; its workers are processes: ``quart --app tests.tasks.queued tasks worker``."""

from __future__ import annotations

import asyncio
import os

from sqlalchemy.orm import Mapped, mapped_column

from quart_app import Quart
from quart_app.db import SQLAlchemy
from quart_app.tasks import acting_user_id, send, task

app = Quart(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get(
    "DATABASE_URL", "postgresql://nobody@localhost/nothing"
)
app.config["TASKS_QUEUE"] = "postgresql"
app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True}
app.config["TASKS_STALLED_AFTER"] = 1.5
app.config["BACKGROUND_TASK_SHUTDOWN_TIMEOUT"] = 2
db = SQLAlchemy(app)

#: What a test in this process has seen.
runs: list[str] = []


class Line(db.Model):  # type: ignore[misc, name-defined]
    """What a task has written. Nothing in the table forbids a second one."""

    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    user: Mapped[str]


@task(name="write", wait=0.05)
async def write(text: str, seconds: float = 0.0) -> dict[str, str]:
    """Write a line, waiting before and after."""
    runs.append(text)
    await asyncio.sleep(seconds)
    db.session.add(Line(text=text, user=repr(acting_user_id())))
    await db.session.flush()
    await asyncio.sleep(seconds)
    return {"written": text}


@task(name="fail", retries=2, wait=0.05)
async def fail(text: str, successful: int) -> None:
    """Fail until it is run for the n-th time, after having written."""
    runs.append(text)
    db.session.add(Line(text=text, user=repr(acting_user_id())))
    await db.session.flush()
    if len(runs) < successful:
        raise ZeroDivisionError(f"run {len(runs)}")


@task(name="late", retries=0, deadline=0.05)
async def late() -> None:
    """Take longer than it may."""
    await asyncio.sleep(5)


@task(name="chain")
async def chain(length: int) -> None:
    """Send the next one together with a line."""
    db.session.add(Line(text=f"chain {length}", user=repr(acting_user_id())))
    if length > 1:
        await send(chain, length - 1, user_id=acting_user_id())
