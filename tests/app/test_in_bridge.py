"""The places of a request where a naive bridge loses its greenlet: implicit loads work in each of them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.logging import wsgi_errors_stream
from quart import g, render_template_string
from quart import websocket as ws
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from quart_app import Quart
from quart_app.bridge import current_implicit_loads, drive, in_bridge, wait
from quart_app.streaming import stream_template_string
from tests.bridge.shelf import DATABASES, Author, shelf

TITLES = ["Le Guin 1", "Le Guin 2"]


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'shelf.db'}"
    postgres_url: str = request.getfixturevalue("postgres_url")
    return postgres_url.replace("postgresql://", "postgresql+asyncpg://", 1)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    async with shelf(database) as engine:
        yield engine


@pytest.fixture
def app(engine: AsyncEngine) -> Quart:
    """An application with a session in ``g`` that the last teardown function closes."""
    app = Quart(__name__)
    app.testing = True
    app.config["IMPLICIT_LOADING"] = "allow"

    @app.before_request
    async def open_session() -> None:
        g.session = AsyncSession(engine)
        g.author = (await g.session.scalars(select(Author).where(Author.name == "Le Guin"))).one()

    @app.teardown_appcontext
    async def close_session(_error: BaseException | None) -> None:
        if "session" in g:
            await g.session.close()

    return app


async def get(app: Quart, path: str = "/") -> Any:
    return await app.test_client().get(path)


async def test_an_async_view(app: Quart) -> None:
    @app.get("/")
    async def view() -> Any:
        return g.author.titles

    assert (await get(app)).json == TITLES


async def test_a_sync_view(app: Quart) -> None:
    @app.get("/")
    def view() -> Any:
        return g.author.titles

    assert (await get(app)).json == TITLES


async def test_a_sync_before_request_and_what_it_leaves_behind(app: Quart) -> None:
    @app.before_request
    def load() -> None:
        g.titles = g.author.titles

    @app.get("/")
    def view() -> Any:
        return g.titles

    assert (await get(app)).json == TITLES


async def test_a_sync_after_request(app: Quart) -> None:
    @app.after_request
    def load(response: Any) -> Any:
        response.headers["Titles"] = ",".join(g.author.titles)
        return response

    @app.get("/")
    async def view() -> str:
        return ""

    assert (await get(app)).headers["Titles"] == ",".join(TITLES)


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_a_context_processor_and_a_template(app: Quart, asynchronous: bool) -> None:
    def processor() -> dict[str, Any]:
        return {"titles": g.author.titles, "author": g.author}

    async def async_processor() -> dict[str, Any]:
        return processor()

    app.context_processor(async_processor if asynchronous else processor)

    @app.template_filter()
    def shout(author: Author) -> str:
        return f"{author.story or len(author)}!"

    @app.get("/")
    async def view() -> str:
        return await render_template_string(
            "{{ titles|length }}{% for b in author.books %} {{ b.author.name }}{% endfor %} {{ author|shout }}"
        )

    assert (await get(app)).text == "2 Le Guin Le Guin 2!"


@pytest.mark.parametrize("kind", ["sync", "async", "template"])
async def test_a_streaming_body(app: Quart, kind: str) -> None:
    @app.get("/")
    async def view() -> Any:
        # Not g's session: as under Flask, the context is gone before the body is sent.
        session, author = g.session, g.author
        del g.session

        def pieces() -> Iterator[str]:
            for book in author.books:
                yield book.title
            wait(session.close())

        async def async_pieces() -> AsyncIterator[str]:
            for book in author.books:
                yield book.title
            await session.close()

        if kind == "template":
            g.session = session
            return await stream_template_string(
                "{% for b in author.books %}{{ b.title }}{% endfor %}", author=author
            )
        return pieces() if kind == "sync" else async_pieces()

    assert (await get(app)).text == "".join(TITLES)


@pytest.mark.parametrize("hook", ["teardown_request", "teardown_appcontext"])
async def test_a_teardown_function(app: Quart, hook: str) -> None:
    seen: list[list[str]] = []

    def load(_error: BaseException | None) -> None:
        seen.append(g.author.titles)

    getattr(app, hook)(load)

    @app.get("/")
    async def view() -> str:
        return ""

    await get(app)
    assert seen == [TITLES]


async def test_an_error_handler(app: Quart) -> None:
    @app.errorhandler(LookupError)
    def handle(_error: LookupError) -> Any:
        return {"titles": g.author.titles}

    @app.get("/")
    def view() -> str:
        raise LookupError

    assert (await get(app)).json == {"titles": TITLES}


async def test_a_signal_receiver(app: Quart) -> None:
    from quart.signals import request_finished

    seen: list[list[str]] = []

    def receive(_sender: Quart, **_: Any) -> None:
        seen.append(g.author.titles)

    @app.get("/")
    async def view() -> str:
        return ""

    with request_finished.connected_to(receive, sender=app):
        await get(app)
    assert seen == [TITLES]


async def test_a_task_of_a_view(app: Quart) -> None:
    @app.get("/")
    async def view() -> Any:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(titles(g.author))
        return task.result()

    async def titles(author: Author) -> list[str]:
        return author.titles

    assert (await get(app)).json == TITLES


async def test_a_background_task(app: Quart, engine: AsyncEngine) -> None:
    seen: list[list[str]] = []

    async def work() -> None:
        async with AsyncSession(engine) as session:
            seen.append((await session.get_one(Author, 1)).titles)

    @app.get("/")
    async def view() -> str:
        app.add_background_task(work)
        return ""

    await get(app)
    await asyncio.gather(*app.background_tasks)
    assert seen == [TITLES]


async def test_a_websocket(app: Quart, engine: AsyncEngine) -> None:
    @app.websocket("/ws")
    async def view() -> None:
        async with AsyncSession(engine) as session:
            while True:
                author = await session.get_one(Author, int(await ws.receive()))
                await ws.send(",".join(author.titles))
                await session.rollback()

    async with app.test_client().websocket("/ws") as connection:
        await connection.send("1")
        assert await connection.receive() == ",".join(TITLES)
        await connection.send("2")
        assert await connection.receive() == "Lem 1,Lem 2"


async def test_serving_functions(app: Quart) -> None:
    seen: list[str] = []

    @app.before_serving
    def before() -> None:
        seen.append(wait(asyncio.sleep(0, "before")))

    @app.while_serving
    async def during() -> AsyncGenerator[None, None]:
        seen.append(wait(asyncio.sleep(0, "start")))
        yield
        seen.append(wait(asyncio.sleep(0, "stop")))

    @app.after_serving
    def after() -> None:
        seen.append(wait(asyncio.sleep(0, "after")))

    async with app.test_app():
        pass
    assert seen == ["before", "start", "stop", "after"]


async def test_fifty_requests_at_once(app: Quart) -> None:
    @app.get("/")
    def view() -> Any:
        g.author.name = wait(asyncio.sleep(0.001, g.author.name))
        return g.author.titles

    responses = await asyncio.gather(*[get(app) for _ in range(50)])
    assert [response.json for response in responses] == [TITLES] * 50


async def test_a_page_tells_how_many_implicit_loads_it_does(app: Quart) -> None:
    counts: list[tuple[int, int]] = []

    @app.get("/")
    def view() -> Any:
        _ = g.author.books, g.author.story, wait(asyncio.sleep(0))
        loads = current_implicit_loads()
        assert loads is not None
        counts.append((loads.count, loads.waits))
        return ""

    await get(app)
    await get(app)
    assert counts == [(2, 1), (2, 1)]


async def test_the_configured_policy_is_in_force(app: Quart) -> None:
    app.config["IMPLICIT_LOADING"] = "raise"

    @app.get("/")
    async def view() -> str:
        return await render_template_string("{% if author.books %}yes{% endif %}", author=g.author)

    with pytest.raises(RuntimeError, match=r"Author\.books.*selectinload"):
        await get(app)


async def test_a_client_that_leaves_cancels_the_load_and_the_session_is_closed(
    app: Quart, engine: AsyncEngine
) -> None:
    seen: list[str] = []

    @app.get("/")
    def view() -> str:
        try:
            _ = g.author.books
            wait(asyncio.sleep(60))
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise
        return ""

    @app.teardown_request
    def torn_down(error: BaseException | None) -> None:
        seen.append(type(error).__name__)

    async with app.test_client().request("/") as connection:
        await connection.send_complete()
        await asyncio.sleep(0.1)
        await connection.disconnect()
    assert seen == ["cancelled", "CancelledError"]
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]


async def test_code_outside_a_request_is_not_driven_unless_asked(app: Quart) -> None:
    async def inside() -> bool:
        return in_bridge()

    assert not in_bridge()
    assert await drive(inside())


async def test_with_the_bridge_off_quart_does_what_quart_does(app: Quart) -> None:
    import threading

    app.config["QUART_APP_BRIDGE"] = False

    @app.get("/")
    def view() -> Any:
        return {"bridge": in_bridge(), "main": threading.current_thread() is threading.main_thread()}

    assert (await get(app)).json == {"bridge": False, "main": False}


async def test_asgi_middleware_is_driven_too(app: Quart) -> None:
    inner = app.asgi_app
    seen: list[bool] = []

    async def middleware(scope: Any, receive: Any, send: Any) -> None:
        seen.append(wait(asyncio.sleep(0, in_bridge())))
        await inner(scope, receive, send)

    app.asgi_app = middleware  # type: ignore[method-assign]

    @app.get("/")
    def view() -> Any:
        return g.author.titles

    assert (await get(app)).json == TITLES
    assert seen == [True]


async def test_flasks_log_handler_finds_standard_error_in_a_request() -> None:
    app = Quart("logging_errors")
    app.testing = True

    @app.route("/")
    async def index() -> str:
        # Not by an error that is logged: pytest's own handler takes the place of Flask's.
        assert wsgi_errors_stream._get_current_object() is sys.stderr
        return "found"

    assert (await app.test_client().get("/")).status_code == 200
