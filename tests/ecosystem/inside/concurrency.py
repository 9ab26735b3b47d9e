"""Run inside a migrated application's environment: are 20 requests answered in the time of one or two?

Called as ``python concurrency.py module:app DATABASE_URL``; an empty URL leaves the application its own database. It adds one view whose
query takes ``PAUSE`` seconds in the database, asks for it alone and then ``REQUESTS`` times at once, and prints what it saw as JSON:
the best of ``ROUNDS``, because a busy machine can only make one slower, and every problem of all of them.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

REQUESTS = 20
PAUSE = 0.2
ROUNDS = 5
BLINK = 0.005


def load(reference: str) -> Any:
    """The application: ``module:name`` or ``module:factory(...)``."""
    module_name, _, expression = reference.partition(":")
    module = importlib.import_module(module_name)
    name, arguments = re.fullmatch(r"(\w+)(\(.*\))?", expression).groups()  # type: ignore[union-attr]
    found = getattr(module, name)
    return eval(f"found{arguments}") if arguments else found


def pausing(db: Any) -> str:
    """A query that takes ``PAUSE`` seconds."""
    if db.engine.dialect.name != "sqlite":
        return f"SELECT pg_sleep({PAUSE})"
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    def pause(seconds: float) -> int:
        time.sleep(seconds)
        return 1

    def connected(connection: Any, _record: Any) -> None:
        connection.create_function("pause", 1, pause)

    event.listen(Pool, "connect", connected)
    return f"SELECT pause({PAUSE})"


async def measure(app: Any, url: str) -> dict[str, Any]:
    """Seconds of one request and of all at once, and what was answered."""
    from sqlalchemy import text

    db = app.extensions["sqlalchemy"]
    if url:
        app.config["SQLALCHEMY_DATABASE_URI"] = url
    problems: list[str] = []

    async def probe() -> str:
        await db.session.execute(query)
        return "paused"

    app.add_url_rule("/probe-of-concurrency", "probe_of_concurrency", probe)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda _, context: problems.append(str(context.get("exception") or context["message"]))
    )
    threading.excepthook = lambda failed: problems.append(f"in a thread: {failed.exc_value!r}")
    async with app.app_context():
        query = text(pausing(db))
        await db.create_all()

    async def ask() -> float:
        start = time.perf_counter()
        answer = await app.test_client().get("/probe-of-concurrency")
        if answer.status_code != 200 or answer.get_data(as_text=True) != "paused":
            problems.append(f"{answer.status_code}: {answer.get_data(as_text=True)[:200]}")
        return time.perf_counter() - start

    await ask()
    rounds = [await crowd(ask) for _ in range(ROUNDS)]
    alone, together, held = (min(figures) for figures in zip(*rounds, strict=True))
    async with app.app_context():
        await db.engine.dispose()
    seen = {"alone": alone, "together": together, "held": held, "pause": PAUSE}
    return {**seen, "problems": problems, "database": query.text}


async def crowd(ask: Callable[[], Awaitable[float]]) -> tuple[float, float, float]:
    """Seconds of one request, of ``REQUESTS`` at once, and the longest time for which these held the event loop."""
    alone = await ask()
    held = 0.0

    async def watch() -> None:
        nonlocal held
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BLINK)
            held = max(held, time.perf_counter() - before - BLINK)

    watching = asyncio.create_task(watch())
    start = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(REQUESTS)))
    together = time.perf_counter() - start
    watching.cancel()
    return alone, together, held


if __name__ == "__main__":
    # This file's folder goes: its requests.py would be everybody's ``requests``.
    sys.path[0] = os.getcwd()
    application = load(sys.argv[1])
    application.config.update(WTF_CSRF_ENABLED=False)
    print(json.dumps(asyncio.run(measure(application, sys.argv[2]))))
