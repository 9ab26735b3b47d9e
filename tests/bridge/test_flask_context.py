"""Extensions that ask Flask for its context find ours: same objects, no awaits, set and reset with it."""

from __future__ import annotations

import asyncio
import copy
import functools
import io
import pickle
from collections.abc import AsyncIterator, Iterator
from typing import Any

import flask
import pytest
import quart
import werkzeug
from flask.globals import _cv_app, _cv_request
from quart.sessions import SecureCookieSessionInterface
from quart.testing import WebsocketResponseError
from werkzeug.exceptions import NotFound

from quart_app import Quart, Response
from quart_app.bridge import NotInBridgeError
from quart_app.bridge.flask_context import ResponseFace
from quart_app.streaming import stream_with_context

# Typed as what they stand for: ours, not Flask's.
current_app: Any = flask.current_app
request: Any = flask.request


def unbound() -> bool:
    return _cv_app.get(None) is None and _cv_request.get(None) is None


@pytest.fixture
def app() -> Quart:
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="key")
    return app


async def answer(app: Quart, view: Any, *args: Any, **kwargs: Any) -> Any:
    app.add_url_rule("/", "view", view, methods=["GET", "POST"])
    method = kwargs.pop("method", "GET")
    return await app.test_client().open("/", *args, method=method, **kwargs)


async def test_flask_sees_the_same_objects(app: Quart) -> None:
    seen: dict[str, bool] = {}

    async def view() -> str:
        flask.g.one = quart.g.two = 1
        flask.session["three"] = 3
        seen.update(
            app=current_app == app and current_app.config is app.config,
            g=flask.g.two == quart.g.one == 1,
            session=quart.session["three"] == 3,
            request=request == quart.request and request.path == "/",
            isinstance=isinstance(current_app, Quart),
            extensions=current_app.extensions is app.extensions,
            has=flask.has_app_context() and flask.has_request_context(),
        )
        return flask.url_for("view", a=1)

    response = await answer(app, view)
    assert all(seen.values()), seen
    assert response.text == "/?a=1"
    assert unbound()


async def test_the_body_needs_no_await(app: Quart) -> None:
    seen: list[Any] = []

    def view() -> str:
        file = request.files["file"]
        target = io.BytesIO()
        file.save(target)
        seen.extend(
            [
                request.form["name"],
                file.filename,
                file.content_type,
                target.getvalue(),
                request.values["name"],
            ]
        )
        return "ok"

    data = {"name": "Ann", "file": (io.BytesIO(b"text"), "a.txt")}
    assert (await answer(app, view, method="POST", data=data)).text == "ok"
    assert seen == ["Ann", "a.txt", "text/plain", b"text", "Ann"]


async def test_json_needs_no_await(app: Quart) -> None:
    async def view() -> Any:
        assert request.get_json(silent=True) == request.json == {"a": 1}
        assert request.data == request.stream.read() == request.get_data()
        assert request.is_json
        return flask.jsonify(request.json)

    assert (await answer(app, view, method="POST", json={"a": 1})).json == {"a": 1}


async def test_what_flask_raises_for_a_missing_key_is_400(app: Quart) -> None:
    def view() -> Any:
        return request.form["missing"]

    app.testing = False
    assert (await answer(app, view, method="POST", data={"a": "b"})).status_code == 400


async def test_flask_renders_templates_with_our_context_processors(app: Quart) -> None:
    @app.context_processor
    async def more() -> dict[str, str]:
        await asyncio.sleep(0)
        return {"name": "Ann"}

    def view() -> str:
        return flask.render_template_string("{{ name }} {{ request.path }} {{ url_for('view') }}")

    assert (await answer(app, view)).text == "Ann / /"


async def test_a_message_flashed_by_flask_is_read_by_quart_and_once(app: Quart) -> None:
    async def view() -> str:
        flask.flash("from flask", "info")
        await quart.flash("from quart")
        first = flask.get_flashed_messages(with_categories=True)
        return f"{first} {first == quart.get_flashed_messages(with_categories=True)}"

    assert (await answer(app, view)).text == "[('info', 'from flask'), ('message', 'from quart')] True"


async def test_make_response_and_abort(app: Quart) -> None:
    def view() -> Any:
        if "gone" in request.args:
            flask.abort(410)
        response = flask.make_response("made", 202, {"X-One": "1"})
        response.headers["X-Two"] = "2"
        assert isinstance(response, current_app.response_class)
        return response

    response = await answer(app, view)
    assert (response.status_code, response.text, response.headers["X-Two"]) == (202, "made", "2")
    assert (await app.test_client().get("/?gone=1")).status_code == 410


async def test_views_may_return_flasks_responses(app: Quart, tmp_path: Any) -> None:
    (tmp_path / "a.txt").write_bytes(b"content")

    def view() -> Any:
        if "file" in request.args:
            return flask.send_from_directory(tmp_path, "a.txt")
        return current_app.response_class("plain", 201, mimetype="text/plain")

    @app.after_request
    async def read(response: quart.Response) -> quart.Response:
        response.headers["X-Length"] = str(len(await response.get_data()))
        return response

    response = await answer(app, view)
    assert (response.status_code, response.text, response.headers["X-Length"]) == (201, "plain", "5")
    response = await app.test_client().get("/?file=1")
    assert (response.status_code, response.text) == (200, "content")
    assert (await app.test_client().get("/missing")).headers["X-Length"] != "0"


async def test_a_redirect_made_by_flask(app: Quart) -> None:
    response = await answer(app, lambda: flask.redirect(flask.url_for("view", b=2)))
    assert (response.status_code, response.headers["Location"]) == (302, "/?b=2")


async def test_functions_for_after_this_request(app: Quart) -> None:
    def view() -> str:
        @flask.after_this_request
        def late(response: Any) -> Any:
            response.headers["X-Late"] = "yes"
            return response

        return "ok"

    assert (await answer(app, view)).headers["X-Late"] == "yes"


async def test_coroutine_methods_of_the_application_are_called_like_flasks(app: Quart) -> None:
    def view() -> Any:
        response = current_app.handle_user_exception(NotFound())
        context: dict[str, Any] = {}
        assert current_app.update_template_context(context) is None
        return f"{current_app.make_response(response).status_code} {sorted(context)}"

    assert (await answer(app, view)).text.startswith("404 [")


async def test_hooks_and_commands_see_it(app: Quart) -> None:
    seen: list[tuple[str, bool]] = []

    def note(name: str) -> Any:
        def hook(value: Any = None) -> Any:
            seen.append((name, current_app == app and (name == "app" or bool(request))))
            return value

        return hook

    app.before_request(note("before"))
    app.after_request(note("after"))
    app.teardown_request(note("teardown"))
    app.teardown_appcontext(note("app"))
    await answer(app, lambda: "ok")
    assert seen == [("before", True), ("after", True), ("teardown", True), ("app", True)]


def test_synchronous_contexts_bind_and_reset(app: Quart) -> None:
    with app.app_context():
        assert current_app == app
        assert not flask.has_request_context()
        with app.app_context():
            flask.g.inner = 1
        assert "inner" not in flask.g
    with app.test_request_context("/there", method="POST", data={"a": "b"}):
        assert request.path == "/there"
        assert request.form["a"] == "b"
    assert unbound()


async def test_contexts_bind_and_reset(app: Quart) -> None:
    async with app.app_context():
        assert current_app == app
    async with app.test_request_context("/there"):
        assert request.path == "/there"
    context = app.app_context()
    await context.push()
    await context.push()
    await context.pop()
    assert current_app == app
    await context.pop()
    assert unbound()


async def test_two_applications_nested(app: Quart) -> None:
    other = Quart("other")
    async with app.app_context():
        async with other.app_context():
            assert current_app == other
        assert current_app == app


async def test_a_context_that_fails_to_open_resets(app: Quart) -> None:
    class Broken(SecureCookieSessionInterface):
        async def open_session(self, app: Any, request: Any) -> Any:
            raise ValueError("no session")

    app.session_interface = Broken()
    with pytest.raises(ValueError, match="no session"):
        await answer(app, lambda: "ok")
    assert unbound()


async def test_two_hundred_requests_at_once_keep_apart(app: Quart) -> None:
    @app.route("/<int:number>")
    async def view(number: int) -> str:
        flask.g.number = number
        await asyncio.sleep(0.001 * (number % 7))

        def later() -> str:
            return f"{flask.g.number} {request.path} {flask.session.get('n')}"

        flask.session["n"] = number
        return later()

    client = app.test_client(use_cookies=False)
    responses = await asyncio.gather(*(client.get(f"/{number}") for number in range(200)))
    assert [r.text for r in responses] == [f"{n} /{n} {n}" for n in range(200)]
    assert unbound()


async def test_tasks_see_the_request_that_started_them(app: Quart) -> None:
    async def view() -> str:
        async def work() -> str:
            return str(request.form["name"])

        return " ".join(await asyncio.gather(work(), work()))

    assert (await answer(app, view, method="POST", data={"name": "Ann"})).text == "Ann Ann"


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_streams_see_it_to_the_end(app: Quart, kind: str) -> None:
    def pieces() -> Iterator[str]:
        yield request.path
        yield current_app.name

    async def async_pieces() -> AsyncIterator[str]:
        for piece in pieces():
            await asyncio.sleep(0)
            yield piece

    def view() -> Any:
        return quart.Response(stream_with_context(pieces() if kind == "sync" else async_pieces()))

    assert (await answer(app, view)).text == "/" + app.name
    assert unbound()


async def test_websockets_see_it(app: Quart) -> None:
    @app.websocket("/ws")
    async def socket() -> None:
        await quart.websocket.accept()
        await quart.websocket.send(
            f"{current_app.name} {request.path} {request.args['a']} {dict(flask.session)}"
        )

    async with app.test_client().websocket("/ws?a=1") as connection:
        assert await connection.receive() == f"{app.name} /ws 1 {{}}"
    assert unbound()


async def test_the_test_client_keeps_it(app: Quart) -> None:
    app.add_url_rule("/", "view", lambda: "ok")
    async with app.test_client() as client:
        await client.get("/?a=1")
        assert request.args["a"] == quart.request.args["a"] == "1"
        assert current_app == app
    assert unbound()


async def test_it_can_be_turned_off(app: Quart) -> None:
    app.config["QUART_APP_FLASK_CONTEXT"] = False

    def view() -> str:
        return str(flask.has_app_context() or flask.has_request_context())

    assert (await answer(app, view)).text == "False"


async def test_without_the_bridge_what_waits_says_why(app: Quart) -> None:
    async with app.test_request_context("/", method="POST", data={"a": "b"}):
        assert request.path == "/"
        with pytest.raises(NotInBridgeError):
            _ = request.form


async def test_extensions_write_to_the_original(app: Quart) -> None:
    async with app.test_request_context("/"):
        request.mark = 1
        assert quart.request.mark == 1  # type: ignore[attr-defined]
        del request.mark
        assert not hasattr(quart.request, "mark")
        current_app.own = 2
        assert app.own == 2  # type: ignore[attr-defined]
        assert hash(current_app._get_current_object()) == hash(app)
        assert current_app._get_current_object() == app


async def test_the_application_is_one_for_who_asks_by_flasks_class(app: Quart) -> None:
    class Shop(Quart):
        pass

    async def view() -> str:
        return str([isinstance(current_app, cls) for cls in (flask.Flask, quart.Quart, Quart, Shop)])

    found: Any
    for found in (app, Shop(__name__)):
        for cls in (flask.Flask, quart.Quart, Quart):
            assert isinstance(found, cls)
        assert type(found).__name__ == found.__class__.__name__
    assert not isinstance(app, Shop)
    assert (await answer(app, view)).text == "[True, True, True, False]"


class Own(Response):
    """A response class of an application."""


def test_a_response_is_one_for_who_asks_by_flasks_or_werkzeugs_class() -> None:
    for cls in (Response, Own):
        response: Any = cls("a", 201, {"X-A": "b"})
        for asked in (flask.Response, werkzeug.Response, quart.Response, cls):
            assert isinstance(response, asked)
        assert type(response) is cls
        for copied in (pickle.loads(pickle.dumps(response)), copy.copy(response)):
            assert type(copied) is cls
            assert (copied.status_code, copied.headers["X-A"], copied.get_data()) == (201, "b", b"a")
    assert not isinstance(Response("a"), Own)


async def test_a_decorator_of_an_extension_tells_a_response_from_data(app: Quart) -> None:
    def as_json(function: Any) -> Any:
        @functools.wraps(function)
        def call() -> Any:
            result = flask.current_app.ensure_sync(function)()
            return result if isinstance(result, werkzeug.Response) else flask.jsonify(result)

        return call

    async def view() -> Any:
        return quart.jsonify(one=1)

    app.add_url_rule("/plain", "plain", as_json(lambda: {"two": 2}))
    assert (await answer(app, as_json(view))).json == {"one": 1}
    assert (await app.test_client().get("/plain")).json == {"two": 2}


async def test_a_response_of_an_extension_that_took_over_what_ours_holds(app: Quart) -> None:
    class Timed(flask.Response):
        def __init__(self, response: Any) -> None:
            self.__dict__ = response.__dict__

    async def view() -> Any:
        return Timed(await quart.make_response("text", 203))

    response = await answer(app, view)
    assert (response.status_code, response.text) == (203, "text")


async def test_a_websocket_that_is_refused_with_a_response(app: Quart) -> None:
    @app.websocket("/ws")
    async def ws() -> Any:
        return quart.jsonify(one=1), 403

    with pytest.raises(WebsocketResponseError) as refused:
        async with app.test_client().websocket("/ws") as websocket:
            await websocket.receive()
    assert (refused.value.response.status_code, await refused.value.response.get_json()) == (403, {"one": 1})


def test_a_response_face_is_made_like_flasks() -> None:
    assert isinstance(ResponseFace("a"), flask.Response)
    assert isinstance(quart.Response("a"), ResponseFace)
    assert not isinstance("a", ResponseFace)
