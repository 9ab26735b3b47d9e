"""``copy_current_request_context``: what is synchronous runs in a thread, what is not in a task, both in the request's context."""

from __future__ import annotations

import asyncio
import inspect
import threading
from typing import Any

import pytest
from quart import current_app, request, session

from quart_app import Quart
from quart_app.tasks import BackgroundThread, copy_current_request_context


@pytest.fixture
def app() -> Quart:
    app = Quart(__name__)
    app.secret_key = "k"
    return app


async def test_a_synchronous_function_stays_one_and_works_in_a_thread(app: Quart) -> None:
    seen: list[Any] = []
    threads: list[threading.Thread] = []

    @app.route("/<name>")
    async def start(name: str) -> str:
        session["who"] = name

        @copy_current_request_context
        def work(word: str) -> None:
            app_context: Any = current_app.app_context()
            with app_context:
                seen.append((word, request.path, session["who"], threading.current_thread()))

        assert not inspect.iscoroutinefunction(work)
        threads.append(threading.Thread(target=work, args=["said"]))
        threads[0].start()
        return "started"

    await app.test_client().get("/ann")
    await asyncio.to_thread(threads[0].join)
    assert seen == [("said", "/ann", "ann", threads[0])]


async def test_a_synchronous_function_can_be_called_in_the_request(app: Quart) -> None:
    @app.route("/here")
    async def here() -> Any:
        return copy_current_request_context(lambda: request.path)()

    assert (await app.test_client().get("/here")).text == "/here"


async def test_a_coroutine_function_runs_as_a_task(app: Quart) -> None:
    seen: list[str] = []

    @app.route("/later")
    async def later() -> str:
        @copy_current_request_context
        async def work() -> None:
            await asyncio.sleep(0)
            seen.append(request.path)

        thread = BackgroundThread(target=work)
        thread.start()
        await thread.join()
        return "done"

    await app.test_client().get("/later")
    assert seen == ["/later"]


def test_outside_of_a_request_there_is_nothing_to_copy() -> None:
    with pytest.raises(RuntimeError, match="outside of a request context"):
        copy_current_request_context(print)
