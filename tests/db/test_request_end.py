from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import quart

from .library import MEMORY, Library


async def test_the_session_of_a_request_is_closed_at_its_end(stored_library: Library) -> None:
    library = stored_library
    app, sessions = library.app, []

    @app.get("/")
    async def index() -> str:
        sessions.append(library.db.session())
        author = await library.Author.query.first()
        assert library.checked_out() == 1
        assert author.name == "ada"
        return "ok"

    client = app.test_client()
    for _ in range(2):
        assert (await client.get("/")).status_code == 200
        assert library.checked_out() == 0
    assert sessions[0] is not sessions[1]
    assert not sessions[0].in_transaction()


async def test_what_is_not_committed_is_rolled_back(stored_library: Library) -> None:
    library = stored_library
    app = library.app

    @app.get("/<how>")
    async def index(how: str) -> str:
        library.db.session.add(library.Author(name=how))
        await library.db.session.flush()
        if how == "raise":
            raise ValueError(how)
        return how

    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    assert (await client.get("/return")).status_code == 200
    assert (await client.get("/raise")).status_code == 500
    async with app.app_context():
        assert await library.Author.query.count() == 2


async def test_a_client_that_disconnects_gives_the_connection_back(stored_library: Library) -> None:
    library = stored_library
    app, started, leave = library.app, asyncio.Event(), asyncio.Event()

    @app.get("/")
    async def index() -> str:
        library.db.session.add(library.Author(name="lost"))
        await library.db.session.flush()
        started.set()
        await asyncio.sleep(60)
        return "never"

    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if messages:
            return messages.pop()
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        raise AssertionError("nobody is there to answer")

    scope: Any = {
        "type": "http",
        "asgi": {},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
    }
    scope |= {
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"x")],
        "extensions": {},
    }
    serving = asyncio.create_task(app(scope, receive, send))
    await started.wait()
    assert library.checked_out() == 1
    leave.set()
    await serving
    assert library.checked_out() == 0
    async with app.app_context():
        assert await library.Author.query.count() == 2


async def test_a_teardown_function_that_raises_does_not_keep_the_session_open(
    stored_library: Library,
) -> None:
    library = stored_library

    @library.app.teardown_appcontext
    async def fail(_: Any) -> None:
        raise ValueError("teardown")

    with pytest.raises(ValueError, match="teardown"):
        async with library.app.app_context():
            await library.Author.query.all()
    library.app.teardown_appcontext_funcs.clear()
    assert library.checked_out() == 0


async def test_teardown_functions_of_the_application_still_have_the_session(stored_library: Library) -> None:
    library = stored_library

    @library.app.teardown_appcontext
    async def save(exc: BaseException | None) -> None:
        if exc is None:
            await library.db.session.commit()
        await library.db.session.remove()

    async with library.app.app_context():
        library.db.session.add(library.Author(name="late"))
    async with library.app.app_context():
        assert await library.Author.query.filter_by(name="late").count() == 1
    library.app.teardown_appcontext_funcs.clear()


async def test_no_connection_is_held_after_a_commit(stored_library: Library) -> None:
    library = stored_library
    async with library.app.app_context():
        author = await library.Author.query.first()
        author.name = "eve"
        await library.db.session.commit()
        assert library.checked_out() == 0
        await library.db.session.refresh(author)
        assert author.name == "eve"
        await library.db.session.rollback()
        assert library.checked_out() == 0


async def test_commit_on_teardown_commits_what_did_not_fail() -> None:
    library = Library(MEMORY, config={"SQLALCHEMY_COMMIT_ON_TEARDOWN": True})
    async with library.app.app_context():
        await library.db.create_all()
        library.db.session.add(library.Author(name="kept"))
    with pytest.raises(ValueError, match="no"):  # noqa: PT012
        async with library.app.app_context():
            library.db.session.add(library.Author(name="dropped"))
            raise ValueError("no")
    async with library.app.app_context():
        assert [author.name for author in await library.Author.query.all()] == ["kept"]


async def test_a_body_that_streams_with_its_context_gives_the_session_back(stored_library: Library) -> None:
    library = stored_library

    @library.app.get("/")
    async def index() -> Any:
        first = await library.Author.query.get(1)

        @quart.stream_with_context
        async def body() -> AsyncIterator[str]:
            async for author in library.Author.query.order_by(library.Author.id):
                yield author.name

        return body(), {"X-First": first.name}

    response = await library.app.test_client().get("/")
    data = response.get_data()
    assert (data if isinstance(data, bytes) else await data) == b"adabob"
    assert response.headers["X-First"] == "ada"
    assert library.checked_out() == 0


async def test_a_storm_of_cancellations_leaves_no_connection_behind(stored_library: Library) -> None:
    library = stored_library
    engine, names = library.db._engines[library.app][None], iter(range(1000))

    async def work() -> None:
        async with library.app.app_context():
            await library.Author.query.all()
            library.db.session.add(library.Author(name=f"author {next(names)}"))
            await library.db.session.commit()
            await library.Author.query.count()

    async with asyncio.timeout(60):
        for step in range(12):
            tasks = [asyncio.create_task(work()) for _ in range(8)]
            await asyncio.sleep(0.002 * step)
            for task in tasks[::2]:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert not [result for result in results[1::2] if result is not None]
    assert library.checked_out() == 0
    assert (await engine.execute("SELECT 1")).scalar() == 1


async def test_a_background_task_has_a_session_of_its_own(stored_library: Library) -> None:
    library, seen = stored_library, []

    async def later() -> None:
        seen.append(library.db.session())
        library.db.session.add(library.Author(name="later"))
        await library.db.session.commit()

    @library.app.get("/")
    async def index() -> str:
        seen.append(library.db.session())
        library.app.add_background_task(later)
        return "ok"

    async with library.app.test_app() as test_app:
        assert (await test_app.test_client().get("/")).status_code == 200
    assert seen[0] is not seen[1]
    async with library.app.app_context():
        assert await library.Author.query.filter_by(name="later").count() == 1


async def test_a_websocket_gives_its_session_back(stored_library: Library) -> None:
    library = stored_library

    @library.app.websocket("/ws")
    async def ws() -> None:
        author = await library.Author.query.get(int(await quart.websocket.receive()))
        await quart.websocket.send(author.name)

    client: Any = quart.Quart.test_client_class(library.app)
    async with client.websocket("/ws") as connection:
        await connection.send("2")
        assert await connection.receive() == "bob"
    for _ in range(100):
        if library.checked_out() == 0:
            break
        await asyncio.sleep(0.01)
    assert library.checked_out() == 0
