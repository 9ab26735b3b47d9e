"""Work on asyncpg that is cancelled makes no more noise in the log when it is driven than when it is not."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from quart_app.bridge import drive, install

Runs = Callable[[Coroutine[Any, Any, Any]], Any]
CLIENTS = 20


class Heard(logging.Handler):
    """What was logged: by whom, how loud, in which words."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: Counter[tuple[str, str, str]] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.records[record.name, record.levelname, record.msg.partition("\n")[0][:60]] += 1


def listen(loop: asyncio.AbstractEventLoop) -> Heard:
    """Hear what is logged, and what reaches the loop's handler."""
    heard = Heard()
    logging.getLogger().addHandler(heard)
    loop.set_exception_handler(
        lambda _, context: heard.records.update([("loop", "ERROR", str(context["message"]))])
    )
    return heard


async def work(
    url: str, how: Callable[[Coroutine[Any, Any, None]], Coroutine[Any, Any, None]], when: str
) -> Counter[Any]:
    """Cancel requests in the middle of a statement, and count what is logged and what reaches the loop's handler."""
    loop = asyncio.get_running_loop()
    heard = listen(loop)
    engine = create_async_engine(url, pool_size=CLIENTS)
    began = asyncio.Semaphore(0)

    async def request() -> None:
        async with AsyncSession(engine) as session:
            await session.execute(text("SELECT 1"))
            began.release()
            await session.execute(text("SELECT pg_sleep(5)"))

    try:
        tasks = [asyncio.create_task(how(request())) for _ in range(CLIENTS)]
        for _ in tasks:
            await began.acquire()
        if when == "cancelled":
            await asyncio.sleep(0.05)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert {type(result) for result in results} == {asyncio.CancelledError}
        else:
            results = await asyncio.gather(
                *[asyncio.wait_for(task, 0.05) for task in tasks], return_exceptions=True
            )
            assert {type(result) for result in results} == {TimeoutError}
        await asyncio.sleep(0.1)
        await engine.dispose()
        del tasks, results
        gc.collect()
        await asyncio.sleep(0)
    finally:
        logging.getLogger().removeHandler(heard)
        loop.set_exception_handler(None)
    return heard.records


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("when", ["cancelled", "timed out"])
def test_cancelled_work_is_no_louder_than_without_the_bridge(
    undriven: Runs, postgres_url: str, when: str
) -> None:
    url = postgres_url.replace("postgresql:", "postgresql+asyncpg:")

    async def as_it_is(coro: Coroutine[Any, Any, None]) -> None:
        await coro

    async def both() -> tuple[Counter[Any], Counter[Any]]:
        control = await work(url, as_it_is, when)
        install()
        return control, await work(url, drive, when)

    control, driven = undriven(both())
    assert set(driven) <= set(control)
    assert driven.total() <= control.total()


def test_noise_would_be_heard(undriven: Runs) -> None:
    async def fail() -> None:
        raise LookupError("nobody asks for it")

    async def main() -> Counter[Any]:
        loop = asyncio.get_running_loop()
        heard = listen(loop)
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task
        gc.collect()
        logging.getLogger("sqlalchemy.pool").error("Exception terminating connection")
        logging.getLogger().removeHandler(heard)
        loop.set_exception_handler(None)
        return heard.records

    assert {who for who, _, _ in undriven(main())} == {"loop", "sqlalchemy.pool"}
