"""Events, rooms, acknowledgements and sessions, through the client for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from quart import request, session

from quart_app import Quart
from quart_app.bridge import wait
from quart_app.socketio import (
    ConnectionRefusedError,
    Namespace,
    SocketIO,
    close_room,
    disconnect,
    emit,
    join_room,
    leave_room,
    rooms,
    send,
)

Made = tuple[Quart, SocketIO]


@pytest.fixture
def made() -> Made:
    app = Quart(__name__)
    app.secret_key = "test"
    socketio = SocketIO(app)

    @app.get("/sign-in/<name>")
    async def sign_in(name: str) -> str:
        session["name"] = name
        return name

    return app, socketio


async def test_an_event_is_answered_to_who_sent_it(made: Made) -> None:
    app, socketio = made

    @socketio.on("greet")
    async def greet(data: dict[str, str]) -> None:
        await emit("greeting", {"text": f"Hello {data['name']}"})

    one = await socketio.test_client(app)
    other = await socketio.test_client(app)
    await one.emit("greet", {"name": "Ada"})
    assert one.get_received() == [{"name": "greeting", "args": [{"text": "Hello Ada"}], "namespace": "/"}]
    assert other.get_received() == []
    assert one.get_received() == []


async def test_broadcast_rooms_and_who_is_left_out(made: Made) -> None:
    app, socketio = made

    @socketio.on("join")
    async def join(room: str) -> list[str]:
        await join_room(room)
        await emit("joined", room, to=room, include_self=False)
        return sorted(set(rooms()) - {request.sid})  # type: ignore[attr-defined]

    @socketio.on("leave")
    async def leave(room: str) -> None:
        await leave_room(room)

    @socketio.on("close")
    async def close(room: str) -> None:
        await close_room(room)

    @socketio.on("say")
    async def say(room: str) -> None:
        await send("hello", to=room)

    @socketio.on("shout")
    async def shout() -> None:
        await send({"loud": True}, json=True, broadcast=True)

    one, other = await socketio.test_client(app), await socketio.test_client(app)
    assert await one.emit("join", "a", callback=True) == ["a"]
    assert await other.emit("join", "a", callback=True) == ["a"]
    assert [item["name"] for item in one.get_received()] == ["joined"]
    assert other.get_received() == []
    await one.emit("say", "a")
    assert one.get_received() == [{"name": "message", "args": "hello", "namespace": "/"}]
    assert len(other.get_received()) == 1
    await other.emit("leave", "a")
    await one.emit("say", "a")
    assert (len(one.get_received()), len(other.get_received())) == (1, 0)
    await one.emit("close", "a")
    await one.emit("say", "a")
    assert one.get_received() == []
    await one.emit("shout")
    assert (
        one.get_received()
        == other.get_received()
        == [{"name": "json", "args": {"loud": True}, "namespace": "/"}]
    )
    await socketio.emit("news", 1)
    assert one.get_received() == other.get_received() == [{"name": "news", "args": [1], "namespace": "/"}]


async def test_bytes_are_sent_beside_the_text(made: Made) -> None:
    app, socketio = made

    @socketio.on("turn")
    async def turn(data: dict[str, bytes]) -> bytes:
        await emit("turned", {"one": data["one"][::-1], "other": b"2"}, broadcast=True)
        return data["one"]

    client = await socketio.test_client(app)
    assert await client.emit("turn", {"one": b"abc"}, callback=True) == b"abc"
    assert client.get_received()[0]["args"] == [{"one": b"cba", "other": b"2"}]


async def test_acknowledgements_go_both_ways(made: Made) -> None:
    app, socketio = made
    told: list[Any] = []

    @socketio.on("sum")
    async def add(one: int, other: int) -> tuple[int, str]:
        return one + other, "done"

    @socketio.on("ask")
    def ask() -> None:
        wait(emit("question", callback=lambda answer: told.append((answer, request.sid))))  # type: ignore[attr-defined]

    client = await socketio.test_client(app)
    assert await client.emit("sum", 1, 2, callback=True) == [3, "done"]
    assert await client.emit("sum", 1, 2) is None
    await client.emit("ask")
    assert client.get_received()[0]["name"] == "question"
    sid = socketio.server.manager.sid_from_eio_sid(client.eio_sid, "/")
    await socketio.server._handle_ack(client.eio_sid, "/", 1, ["yes"])
    assert told == [("yes", sid)]


async def test_a_handler_has_the_request_and_the_session_of_its_connection(made: Made) -> None:
    app, socketio = made

    @socketio.on("who")
    async def who() -> tuple[str | None, str, str, int]:
        session["asked"] = session.get("asked", 0) + 1
        event: Any = request.event  # type: ignore[attr-defined]
        return session.get("name"), request.args["page"], event["message"], session["asked"]

    browser = app.test_client()
    await browser.get("/sign-in/ada")
    client = await socketio.test_client(app, query_string="page=2", flask_test_client=browser)
    assert await client.emit("who", callback=True) == ["ada", "2", "who", 1]
    assert await client.emit("who", callback=True) == ["ada", "2", "who", 2]
    # The visitor's own session does not hear of it, nor does another connection.
    again = await socketio.test_client(app, query_string="page=1", flask_test_client=browser)
    assert await again.emit("who", callback=True) == ["ada", "1", "who", 1]


async def test_handlers_of_everything_are_told_what_happened() -> None:
    app = Quart(__name__)
    socketio = SocketIO(app, namespaces="*")
    told: list[tuple[Any, ...]] = []

    @socketio.on("*")
    async def whatever(event: str, *data: Any) -> None:
        told.append((event, *data))

    @socketio.on("*", namespace="*")
    async def wherever(event: str, *data: Any) -> None:
        told.append((request.namespace, event, *data))  # type: ignore[attr-defined]

    await (await socketio.test_client(app)).emit("moved", 1, 2)
    client = await socketio.test_client(app, namespace="/other")
    await client.emit("moved", 3, namespace="/other")
    assert told[-2:] == [("moved", 1, 2), ("/other", "moved", 3)]


@pytest.mark.parametrize("first", [True, False])
async def test_a_process_that_only_emits_writes_to_the_queue(first: bool, redis_url: str) -> None:
    listening = SocketIO(Quart(__name__), message_queue=redis_url, channel="test")
    assert not listening.server_options["client_manager"].write_only
    emitting = SocketIO(message_queue=redis_url, channel="test") if first else SocketIO()
    if not first:
        emitting.init_app(None, message_queue=redis_url, channel="test")
    assert emitting.server_options["client_manager"].write_only
    await emitting.emit("news", {"text": "told"})
    await emitting.server_options["client_manager"].redis.aclose()


def test_a_queue_that_cannot_be_used_is_named() -> None:
    with pytest.raises(ValueError, match="kafka:// has no asynchronous side"):
        SocketIO(Quart(__name__), message_queue="kafka://localhost")


async def test_connections_are_refused(made: Made) -> None:
    app, socketio = made
    gone: list[str] = []

    @socketio.on("connect")
    async def connected(auth: dict[str, str] | None) -> bool | None:
        if auth is None:
            raise ConnectionRefusedError("who are you?")
        return auth["token"] == "good"

    @socketio.on("disconnect")
    async def disconnected() -> None:
        gone.append(request.sid)  # type: ignore[attr-defined]
        await emit("gone", broadcast=True)

    @socketio.on("leave")
    async def leave() -> None:
        await disconnect()

    assert not (await socketio.test_client(app)).is_connected()
    assert not (await socketio.test_client(app, auth={"token": "bad"})).is_connected()
    client = await socketio.test_client(app, auth={"token": "good"})
    assert client.is_connected()
    await client.emit("leave")
    assert not client.is_connected()
    assert len(gone) == 1
    assert [item["name"] for item in client.get_received()] == ["gone"]
    with pytest.raises(RuntimeError, match="not connected"):
        client.get_received()
    with pytest.raises(RuntimeError, match="not connected"):
        await client.emit("leave")
    await client.connect(auth={"token": "good"})
    await client.disconnect()
    assert len(gone) == 2


async def test_a_connect_handler_may_take_nothing(made: Made) -> None:
    app, socketio = made

    @socketio.on("connect")
    def connected() -> None:
        wait(emit("welcome"))

    client = await socketio.test_client(app, auth={"token": "any"})
    assert client.get_received()[0]["name"] == "welcome"


async def test_what_goes_wrong_is_given_to_the_handler_of_errors(made: Made) -> None:
    app, socketio = made
    told: list[str] = []

    @socketio.on("break")
    async def broken() -> None:
        raise ValueError("broken")

    @socketio.on("break", namespace="/other")
    async def broken_too() -> None:
        raise KeyError("other")

    client = await socketio.test_client(app)
    with pytest.raises(ValueError, match="broken"):
        await client.emit("break")

    @socketio.on_error_default
    def default(error: Exception) -> None:
        told.append(f"default {error!r}")

    @socketio.on_error()
    async def ours(error: Exception) -> None:
        told.append(f"ours {error!r}")

    await client.emit("break")
    other = await socketio.test_client(app, namespace="/other")
    await other.emit("break", namespace="/other")
    assert told == ["ours ValueError('broken')", "default KeyError('other')"]


async def test_classes_of_handlers(made: Made) -> None:
    app, socketio = made

    class Chat(Namespace):
        def on_connect(self) -> None:
            session["said"] = 0

        async def on_say(self, text: str) -> int:
            session["said"] += 1
            await self.emit("said", text)
            await emit("alone", text)
            said: int = session["said"]
            return said

    socketio.on_namespace(Chat("/chat"))
    one = await socketio.test_client(app, namespace="/chat")
    other = await socketio.test_client(app, namespace="/chat")
    assert await one.emit("say", "hi", namespace="/chat", callback=True) == 1
    assert [item["name"] for item in one.get_received("/chat")] == ["said", "alone"]
    assert [item["name"] for item in other.get_received("/chat")] == ["said"]
    with pytest.raises(TypeError, match="Not a namespace"):
        socketio.on_namespace(object())


async def test_handlers_may_come_before_the_application() -> None:
    socketio = SocketIO()

    @socketio.on("ping")
    def ping() -> str:
        return "pong"

    @socketio.event
    async def named() -> str:
        return "named"

    app = Quart(__name__)
    socketio.init_app(app, async_mode="eventlet", cors_allowed_origins="*")
    client = await socketio.test_client(app)
    assert await client.emit("ping", callback=True) == "pong"
    assert await client.emit("named", callback=True) == "named"


async def test_background_tasks_send_outside_of_requests(made: Made) -> None:
    app, socketio = made

    async def tick(number: int) -> None:
        await socketio.sleep(0)
        await socketio.emit("tick", number)

    def tock() -> None:
        wait(socketio.emit("tock"))

    client = await socketio.test_client(app)
    for task in (socketio.start_background_task(tick, 7), socketio.start_background_task(tock)):
        assert task is not None
        await task
    received = sorted((item["name"], item["args"]) for item in client.get_received())
    assert received == [("tick", [7]), ("tock", [])]


def test_what_is_started_before_the_server_starts_with_it(made: Made) -> None:
    app, socketio = made
    ran: list[int] = []

    async def tick(number: int) -> None:
        ran.append(number)

    assert socketio.start_background_task(tick, 7) is None
    assert ran == []

    async def serve() -> None:
        async with app.test_app():
            await asyncio.sleep(0.05)

    asyncio.run(serve())
    assert ran == [7]
    with pytest.raises(RuntimeError, match="init_app"):
        SocketIO().start_background_task(tick, 1)


@pytest.mark.parametrize("manages", [True, False])
async def test_the_session_of_the_visitor_is_read_anew_where_connections_have_none(manages: bool) -> None:
    app = Quart(__name__)
    app.secret_key = "test"
    socketio = SocketIO(app, manage_session=manages)
    seen: list[Any] = []
    read: Callable[[], None] = lambda: seen.append(type(session._get_current_object()).__name__)  # type: ignore[attr-defined] # noqa: E731
    socketio.on_event("read", read)
    await (await socketio.test_client(app)).emit("read")
    assert seen == ["ConnectionSession" if manages else "SecureCookieSession"]
