"""``copy_current_request_context``: what is synchronous runs in a thread, what is not in a task, both in the request's context."""

from __future__ import annotations

import asyncio
import inspect
import threading
from typing import Any

import pytest
from quart import current_app, request, session

from quart_app import Quart
from quart_app.auth import LoginManager, UserMixin, current_user, login_user
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


class Person(UserMixin):
    def __init__(self, id: int) -> None:
        self.id = id


async def test_the_user_is_loaded_again(app: Quart) -> None:
    manager = LoginManager(app)
    manager.user_loader(lambda user_id: Person(int(user_id)))
    seen: list[Any] = []
    people: list[Any] = []

    @app.route("/in")
    async def sign_in() -> str:
        person = Person(7)
        await login_user(person)

        @copy_current_request_context
        async def work() -> None:
            seen.append(await current_user is person)

        await work()
        return "in"

    @app.route("/work")
    async def start() -> str:
        mine = await current_user

        @copy_current_request_context
        async def work() -> None:
            theirs = await current_user
            seen.append(
                (
                    theirs.get_id(),
                    theirs is mine,
                    await current_user is theirs,
                    any(one is theirs for one in people),
                )
            )
            people.append(theirs)

        for _ in range(2):
            thread = BackgroundThread(target=work)
            thread.start()
            await thread.join()
        return str(await current_user is mine)

    client = app.test_client()
    await client.get("/in")
    assert (await client.get("/work")).status_code == 200
    # Who has just been signed in may be a row that nobody else can see yet: there the object itself serves.
    assert seen == [True, ("7", False, True, False), ("7", False, True, False)]


async def test_nobody_is_nobody_in_the_copy(app: Quart) -> None:
    manager = LoginManager(app)
    manager.user_loader(lambda user_id: None)
    seen: list[Any] = []

    @app.route("/in")
    async def sign_in() -> str:
        await login_user(Person(7))
        return "in"

    @app.route("/work")
    async def start() -> str:
        first = (await current_user).is_authenticated

        @copy_current_request_context
        async def work() -> None:
            seen.append((first, (await current_user).is_authenticated))

        await work()
        return "done"

    client = app.test_client()
    await client.get("/in")
    await client.get("/work")
    assert seen == [(False, False)]


def test_outside_of_a_request_there_is_nothing_to_copy() -> None:
    with pytest.raises(RuntimeError, match="outside of a request context"):
        copy_current_request_context(print)
