"""Spawned tasks: who acts, whose context, how many, and what becomes of errors."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
import quart

from quart_app import Quart
from quart_app.bridge import in_bridge, wait
from quart_app.tasks import ANONYMOUS, SYSTEM, Task, TaskState, acting_user_id, spawn


@pytest.fixture
async def app() -> Any:
    app = Quart("app")
    async with app.app_context():
        yield app


async def who(word: str = "") -> tuple[Any, str]:
    await asyncio.sleep(0)
    return acting_user_id(), word


async def test_a_task_knows_its_user_and_gives_its_result(app: Quart) -> None:
    task = spawn(who, "word", user_id=7)
    assert (task.user_id, task.name, task.state, task.done()) == (7, "who", TaskState.WAITING, False)
    assert await task.result() == (7, "word")
    assert await task.result() == (7, "word")
    assert (task.state, task.done(), repr(task)) == (TaskState.DONE, True, "<Task who of user 7: done>")
    assert await spawn(who, word="a", user_id=SYSTEM).result() == ("system", "a")
    assert await spawn(who, user_id=ANONYMOUS).result() == (None, "")


async def test_the_user_must_be_said(app: Quart) -> None:
    with pytest.raises(TypeError, match="user_id"):
        spawn(who)  # type: ignore[call-arg]
    with pytest.raises(RuntimeError, match="current_user"):
        acting_user_id()


async def test_a_task_has_its_own_application_context_and_nothing_of_the_request(app: Quart) -> None:
    torn_down: list[Any] = []

    @app.teardown_appcontext
    async def note(error: BaseException | None) -> None:
        torn_down.append((quart.g.get("word"), error))

    async def look() -> tuple[Any, ...]:
        seen = (quart.current_app.name, quart.g.get("word"), quart.has_request_context(), in_bridge())
        quart.g.word = "task"
        assert wait(who("driven"))[1] == "driven"
        return seen

    async with app.test_request_context("/"):
        quart.g.word = "request"
        assert await spawn(look, user_id=1).result() == ("app", None, False, True)
        assert quart.g.word == "request"
    assert torn_down == [("task", None)]


async def test_an_error_is_logged_with_the_user_and_kept_for_who_awaits(
    app: Quart, caplog: pytest.LogCaptureFixture
) -> None:
    torn_down: list[Any] = []
    app.teardown_appcontext(torn_down.append)

    async def fail() -> None:
        raise ZeroDivisionError("in the task")

    task: Task[None] = spawn(fail, user_id="ann")
    with pytest.raises(ZeroDivisionError):
        await task.result()
    assert task.state is TaskState.FAILED
    assert [type(error) for error in torn_down] == [ZeroDivisionError]
    (record,) = caplog.records
    assert record.getMessage().endswith("fail of user 'ann' failed")
    assert record.exc_info
    assert vars(record)["user_id"] == "ann"


async def test_an_error_that_nobody_awaits_is_logged_once_and_disturbs_nobody(
    app: Quart, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    spawn(fail, user_id=1)
    await asyncio.gather(*app.background_tasks)
    assert len(caplog.records) == 1


async def test_only_so_many_run_at_a_time(app: Quart) -> None:
    app.config["TASKS_CONCURRENCY"] = 3
    running: list[int] = []
    most = 0

    async def work(number: int) -> int:
        nonlocal most
        running.append(number)
        most = max(most, len(running))
        await asyncio.sleep(0.001)
        running.remove(number)
        return number

    tasks = [spawn(work, number, user_id=number) for number in range(20)]
    assert [await task.result() for task in tasks] == list(range(20))
    assert most == 3


async def test_the_shutdown_waits_and_says_what_it_cuts_off(caplog: pytest.LogCaptureFixture) -> None:
    app = Quart("app")
    app.config["BACKGROUND_TASK_SHUTDOWN_TIMEOUT"] = 0.1
    tasks: list[Task[Any]] = []

    async def last(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    @app.route("/")
    async def index() -> str:
        tasks.extend(spawn(last, seconds, user_id=5) for seconds in (0.01, 60))
        return "answered"

    with caplog.at_level(logging.WARNING):
        async with app.test_app() as running:
            await running.test_client().get("/")
    assert [task.state for task in tasks] == [TaskState.DONE, TaskState.CUT_OFF]
    assert await tasks[0].result() == 0.01
    with pytest.raises(asyncio.CancelledError):
        await tasks[1].result()
    assert [record.getMessage().rpartition(".")[2] for record in caplog.records] == [
        "last of user 5 was cut off"
    ]


async def test_a_task_can_be_cancelled_and_awaiting_it_does_not_cancel_it(app: Quart) -> None:
    task = spawn(asyncio.sleep, 60, user_id=1)
    waiting = asyncio.create_task(asyncio.wait_for(task.result(), 0.001))
    with pytest.raises(TimeoutError):
        await waiting
    assert repr(task) == "<Task sleep of user 1: running>"
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task.result()
    assert task.state is TaskState.CUT_OFF


async def test_a_task_cut_off_before_it_began_says_so_too(
    app: Quart, caplog: pytest.LogCaptureFixture
) -> None:
    task = spawn(asyncio.sleep, 60, user_id=1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task.result()
    assert task.state is TaskState.CUT_OFF
    assert [record.getMessage() for record in caplog.records] == ["Task sleep of user 1 was cut off"]


async def test_what_cannot_be_spawned_is_refused_with_the_reason(app: Quart) -> None:
    def blocking() -> None:
        pass

    with pytest.raises(TypeError, match="to_thread"):
        spawn(blocking, user_id=1)  # type: ignore[arg-type]


async def test_without_an_application_it_says_what_is_missing() -> None:
    with pytest.raises(RuntimeError, match="application context"):
        spawn(who, user_id=1)
