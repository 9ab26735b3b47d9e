"""``BackgroundThread`` beside ``threading.Thread``: the same words, the same manners."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
import time
from functools import partial
from typing import Any

import pytest
import quart

from quart_app import Quart
from quart_app.bridge import in_bridge, run, wait
from quart_app.tasks import BackgroundThread

KINDS = pytest.mark.parametrize("kind", [threading.Thread, BackgroundThread])


async def settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def target_for(kind: type, log: list[Any]) -> Any:
    def synchronous(*args: Any, **kwargs: Any) -> None:
        time.sleep(0.01)
        log.append((args, kwargs))

    async def asynchronous(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(0.01)
        log.append((args, kwargs))

    return synchronous if kind is threading.Thread else asynchronous


@KINDS
async def test_it_lives_like_a_thread(kind: type[Any]) -> None:
    log: list[Any] = []
    thread = kind(target=target_for(kind, log), args=[1, 2], kwargs={"a": 3}, name="worker", daemon=True)
    assert (thread.name, thread.daemon, thread.ident, thread.is_alive()) == ("worker", True, None, False)
    with pytest.raises(RuntimeError, match="cannot join thread before it is started"):
        await settled(thread.join())
    assert thread.start() is None
    assert thread.is_alive()
    assert isinstance(thread.ident, int)
    assert await settled(thread.join(timeout=0.0001)) is None
    assert thread.is_alive()
    await settled(thread.join())
    assert (log, thread.is_alive()) == ([((1, 2), {"a": 3})], False)
    await settled(thread.join())
    with pytest.raises(RuntimeError, match="threads can only be started once"):
        thread.start()


@KINDS
async def test_it_is_made_like_a_thread(kind: type[Any]) -> None:
    def work() -> None:
        pass

    assert kind(target=work).name.endswith(" (work)")
    assert kind(None, work, "name", (1,), {"a": 1}).name == "name"
    assert (kind().daemon, kind(daemon=True).daemon) == (False, True)
    with pytest.raises((ValueError, AssertionError), match="group"):
        kind(group=1)
    with pytest.raises(TypeError):
        kind(targets=work)
    empty = kind()
    empty.start()
    await settled(empty.join())


@KINDS
async def test_a_subclass_overrides_run(kind: type[Any]) -> None:
    log: list[Any] = []

    class Worker(kind):  # type: ignore[misc]
        def __init__(self, word: str) -> None:
            super().__init__(name="worker")
            self.word = word

        if kind is threading.Thread:

            def run(self) -> None:
                log.append(self.word)
        else:

            async def run(self) -> None:  # type: ignore[misc]
                await asyncio.sleep(0)
                log.append(self.word)

    worker = Worker("word")
    worker.start()
    await settled(worker.join())
    assert log == ["word"]


@KINDS
async def test_it_starts_without_any_context(kind: type[Any]) -> None:
    app = Quart("app")
    seen: list[Any] = []

    def look() -> None:
        seen.append((quart.has_app_context(), quart.has_request_context()))

    async def look_awaited() -> None:
        look()
        async with app.app_context():
            seen.append(quart.current_app.name)

    async with app.test_request_context("/"):
        thread = kind(target=look if kind is threading.Thread else look_awaited)
        thread.start()
        await settled(thread.join())
    assert seen[0] == (False, False)
    assert seen[1:] == ([] if kind is threading.Thread else ["app"])


async def test_its_target_is_driven() -> None:
    seen: list[Any] = []

    async def work() -> None:
        assert in_bridge()
        seen.append(wait(asyncio.sleep(0, "waited")))

    thread = BackgroundThread(target=work)
    thread.start()
    await thread.join()
    assert seen == ["waited"]


async def test_a_synchronous_target_does_not_block_the_loop() -> None:
    seen: list[Any] = []

    def work() -> None:
        time.sleep(0.05)
        seen.append(threading.current_thread() is threading.main_thread())

    async def later(value: Any) -> None:
        seen.append(value)

    thread = BackgroundThread(target=work)
    thread.start()
    await asyncio.sleep(0.01)
    assert (seen, thread.is_alive()) == ([], True)
    await thread.join()
    for target in (lambda: later("lambda"), partial(later, "partial")):
        thread = BackgroundThread(target=target)
        thread.start()
        await thread.join()
    assert seen == [False, "lambda", "partial"]


def test_where_no_loop_runs_it_is_a_real_thread() -> None:
    seen: list[Any] = []

    async def work() -> None:
        await asyncio.sleep(0)
        seen.append(threading.current_thread().name)

    thread = BackgroundThread(target=work, name="real")
    thread.start()
    run(thread.join(5))
    assert (seen, thread.is_alive()) == (["real"], False)


async def test_an_error_is_logged_and_ends_only_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ZeroDivisionError("in the thread")

    async def leave() -> None:
        raise SystemExit

    for target in (fail, leave):
        thread = BackgroundThread(target=target, name="unlucky")
        thread.start()
        await thread.join()
        assert not thread.is_alive()
    (record,) = caplog.records
    assert (record.name, record.getMessage()) == ("quart_app.tasks", "Exception in background thread unlucky")
    assert record.exc_info
    assert isinstance(record.exc_info[1], ZeroDivisionError)


async def test_it_cannot_join_itself() -> None:
    seen: list[str] = []

    async def work() -> None:
        with pytest.raises(RuntimeError, match="cannot join current thread"):
            await thread.join()
        seen.append("refused")

    thread = BackgroundThread(target=work)
    thread.start()
    await thread.join()
    assert seen == ["refused"]


async def test_the_request_does_not_wait_but_the_shutdown_does() -> None:
    app = Quart("app")
    seen: list[str] = []
    go_on = asyncio.Event()

    async def work(word: str) -> None:
        await go_on.wait()
        await asyncio.sleep(0.02)
        async with app.app_context():
            seen.append(word)

    @app.route("/")
    async def index() -> str:
        BackgroundThread(target=work, args=("done",)).start()
        return "answered"

    async with app.test_app() as running:
        assert (await running.test_client().get("/")).text == "answered"  # type: ignore[attr-defined]
        assert seen == []
        go_on.set()
    assert seen == ["done"]
    assert not app.background_tasks


@pytest.mark.parametrize("daemon", [True, False])
async def test_what_does_not_end_is_cut_off_at_shutdown_and_logged(
    daemon: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = Quart("app")
    app.config["BACKGROUND_TASK_SHUTDOWN_TIMEOUT"] = 60 if daemon else 0.02

    @app.before_serving
    async def begin() -> None:
        BackgroundThread(target=asyncio.sleep, args=(60,), name="poller", daemon=daemon).start()

    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        async with app.test_app():
            await asyncio.sleep(0)
    assert time.monotonic() - started < 5
    assert any("poller was cut off" in record.getMessage() for record in caplog.records)
