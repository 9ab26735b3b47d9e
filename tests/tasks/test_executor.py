"""``Executor``: Flask-Executor's words."""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from typing import Any

import pytest
import quart
from quart.globals import _cv_app

from quart_app import Quart
from quart_app.tasks import Executor


@pytest.fixture
async def app() -> Any:
    app = Quart("app")
    async with app.app_context():
        yield app


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def test_coroutines_and_plain_functions_give_their_results(app: Quart) -> None:
    executor = Executor(app)
    execution = executor.submit(double, 2)
    assert (execution.done(), execution.running(), execution.cancelled()) == (False, False, False)
    assert await execution.result() == 4
    assert await executor.submit(len, "four").result() == 4
    assert await executor.map(double, [1, 2]) == [2, 4]
    assert await executor.map(max, [1, 5], [3, 2]) == [3, 5]
    assert app.extensions["executor"] is executor


async def test_it_sees_the_request_and_a_copy_of_g_but_has_a_context_of_its_own(app: Quart) -> None:
    executor = Executor()
    executor.init_app(app)

    async def look() -> tuple[str, str]:
        seen = (quart.g.word, quart.request.path)
        quart.g.word = "task"
        return seen

    async with app.test_request_context("/here"):
        quart.g.word = "request"
        assert await executor.submit(look).result() == ("request", "/here")
        assert quart.g.word == "request"


async def test_an_error_is_logged_and_kept(app: Quart, caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    execution = Executor(app).submit(fail)
    assert isinstance(await execution.exception(), ZeroDivisionError)
    with pytest.raises(ZeroDivisionError):
        await execution.result()
    assert [record.getMessage().rpartition(".")[2] for record in caplog.records] == ["fail failed"]


async def test_callbacks_are_called_sync_or_async(app: Quart) -> None:
    seen: list[Any] = []

    async def note(future: concurrent.futures.Future[int]) -> None:
        await asyncio.sleep(0)
        seen.append(future.result())

    executor = Executor(app)
    executor.add_default_done_callback(note)
    execution = executor.submit(double, 3)
    execution.add_done_callback(lambda future: seen.append(future.exception()))
    await asyncio.gather(*app.background_tasks)
    assert seen == [6, None]


async def test_a_callback_has_a_context_of_its_own_too(app: Quart) -> None:
    executor = Executor(app)
    quart.g.word = "kept"
    contexts = []

    def note(_: Any) -> None:
        contexts.append((_cv_app.get(), quart.g.word))

    execution = executor.submit(double, 1)
    execution.add_done_callback(note)
    assert await execution.result() == 2
    await asyncio.sleep(0.01)
    assert len(contexts) == 1
    assert contexts[0][0] is not _cv_app.get()
    assert contexts[0][1] == "kept"


async def test_stored_executions_are_asked_by_key(app: Quart) -> None:
    app.config["EXECUTOR_FUTURES_MAX_LENGTH"] = 2
    executor = Executor(app)

    @executor.job
    async def job(number: int) -> int:
        return number

    job.submit_stored("a", 1)
    with pytest.raises(ValueError, match="already exists"):
        job.submit_stored("a", 1)
    assert executor.futures._state("a") == "PENDING"
    assert executor.futures.done("b") is None
    assert await executor.futures.result("a") == 1
    assert (executor.futures._state("a"), executor.futures.done("a")) == ("FINISHED", True)
    execution = executor.futures.pop("a")
    assert execution is not None
    assert execution not in executor.futures
    for key in "xyz":
        job.submit_stored(key, 1)
    assert len(executor.futures) == 2
    assert await job.map([1, 2]) == [1, 2]


async def test_only_so_many_run_and_waiting_has_a_limit(app: Quart) -> None:
    app.config["EXECUTOR_MAX_WORKERS"] = 1
    executor = Executor(app)
    first, second = executor.submit(time.sleep, 0.05), executor.submit(double, 1)
    await asyncio.sleep(0.01)
    assert (first.running(), second.running()) == (True, False)
    with pytest.raises(TimeoutError):
        await second.result(timeout=0.001)
    assert await second.result() == 2
    third = executor.submit(asyncio.sleep, 60)
    assert third.cancel()
    with pytest.raises(asyncio.CancelledError):
        await third.result()
    assert third.cancelled()


async def test_outside_of_an_application_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="app context"):
        Executor().submit(double, 1)
