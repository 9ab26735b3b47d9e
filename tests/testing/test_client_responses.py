"""Responses, redirects, errors and kept contexts of the test client, beside Flask's."""

from __future__ import annotations

import asyncio
from typing import Any

import flask
import pytest
import quart
from quart.json.provider import DefaultJSONProvider
from werkzeug.test import ClientRedirectError

from quart_app import Quart, Response
from quart_app.testing import QuartClient, TestResponse

from .twins import make_twin

ALL = pytest.mark.parametrize("which", ["flask", "quart", "ours"])


def face(response: Any) -> dict[str, Any]:
    return {
        "status": response.status,
        "status_code": response.status_code,
        "headers": {k: v for k, v in response.headers if k != "Date"},
        "data": response.data,
        "get_data": response.get_data(as_text=True),
        "text": response.text,
        "json": response.get_json(silent=True),
        "forced": response.get_json(force=True, silent=True),
        "is_json": response.is_json,
        "mimetype": response.mimetype,
        "content_type": response.content_type,
        "content_length": response.content_length,
        "location": response.location,
        "request": (
            response.request.method,
            response.request.path,
            response.request.url,
            dict(response.request.args),
        ),
        "history": response.history,
        "chunks": b"".join(response.response),
    }


@pytest.mark.parametrize(
    "url",
    [
        "/?a=1",
        "/page",
        "/status/200",
        "/status/404",
        "/status/418",
        "/missing",
        "/status/204",
        "/status/304",
        "/go/302?to=/x",
    ],
)
@pytest.mark.parametrize("method", ["get", "head", "options", "delete"])
@pytest.mark.parametrize("which", ["quart", "ours"])
async def test_a_response_has_the_face_of_flasks(which: str, method: str, url: str) -> None:
    ask = [getattr(make_twin(one).client(), method) for one in ("flask", which)]
    flask, ours = face(await ask[0](url)), face(await ask[1](url))
    if ours["status_code"] in {204, 304}:
        # Werkzeug takes headers away that describe a body, Quart sends them along; there is no body with either.
        for answer in (flask, ours):
            for name in ("Content-Length", "Content-Type"):
                answer["headers"].pop(name, None)
            answer["content_length"] = answer["content_type"] = answer["mimetype"] = None
    if method == "options":
        # The same methods in another order.
        for answer in (flask, ours):
            answer["headers"]["Allow"] = sorted(answer["headers"].get("Allow", "").split(", "))
    assert ours == flask


async def test_a_response_can_be_closed_iterated_and_used_as_a_context() -> None:
    client = make_twin("quart").client()
    with await client.get("/page") as response:
        assert isinstance(response, TestResponse)
        # As with Flask's, what has been iterated over before it was read is gone.
        assert response.data == b"".join(response.iter_encoded())
    response.close()


async def test_json_goes_through_the_applications_provider() -> None:
    twin = make_twin("quart")

    class Shouting(DefaultJSONProvider):
        def loads(self, s: str | bytes, **kwargs: Any) -> Any:
            return {key: str(value).upper() for key, value in super().loads(s, **kwargs).items()}

    twin.app.json = Shouting(twin.app)
    assert (await twin.client().get("/")).json["path"] == "/"
    twin.app.json = Shouting(twin.app)
    assert (await twin.client().get("/")).json["method"] == "GET"


@ALL
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["get", "post", "head"])
async def test_redirects_are_followed_by_the_same_rules(which: str, code: int, method: str) -> None:
    client = make_twin(which).client()
    arguments = {"data": {"a": "1"}, "headers": {"X-A": "1"}} if method == "post" else {}
    response = await getattr(client, method)(f"/go/{code}?to=/end?b=2", follow_redirects=True, **arguments)
    assert response.status_code == 200
    assert [step.status_code for step in response.history] == [code]
    assert response.request.path == "/end"
    assert response.history[0].location == "/end?b=2"
    if method == "head":
        assert (response.request.method, response.data) == ("HEAD", b"")
        return
    kept = method == "post" and code in {307, 308}
    assert response.json["method"] == ("POST" if kept else "GET")
    assert response.json["form"] == ({"a": ["1"]} if kept else {})
    assert response.json["args"] == {"b": ["2"]}
    if method == "post":
        assert response.json["headers"]["X-A"] == "1"


@ALL
async def test_a_chain_of_redirects_is_remembered_in_order(which: str) -> None:
    client = make_twin(which).client()
    response = await client.get("/go/302?to=/go/303?to=/end", follow_redirects=True)
    assert [step.request.full_path for step in response.history] == [
        "/go/302?to=/go/303?to=/end",
        "/go/303?to=/end",
    ]
    assert [len(step.history) for step in response.history] == [0, 1]


@ALL
async def test_redirects_that_are_not_followed(which: str) -> None:
    twin = make_twin(which)

    @twin.route("/round")
    async def round_and_round() -> Any:
        return twin.framework.redirect("/round")

    client = twin.client()
    assert (await client.get("/go/302?to=/end")).location == "/end"
    with pytest.raises(ClientRedirectError):
        await client.get("/round", follow_redirects=True)
    with pytest.raises(RuntimeError, match="external"):
        await client.get("/go/302?to=http://other.example/", follow_redirects=True)
    with pytest.raises(RuntimeError, match="subdomain"):
        await client.get("/go/302?to=http://a.localhost/", follow_redirects=True)
    allowed = make_twin(which).client(allow_subdomain_redirects=True)
    response = await allowed.get("/go/302?to=http://a.localhost/", follow_redirects=True)
    assert response.json["host"] == "a.localhost"


@ALL
async def test_cookies_set_on_the_way_are_sent_on(which: str) -> None:
    twin = make_twin(which)

    @twin.route("/login")
    async def login() -> Any:
        response = twin.framework.redirect("/")
        response.set_cookie("in", "1")
        return response

    response = await twin.client().get("/login", follow_redirects=True)
    assert response.json["cookies"] == {"in": "1"}


@ALL
@pytest.mark.parametrize(
    ("config", "raises"),
    [
        ({"TESTING": True}, True),
        ({"TESTING": False, "DEBUG": True}, True),
        ({"TESTING": False, "PROPAGATE_EXCEPTIONS": True}, True),
        ({"TESTING": True, "PROPAGATE_EXCEPTIONS": False}, False),
        ({"TESTING": False}, False),
    ],
    ids=str,
)
async def test_a_views_exception_reaches_the_test_when_flasks_does(
    which: str, config: dict[str, Any], raises: bool, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_twin(which, **config).client()
    if raises:
        with pytest.raises(ZeroDivisionError, match="in the view"):
            await client.get("/error")
    else:
        assert (await client.get("/error")).status_code == 500
    assert (await client.get("/page")).status_code == 200


@ALL
async def test_the_contexts_of_the_last_request_stay_inside_the_block(which: str) -> None:
    twin = make_twin(which)
    request, session, g = twin.framework.request, twin.framework.session, twin.framework.g
    client = twin.client()
    async with client:
        await client.get("/visit/ann?x=1")
        assert (request.path, request.args["x"], session["visits"], g.visitor) == (
            "/visit/ann",
            "1",
            ["ann"],
            "ann",
        )
        assert twin.framework.get_flashed_messages() == ["hello ann"]
        assert twin.framework.url_for("visit", name="eve") == "/visit/eve"
        assert twin.framework.current_app.name == twin.app.name
        await client.get("/visit/bob")
        assert (session["visits"], g.visitor) == (["ann", "bob"], "bob")
        with pytest.raises(RuntimeError, match="Cannot nest"):
            await client.__aenter__()
    assert not twin.framework.has_request_context()
    assert not twin.framework.has_app_context()


@ALL
async def test_teardown_runs_at_the_end_of_the_request_and_at_the_end_of_the_block(which: str) -> None:
    twin = make_twin(which)
    client = twin.client()
    seen: list[list[str]] = []
    async with client:
        await client.get("/visit/ann")
        seen.append(list(twin.torn_down))
        await client.get("/visit/bob")
        seen.append(list(twin.torn_down))
    seen.append(list(twin.torn_down))
    ann, bob = ["request /visit/ann", "app ann"], ["request /visit/bob", "app bob"]
    assert seen == [ann, ann + ann + bob, ann + ann + bob + bob]


@ALL
async def test_a_context_of_the_test_itself_is_not_torn_down_with_the_client(which: str) -> None:
    twin = make_twin(which)
    client = twin.client()
    context = twin.app.app_context()
    if which == "flask":
        context.push()
    else:
        await context.push()
    twin.framework.g.mine = 1
    async with client:
        await client.get("/visit/ann")
        assert (twin.framework.g.mine, twin.framework.g.visitor) == (1, "ann")
    assert twin.torn_down == ["request /visit/ann"] * 2
    assert twin.framework.g.mine == 1
    if which == "flask":
        context.pop()
    else:
        await context.pop()
    assert twin.torn_down[2:] == ["app ann"]


@ALL
async def test_after_an_error_no_context_is_left(which: str) -> None:
    twin = make_twin(which)
    async with twin.client() as client:
        with pytest.raises(ZeroDivisionError):
            await client.get("/error")
        assert not twin.framework.has_request_context()
        await client.get("/visit/ann")
        assert twin.framework.g.visitor == "ann"


async def test_clients_of_one_application_do_not_mix_up_their_requests() -> None:
    twin = make_twin("quart")

    async def visit(name: str) -> Any:
        async with twin.client() as client:
            await client.get(f"/visit/{name}")
            await asyncio.sleep(0)
            return quart.g.visitor, quart.session["visits"]

    names = [f"n{number}" for number in range(20)]
    assert await asyncio.gather(*map(visit, names)) == [(name, [name]) for name in names]


async def test_a_request_made_in_another_task_leaves_the_block_in_peace() -> None:
    twin = make_twin("quart")
    async with twin.client() as client:
        await asyncio.create_task(client.get("/visit/ann"))
        assert not quart.has_request_context()
    assert twin.torn_down == ["request /visit/ann", "app ann"] * 2


async def test_subclasses_add_to_every_request_by_overriding_open() -> None:
    class Signed(QuartClient):
        def __init__(self, *args: Any, token: str, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.token = token

        async def open(  # type: ignore[override]
            self, *args: Any, **kwargs: Any
        ) -> TestResponse:
            kwargs.setdefault("headers", {})["X-Token"] = self.token
            return await super().open(*args, **kwargs)

    twin = make_twin("quart")
    twin.app.test_client_class = Signed
    client = twin.client(token="t", use_cookies=False)
    assert (await client.post("/")).json["headers"]["X-Token"] == "t"
    assert client.application is client.app is twin.app


async def test_pieces_and_websockets_as_in_quart() -> None:
    twin = make_twin("quart")
    client = twin.client()
    client.set_cookie("a", "1")

    @twin.app.websocket("/ws")  # type: ignore[untyped-decorator]
    async def ws() -> None:
        await quart.websocket.accept(subprotocol=quart.websocket.requested_subprotocols[0])
        await quart.websocket.send_json(
            [quart.websocket.args["q"], quart.websocket.cookies, quart.websocket.url]
        )

    async with client.websocket("/ws?q=1", scheme="wss", subprotocols=["chat"]) as connection:
        assert await connection.receive_json() == ["1", {"a": "1"}, "wss://localhost/ws?q=1"]
    async with client.request("/", method="POST") as connection:
        await connection.send(b"in ")
        await connection.send(b"pieces")
        await connection.send_complete()
    response = await connection.as_response()
    assert (await response.get_json())["body"] == "in pieces"


async def test_a_response_is_one_of_the_application_s_class_and_a_stream_until_it_is_read() -> None:
    app = Quart(__name__)

    @app.route("/")
    async def index() -> str:
        return "text"

    response = await app.test_client().get("/")
    kinds: list[type] = [Response, flask.Response, TestResponse]
    assert all(isinstance(response, kind) for kind in kinds)
    assert response.is_streamed
    assert response.text == "text"
    assert not response.is_streamed
    assert response.text == "text"
