# The application is Flask's or ours, so its decorators are Any to mypy.
# mypy: disable-error-code="untyped-decorator"
"""Requests, responses and errors: the same answers as Flask's."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import jinja2.ext
import jinja2.nodes
import pytest
from quart.testing import QuartClient
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RoutingException
from werkzeug.wrappers import Response as WerkzeugResponse

import quart_app
from quart_app import Quart
from quart_app.bridge import in_bridge, wait
from quart_app.manners import MANNERS

from .sides import OURS, Side, same


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"json": {"a": 1}}, 200),
        ({"data": "{}", "content_type": "text/plain"}, 415),
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": b"\xff\xfe", "content_type": "application/json"}, 400),
        ({"data": "", "content_type": "application/json"}, 400),
    ],
)
@pytest.mark.parametrize("silent", [True, False])
async def test_json_content_type(options: dict[str, Any], status: int, silent: bool) -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        @app.post("/")
        def view() -> Any:
            first = side.settle(side.request.get_json(silent=silent))
            return {"json": first, "again": side.settle(side.request.get_json(silent=True))}

        response = await side.ask(app, method="POST", **options)
        return response.status_code, response.get_json(silent=True)

    assert (await same(probe))[0] == (200 if silent else status)


async def test_json_forced_and_overridden() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        class Request(app.request_class):  # type: ignore[misc, name-defined]
            def on_json_loading_failed(self, error: Any) -> Any:
                return {"failed": error is not None}

        app.request_class = Request

        @app.post("/")
        def view() -> Any:
            return [
                side.settle(side.request.get_json()),
                side.settle(side.request.get_json(force=True, cache=False)),
            ]

        return (await side.ask(app, method="POST", data="{", content_type="text/plain")).json

    assert await same(probe) == [{"failed": False}, {"failed": True}]


async def test_a_body_that_is_not_utf8_is_read_as_text() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        @app.post("/")
        def view() -> Any:
            return {"text": side.settle(side.request.get_data(as_text=True))}

        return (await side.ask(app, method="POST", data=b"a\xff")).json

    assert await same(probe) == {"text": "a\N{REPLACEMENT CHARACTER}"}


async def test_request_environ() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        @app.route("/ünï/<name>", methods=["POST"])
        def view(name: str) -> Any:
            environ = side.request.environ
            names = "REQUEST_METHOD SCRIPT_NAME PATH_INFO QUERY_STRING REMOTE_ADDR SERVER_NAME SERVER_PORT"
            names += " wsgi.url_scheme HTTP_HOST HTTP_X_ONE CONTENT_TYPE REMOTE_USER"
            return {
                **{key: environ.get(key) for key in names.split()},
                "user": side.request.remote_user,
                "form": side.request.want_form_data_parsed,
                "once": side.request.is_run_once,
                "of headers": side.request.headers.environ["HTTP_X_ONE"],
            }

        response = await side.ask(
            app,
            "/ünï/x?a=b%20c",
            method="POST",
            headers={"X-One": "1"},
            data={"a": "b"},
            environ_base={"REMOTE_ADDR": "10.0.0.9", "REMOTE_USER": "ada"},
        )
        return response.json

    assert (await same(probe))["REMOTE_ADDR"] == "10.0.0.9"


@pytest.mark.parametrize("size", [1000, 17 * 1024 * 1024])
async def test_body_limit(size: int) -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        @app.post("/")
        def view() -> Any:
            return {"size": len(side.settle(side.request.get_data()))}

        return (await side.ask(app, method="POST", data=b"x" * size)).json

    assert await same(probe) == {"size": size}


async def test_a_configured_body_limit_is_kept() -> None:
    async def probe(side: Side) -> Any:
        app = side.app(MAX_CONTENT_LENGTH=10)

        @app.post("/")
        def view() -> Any:
            return {"size": len(side.settle(side.request.get_data()))}

        return (await side.ask(app, method="POST", data=b"x" * 11)).status_code

    assert await same(probe) == 413


async def test_time_limits() -> None:
    app = OURS.app()
    assert app.config["BODY_TIMEOUT"] is None
    assert app.config["RESPONSE_TIMEOUT"] is None

    @app.get("/")
    async def view() -> Any:
        async def slow() -> Any:
            yield "a"
            await asyncio.sleep(0.2)
            yield "b"

        return slow()

    assert (await OURS.ask(app)).text == "ab"
    app.config["RESPONSE_TIMEOUT"] = 0.05
    assert (await OURS.ask(app)).text == "a"


async def test_an_error_in_a_stream_is_not_taken_for_a_time_limit() -> None:
    app = OURS.app(TESTING=True)

    @app.get("/")
    async def view() -> Any:
        async def fails() -> Any:
            yield "a"
            raise TimeoutError("the database's")

        return fails()

    with pytest.raises(TimeoutError, match="the database's"):
        await OURS.ask(app)


@pytest.mark.parametrize(
    ("host", "status"), [("good.example", 200), ("a.sub.example", 200), ("evil.example", 400)]
)
async def test_trusted_hosts(host: str, status: int) -> None:
    async def probe(side: Side) -> Any:
        app = side.app(TRUSTED_HOSTS=["good.example", ".sub.example"])

        @app.get("/")
        def view() -> Any:
            return side.request.host

        return (await side.ask(app, base_url=f"http://{host}")).status_code

    assert await same(probe) == status


@pytest.mark.parametrize("host", ["app.example", "other.example"])
async def test_server_name(host: str) -> None:
    async def probe(side: Side) -> Any:
        app = side.app(SERVER_NAME="app.example")

        @app.get("/")
        def view() -> Any:
            return {"url": side.url_for("view", _external=True), "host": side.request.host}

        return (await side.ask(app, base_url=f"http://{host}")).json

    await same(probe)


async def test_url_scheme() -> None:
    async def probe(side: Side) -> Any:
        app = side.app(SERVER_NAME="app.example", PREFERRED_URL_SCHEME="https", APPLICATION_ROOT="/root")
        app.add_url_rule("/x", "x")
        with app.app_context():
            return side.url_for("x")

    assert await same(probe) == "https://app.example/root/x"


async def test_rule_arguments() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        @app.get("/new/<name>")
        def new(name: str) -> Any:
            return name

        app.add_url_rule("/page/<code>", "page", build_only=True)
        app.add_url_rule("/old/<name>", "old", redirect_to="new/<name>")
        app.add_url_rule("/also/<name>", "new", alias=True)
        with app.test_request_context("/"):
            urls = side.url_for("page", code="a"), side.url_for("new", name="x")
        answers = [await side.ask(app, path) for path in ("/page/a", "/old/x", "/also/x")]
        return urls, [answer.status_code for answer in answers], answers[1].headers["Location"]

    assert (await same(probe))[1] == [404, 308, 308]


async def test_url_bytes() -> None:
    """Flask's own since Werkzeug 2.2 is no model here: it writes ``b'...'`` into the path."""
    app = OURS.app(SERVER_NAME="app.example")
    app.add_url_rule("/confirm/<token>", "confirm")
    async with app.app_context():
        assert app.url_for("confirm", token=b"ab.c", next=b"/x") == "http://app.example/confirm/ab.c?next=/x"


@pytest.mark.parametrize("kind", ["text", "list", "generator", "json"])
async def test_response_attributes(kind: str) -> None:
    async def probe(side: Side) -> Any:
        app = side.app()
        closed: list[str] = []

        def generate() -> Iterator[str]:
            yield "a"

        @app.get("/")
        def view() -> Any:
            bodies = {"text": "a", "list": ["a", "b"], "generator": generate(), "json": '{"a": 1}'}
            response = side.response(bodies[kind], mimetype="text/plain", direct_passthrough=False)
            response.call_on_close(lambda: closed.append("closed"))
            response.headers["Seen"] = f"{response.is_streamed} {response.is_sequence}"
            assert side.settle(response.get_json(silent=True)) is None
            if kind != "generator":
                assert side.settle(response.get_json(force=True, silent=True)) in (None, {"a": 1})
            return response

        response = await side.ask(app)
        text = response.text
        response.close()
        return text, response.headers["Seen"].split()[0], closed

    await same(probe)


@pytest.mark.parametrize("location", ["/login", "next?a=1", "http://elsewhere.example/", "/ü"])
@pytest.mark.parametrize("corrected", [True, False])
async def test_absolute_location(location: str, corrected: bool) -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        class Corrected(app.response_class):  # type: ignore[misc, name-defined]
            autocorrect_location_header = corrected

        app.response_class = Corrected

        @app.get("/here/")
        def view() -> Any:
            return "", 302, {"Location": location}

        @app.get("/fails")
        def fails() -> Any:
            raise LookupError

        app.register_error_handler(LookupError, lambda error: app.redirect(location))
        first = await side.ask(app, "/here/?x=1", base_url="http://app.example")
        return first.location if corrected else None, (await side.ask(app, "/fails")).location

    await same(probe)


async def test_call_on_close_takes_coroutine_functions() -> None:
    app = OURS.app()
    closed: list[bool] = []

    @app.get("/")
    def view() -> Any:
        response = OURS.response("x")

        @response.call_on_close
        async def close() -> None:
            closed.append(wait(asyncio.sleep(0, in_bridge())))

        return response

    await OURS.ask(app)
    assert closed == [True]


async def test_response_json_that_is_none_fails_as_flasks() -> None:
    async def probe(side: Side) -> Any:
        response = side.response("{", mimetype="application/json")
        with pytest.raises(ValueError, match="Expecting"):
            side.settle(response.get_json())
        return side.settle(response.get_json(silent=True))

    assert await same(probe) is None


async def test_sync_inline() -> None:
    from contextvars import ContextVar

    number: ContextVar[int] = ContextVar("number", default=0)

    async def probe(side: Side) -> Any:
        app = side.app(SECRET_KEY="k")
        number.set(0)

        @app.before_request
        def before() -> None:
            number.set(number.get() + 1)
            side.g.number = number.get()
            side.session["number"] = number.get()

        @app.get("/")
        def view() -> Any:
            return [number.get(), side.g.number, side.session["number"]]

        return (await side.ask(app)).json

    assert await same(probe) == [1, 1, 1]


async def test_sync_decorator() -> None:
    def twice(view: Any) -> Any:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs)

        return wrapper

    def checked(view: Any) -> Any:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return OURS.current_app.ensure_sync(view)(*args, **kwargs)

        return wrapper

    app = OURS.app()

    @app.get("/a")
    @twice
    async def a() -> str:
        await asyncio.sleep(0)
        return "a"

    @app.get("/b")
    @checked
    async def b() -> str:
        await asyncio.sleep(0)
        return "b"

    assert (await OURS.ask(app, "/a")).text == "a"
    assert (await OURS.ask(app, "/b")).text == "b"
    assert app.ensure_sync(len) is len


@pytest.mark.parametrize("config", [{}, {"TESTING": True}, {"PROPAGATE_EXCEPTIONS": True}, {"DEBUG": True}])
@pytest.mark.parametrize("handled", ["no", "500", "the error"])
async def test_testing_raises_and_teardown_error(config: dict[str, Any], handled: str) -> None:
    async def probe(side: Side) -> Any:
        app = side.app(**config)
        seen: list[Any] = []

        @app.teardown_request
        def request_ended(error: BaseException | None) -> None:
            seen.append(("request", type(error).__name__))

        @app.teardown_appcontext
        def first(error: BaseException | None) -> None:
            seen.append(("first", type(error).__name__))

        @app.teardown_appcontext
        def second(error: BaseException | None) -> None:
            seen.append(("second", type(error).__name__))

        if handled == "500":
            app.register_error_handler(500, lambda error: (type(error.original_exception).__name__, 500))
        elif handled == "the error":
            app.register_error_handler(ZeroDivisionError, lambda error: "handled")

        @app.get("/")
        def view() -> Any:
            return str(1 // 0)

        try:
            response = await side.ask(app)
        except ZeroDivisionError:
            return "raised", seen
        return response.status_code, response.text, seen

    await same(probe)


async def test_teardown_order() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()
        seen: list[int] = []
        app.teardown_appcontext(lambda error: seen.append(1))
        app.teardown_appcontext(lambda error: seen.append(2))
        with app.app_context():
            pass
        return seen

    assert await same(probe) == [2, 1]


async def test_quarts_own_client_gets_the_exception_too() -> None:
    app = Quart(__name__)
    app.testing = True
    app.test_client_class = QuartClient

    @app.get("/")
    async def view() -> str:
        raise LookupError("from the view")

    with pytest.raises(LookupError, match="from the view"):
        await app.test_client().get("/")


async def test_a_developers_browser_gets_a_page() -> None:
    app = Quart(__name__)
    app.debug = True
    sent: list[Any] = []
    received = [{"type": "http.request", "body": b"", "more_body": False}]

    @app.get("/")
    async def view() -> str:
        raise LookupError("shown to the developer")

    async def receive() -> Any:
        if not received:
            await asyncio.sleep(60)
        return received.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "extensions": {},
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 500
    assert b"shown to the developer" in b"".join(message.get("body", b"") for message in sent)


async def test_stream_with_context() -> None:
    orders: list[list[str]] = []

    async def probe(side: Side) -> Any:
        app = side.app()
        seen: list[str] = []
        app.teardown_request(lambda error: seen.append("torn down"))

        def generate(word: str) -> Iterator[str]:
            yield side.request.args["a"]
            side.g.word = word
            seen.append("streamed")
            yield side.g.word

        @app.get("/called")
        def called() -> Any:
            return side.response(side.stream_with_context(generate("x")))

        @app.get("/decorated")
        def decorated() -> Any:
            @side.stream_with_context
            def inner() -> Iterator[str]:
                yield from generate("y")

            return inner()

        orders.append(seen)
        return [(await side.ask(app, path)).text for path in ("/called?a=1", "/decorated?a=2")]

    assert await same(probe) == ["1x", "2y"]
    assert orders[1] == ["streamed", "torn down"] * 2  # Flask 3.1.3 does it before and after


async def test_a_generator_of_a_client_that_leaves_is_closed() -> None:
    app = OURS.app()
    closed: list[str] = []

    @app.get("/")
    def view() -> Any:
        def generate() -> Iterator[str]:
            try:
                while True:
                    yield "x"
                    wait(asyncio.sleep(0.01))
            finally:
                closed.append("closed")

        return generate()

    async with app.test_client().request("/") as connection:
        await connection.send_complete()
        await connection.receive()
        await connection.disconnect()
    assert closed == ["closed"]


async def test_parts_of_the_body_that_are_replaced() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        @app.before_request
        def merge() -> None:
            side.request.form = dict(side.settle(side.request.form).items())
            side.settle(side.request.form)["b"] = side.request.args["b"]

        @app.post("/")
        def view() -> Any:
            form, files = side.settle(side.request.form), side.settle(side.request.files)
            return [form, type(form).__name__, len(files)]

        sent: dict[str, Any] = {"form": {"a": "1"}} if side.ours else {"data": {"a": "1"}}
        answer = await side.ask(app, "/?b=2", method="POST", **sent)
        return side.settle(answer.get_json())

    assert await same(probe) == [{"a": "1", "b": "2"}, "dict", 0]


async def test_the_body_itself_is_replaced() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        @app.before_request
        def read() -> None:
            side.request.data = {"given": side.settle(side.request.data).decode()}
            side.settle(side.request.data)["user"] = "someone"

        @app.post("/")
        def view() -> Any:
            return [side.settle(side.request.data), side.settle(side.request.get_data()).decode()]

        answer = await side.ask(app, "/", method="POST", data=b"text")
        return side.settle(answer.get_json())

    assert await same(probe) == [{"given": "text", "user": "someone"}, "text"]


async def test_a_request_class_of_the_applications_own() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        class Own(type(app).request_class):  # type: ignore[misc]
            def name(self) -> Any:
                return self.environ["REQUEST_METHOD"]

        app.request_class = Own

        @app.post("/")
        def view() -> Any:
            side.request.form = {"a": side.request.name()}
            side.settle(side.request.get_json())

        sent: dict[str, Any] = {"form": {"a": "1"}} if side.ours else {"data": {"a": "1"}}
        return (await side.ask(app, method="POST", **sent)).status_code

    assert quart_app.Request is Quart.request_class
    assert await same(probe) == 415


async def test_template_render() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        @app.get("/")
        def view() -> Any:
            template = side.current_app.jinja_env.from_string("{% for i in range(n) %}{{ i }}{% endfor %}")
            return template.render(n=3) + "".join(template.generate(n=2))

        return (await side.ask(app)).text

    assert await same(probe) == "01201"


async def test_template_attributes(tmp_path: Path) -> None:
    (tmp_path / "macros.html").write_text(
        "{% import 'inner.html' as inner %}{% set answer = 42 %}"
        "{% macro hello(name, mark='!') %}Hello {{ name }}{{ inner.end(mark) }}{{ caller() if caller else '' }}{% endmacro %}text"
    )
    (tmp_path / "inner.html").write_text("{% macro end(mark) %}{{ mark }}{% endmacro %}")

    async def probe(side: Side) -> Any:
        app = side.app()
        app.jinja_loader = jinja2.FileSystemLoader(tmp_path)

        @app.get("/")
        def view() -> Any:
            hello = side.get_template_attribute("macros.html", "hello")
            number = side.get_template_attribute("macros.html", "answer")
            module = side.current_app.jinja_env.get_template("macros.html").module
            try:
                side.settle(module.absent)
            except AttributeError:
                return f"{hello('<a>')} {hello('b', mark='?')} {number} {module}"

        return (await side.ask(app)).text

    assert await same(probe) == "Hello &lt;a&gt;! Hello b? 42 text"


class Shout(jinja2.ext.Extension):
    """A tag as extensions write them: ``{% shout n %}...{% endshout %}``."""

    tags = {"shout"}

    def parse(self, parser: Any) -> Any:
        line = next(parser.stream).lineno
        times = parser.parse_expression()
        body = parser.parse_statements(("name:endshout",), drop_needle=True)
        call = self.call_method("_shout", [times])
        return jinja2.nodes.CallBlock(call, [jinja2.nodes.Name("i", "param")], [], body).set_lineno(line)

    def _shout(self, times: int, caller: Any) -> Any:
        return "".join(caller(i).upper() for i in range(times))


async def test_template_tags() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()
        app.jinja_env.add_extension(Shout)
        app.jinja_env.globals["name"] = lambda: "b"

        @app.get("/")
        def view() -> Any:
            source = "{% macro m() %}a{% endmacro %}{% shout 2 %}{{ m() }}{{ name() }}{{ i }}{% endshout %}"
            return side.render_template_string(source)

        overlaid = app.jinja_env.overlay(trim_blocks=True).from_string("{% shout 1 %}x{% endshout %}")
        return (await side.ask(app)).text, overlaid.render()

    assert await same(probe) == ("AB0AB1", "X")


def test_every_manner_is_listed_once() -> None:
    assert len({manner.name for manner in MANNERS}) == len(MANNERS)


async def test_wsgi_results() -> None:
    async def probe(side: Side) -> Any:
        app = side.app()

        class See(HTTPException, RoutingException):
            code = 303

            def get_response(self, environ: Any) -> Any:  # type: ignore[override]
                return WerkzeugResponse(f"see {environ['PATH_INFO']}", 303)

        class Gone(HTTPException):
            code = 410

            def get_response(self, environ: Any = None, scope: Any = None) -> Any:
                return side.response("gone", 410)

        def application(environ: Any, start_response: Any) -> Any:
            start_response("201 CREATED", [("X-Path", environ["PATH_INFO"])])
            return [b"made of ", environ["wsgi.input"].read()]

        @app.route("/<what>", methods=["GET", "POST"])
        def view(what: str) -> Any:
            if what == "see":
                raise See
            if what == "gone":
                raise Gone
            if what == "missing":
                return NotFound(), 404, {"X-More": "more"}
            return application

        answers = [await side.ask(app, f"/{what}") for what in ("see", "gone", "missing", "app")]
        answers.append(await side.ask(app, "/app", method="POST", data="clay"))
        return [
            (answer.status_code, answer.data, answer.headers.get("X-Path"), answer.headers.get("X-More"))
            for answer in answers
        ]

    assert [answer[0] for answer in await same(probe)] == [303, 410, 404, 201, 201]
