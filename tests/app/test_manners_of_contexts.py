# The application is Flask's or ours, so its decorators are Any to mypy.
# mypy: disable-error-code="untyped-decorator"
"""Contexts in synchronous and asynchronous code, commands, the development server."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import quart
from quart import current_app, g, has_app_context, has_request_context, request, session
from quart.globals import app_ctx
from quart.signals import appcontext_popped, appcontext_pushed

from quart_app import Quart
from quart_app.bridge import EagerTaskError, NotInBridgeError, drive, install, loops, one_loop, run
from quart_app.cli import AppGroup, QuartGroup, async_command, with_appcontext

from .sides import Side, same


@pytest.fixture
def app() -> Quart:
    app = Quart(__name__)
    app.secret_key = "k"
    return app


async def the_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def test_sync_context(app: Quart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops.of_thread, "lasting", None)  # an earlier test may have left one
    seen: list[Any] = []

    @app.teardown_appcontext
    async def torn_down(error: BaseException | None) -> None:
        seen.append((type(error).__name__, g.get("x"), await the_loop()))

    async def pushed(sender: Quart) -> None:
        seen.append("pushed")

    with appcontext_pushed.connected_to(pushed, sender=app):
        with app.app_context():
            g.x = 1
            loop = run(the_loop())
            assert run(the_loop()) is loop
            assert current_app.name == app.name
        assert seen == ["pushed", ("NoneType", 1, loop)]
    assert loop.is_closed()
    assert not has_app_context()


def test_a_sync_context_tears_down_with_the_error(app: Quart) -> None:
    seen: list[Any] = []
    app.teardown_appcontext(lambda error: seen.append(type(error).__name__))
    with pytest.raises(LookupError), app.app_context():
        raise LookupError
    assert seen == ["LookupError"]
    assert not has_app_context()


def test_nested_contexts_have_their_own_g(app: Quart) -> None:
    with app.app_context() as outer:
        g.x = 1
        with app.app_context():
            assert "x" not in g
        assert g.x == 1
        outer.push_sync()
        outer.pop_sync()
        assert g.x == 1
    context = app.app_context()
    context.push_sync()
    context.pop_sync()
    assert not has_app_context()


async def test_in_the_bridge_both_kinds_work_and_nest(app: Quart) -> None:
    async def main() -> None:
        with app.app_context():
            g.x = 1
            async with app.test_request_context("/path"):
                assert request.path == "/path"
                assert g.x == 1
            with app.test_request_context("/other"):
                session["a"] = 1
                assert request.path == "/other"
                assert g.x == 1
            assert not has_request_context()
        async with app.app_context():
            assert has_app_context()

    await drive(main())


async def test_outside_the_bridge_a_sync_context_that_would_have_to_wait_says_what_to_do(app: Quart) -> None:
    @app.teardown_appcontext
    async def torn_down(_error: BaseException | None) -> None:
        await asyncio.sleep(0)

    def enter() -> None:
        with app.app_context():
            pass

    with pytest.raises(NotInBridgeError, match="await"):
        enter()
    assert not has_app_context()


def test_a_receiver_that_fails_leaves_no_context_behind(app: Quart) -> None:
    def fail(_sender: Quart) -> None:
        raise LookupError

    with (
        appcontext_pushed.connected_to(fail, sender=app),
        pytest.raises(LookupError),
        app.app_context(),
    ):
        pass
    assert not has_app_context()


def test_popped_is_sent_after_a_sync_context(app: Quart) -> None:
    seen: list[bool] = []

    def popped(_sender: Quart) -> None:
        seen.append(has_app_context())

    with appcontext_popped.connected_to(popped, sender=app), app.app_context():
        pass
    assert seen == [False]


async def test_a_request_uses_the_app_context_around_it() -> None:
    async def probe(side: Side) -> Any:
        app = side.app(TESTING=True)
        seen: list[Any] = []
        app.teardown_appcontext(lambda error: seen.append("app torn down"))

        @app.get("/")
        def view() -> Any:
            side.g.x = side.g.get("x", 0) + 1
            return str(side.g.x)

        with app.app_context():
            side.g.x = 10
            with app.test_request_context("/"):
                side.g.x += 1
            seen.append(side.g.x)
        return seen

    assert await same(probe) == [11, "app torn down"]


@pytest.mark.parametrize(
    ("args", "options"),
    [
        ((), {}),
        (("/a/b?x=1&y=2",), {}),
        (("/a",), {"query_string": {"x": ["1", "2"]}, "method": "PUT"}),
        (("/a",), {"base_url": "https://other.example/root/", "data": {"k": "v"}, "method": "POST"}),
        (("/a",), {"json": {"a": [1, "ü"]}, "headers": {"X-One": "1"}}),
        (("/a",), {"data": b"raw", "content_type": "text/x-own", "environ_base": {"REMOTE_ADDR": "1.2.3.4"}}),
        (("/a",), {"environ_overrides": {"HTTP_X_TWO": "2"}, "auth": ("ada", "pw")}),
        (("https://third.example/q?z=1",), {}),
    ],
)
async def test_test_request_context(args: tuple[Any, ...], options: dict[str, Any]) -> None:
    async def probe(side: Side) -> Any:
        app = side.app(SECRET_KEY="k")
        app.add_url_rule("/a", "a", lambda: "", methods=["GET", "POST", "PUT"])
        with app.test_request_context(*args, **options):
            r = side.request
            side.session["x"] = 1
            return [
                r.path,
                r.url,
                r.method,
                r.endpoint,
                r.args.to_dict(flat=False),
                r.remote_addr,
                r.headers.get("X-One"),
                r.headers.get("X-Two"),
                r.authorization and r.authorization.username,
                side.settle(r.form).to_dict(),
                side.settle(r.get_data()) if "form" not in r.mimetype else None,
                r.mimetype,
                side.settle(r.get_json(silent=True)),
                dict(side.session),
            ]

    await same(probe)


async def test_request_context_of_an_environ_says_what_to_use(app: Quart) -> None:
    environ: Any = {"PATH_INFO": "/"}
    with pytest.raises(TypeError, match="test_request_context"):
        app.request_context(environ)


async def test_awaited_pushes_work_as_quarts(app: Quart) -> None:
    context = app.app_context()
    await context.push()
    assert app_ctx.app is app
    await context.pop()
    request_context = app.test_request_context("/x")
    await request_context.push()
    assert request.path == "/x"
    await request_context.pop()
    assert not has_request_context()


# Commands


@pytest.fixture
def commands(app: Quart) -> Quart:
    @app.cli.command()
    @click.option("--times", default=1)
    async def greet(times: int) -> None:
        """Say hello."""
        await asyncio.sleep(0)
        click.echo(f"hello {current_app.name} " * times)

    @app.cli.command("sync")
    def sync_command() -> None:
        first, second = run(the_loop()), run(the_loop())
        click.echo(f"{has_app_context()} {first is second}")

    @app.cli.command(with_appcontext=False)
    async def bare() -> None:
        click.echo(str(has_app_context()))

    @app.cli.group()
    def things() -> None:
        pass

    @things.command()
    @click.argument("name")
    async def add(name: str) -> None:
        click.echo(f"{name} {has_app_context()}")

    blueprint = quart.Blueprint("shop", __name__, cli_group="shop")

    @blueprint.cli.command()
    async def stock() -> None:
        click.echo(f"stock {has_app_context()}")

    app.register_blueprint(blueprint)
    return app


EXPECTED = [
    (["greet", "--times", "2"], "hello test_manners_of_contexts "),
    (["sync"], "True True"),
    (["bare"], "False"),
    (["things", "add", "book"], "book True"),
    (["shop", "stock"], "stock True"),
]


@pytest.mark.parametrize(("args", "output"), EXPECTED)
def test_cli_context_without_a_loop(commands: Quart, args: list[str], output: str) -> None:
    commands.name = "test_manners_of_contexts"
    result = commands.test_cli_runner().invoke(args=args)
    assert result.exit_code == 0, result.output
    assert output in result.output
    assert not has_app_context()


@pytest.mark.parametrize(("args", "output"), EXPECTED)
async def test_cli_context_in_a_driven_test(commands: Quart, args: list[str], output: str) -> None:
    commands.name = "test_manners_of_contexts"

    async def main() -> None:
        install()
        result = commands.test_cli_runner().invoke(args=args)
        assert result.exit_code == 0, result.output
        assert output in result.output

    await drive(main())


def test_a_command_runs_once_and_fails_with_its_error(app: Quart) -> None:
    calls: list[int] = []

    @app.cli.command()
    async def fail() -> None:
        calls.append(1)
        raise LookupError("the command's")

    result = app.test_cli_runner().invoke(args=["fail"])
    assert isinstance(result.exception, LookupError)
    assert calls == [1]


def test_the_context_ends_with_the_command(app: Quart) -> None:
    seen: list[str] = []
    app.teardown_appcontext(lambda error: seen.append("torn down"))

    @app.cli.command
    async def work() -> None:
        seen.append("worked")

    assert app.test_cli_runner().invoke(args=["work"]).exit_code == 0
    assert seen == ["worked", "torn down"]


def test_plain_click_commands_take_the_decorators(app: Quart) -> None:
    @click.command()
    @with_appcontext()
    async def with_context() -> None:
        click.echo(current_app.name)

    @click.command()
    @async_command
    async def without() -> None:
        click.echo(str(has_app_context()))

    runner = app.test_cli_runner()
    assert runner.invoke(with_context).output.strip() == app.name
    assert runner.invoke(without).output.strip() == "False"
    assert with_appcontext(once := with_appcontext(lambda: None)) is once


def test_a_plain_quart_application_is_refused_with_the_reason() -> None:
    group = AppGroup()

    @group.command()
    def work() -> None:
        raise AssertionError

    plain = quart.Quart(__name__)
    result = plain.test_cli_runner().invoke(group, ["work"])
    assert result.exit_code == 2
    assert "quart_app.Quart" in result.output


def test_the_project_group_has_the_applications_commands(commands: Quart) -> None:
    group = QuartGroup(create_app=lambda: commands)
    result = commands.test_cli_runner().invoke(group, ["things", "add", "x"])
    assert result.output.strip() == "x True"
    assert "routes" in group.commands


# The server


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    given: dict[str, Any] = {}

    def serve(_self: Any, *args: Any, **options: Any) -> None:
        given.update(dict(zip(("host", "port", "debug"), args, strict=True)), **options)

    monkeypatch.setattr(quart.Quart, "run", serve)
    monkeypatch.delenv("QUART_DEBUG", raising=False)
    return given


def test_run_arguments(app: Quart, served: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "quart_app"):
        app.run("0.0.0.0", 8080, True, threaded=True, processes=1, ssl_context=("c.pem", Path("k.pem")))
    assert served == {
        "host": "0.0.0.0",
        "port": 8080,
        "debug": True,
        "use_reloader": True,
        "certfile": "c.pem",
        "keyfile": "k.pem",
    }
    assert "processes, threaded" in caplog.text


def test_run_reloads_only_when_debugging(app: Quart, served: dict[str, Any]) -> None:
    app.run(load_dotenv=False)
    assert served["use_reloader"] is False
    app.run(debug=True, use_reloader=False)
    assert served["use_reloader"] is False


@pytest.mark.parametrize(
    ("options", "message"), [({"ssl_context": "adhoc"}, "certfile"), ({"treaded": True}, "treaded")]
)
def test_run_refuses_what_it_cannot_do(
    app: Quart, served: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        app.run(**options)
    assert not served


# Starting


async def test_an_application_does_not_start_with_a_policy_that_does_not_exist(app: Quart) -> None:
    app.config["IMPLICIT_LOADING"] = "never"
    with pytest.raises(ValueError, match="never"):
        await app.startup()


async def test_an_application_does_not_start_on_an_eager_loop(app: Quart) -> None:
    def create_eager_task_factory() -> Any:
        def factory(loop: Any, coro: Any, **options: Any) -> Any:
            return asyncio.Task(coro, loop=loop, **options)

        return factory

    # What asyncio's own is told by, from Python 3.12 on.
    factory = create_eager_task_factory()
    factory.__qualname__ = "create_eager_task_factory.<locals>.factory"
    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "lifespan.startup"} if not sent else {"type": "lifespan.shutdown"}

    async def send(message: Any) -> None:
        sent.append(message)
        if message["type"] == "lifespan.startup.failed":
            raise ConnectionError

    scope: Any = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    try:
        with pytest.raises(ConnectionError):
            await app(scope, receive, send)
        assert "eager" in sent[0]["message"]
        with pytest.raises(EagerTaskError):
            install()
    finally:
        loop.set_task_factory(None)


def test_one_loop_serves_a_whole_script(app: Quart) -> None:
    with one_loop():
        with app.app_context():
            first = run(the_loop())
        assert run(the_loop()) is first


def test_ours_is_quarts() -> None:
    assert issubclass(Quart, quart.Quart)


async def test_blueprint_set_up_again() -> None:
    blueprint = quart.Blueprint("pages", __name__)
    inner = quart.Blueprint("inner", __name__)
    blueprint.register_blueprint(inner)
    seen: list[int] = []

    @blueprint.route("/")
    def index() -> str:
        return "page"

    def create_app(number: int) -> Quart:
        app = Quart(__name__)
        blueprint.before_request(lambda: seen.append(number))
        inner.before_request(lambda: None)
        app.register_blueprint(blueprint)
        return app

    first = create_app(1)
    with pytest.raises(AssertionError, match="can no longer be called"):
        blueprint.before_request(lambda: None)
    second = create_app(2)
    await first.test_client().get("/")
    assert seen == [1]
    await second.test_client().get("/")
    assert seen == [1, 1, 2]


@pytest.mark.parametrize(
    ("made_for", "below", "refused"),
    [
        ("'other'", "add_url_rule('/', view_func=lambda: 'page')", False),
        ("'other'", "get('/')(lambda: 'page')", False),
        ("'other'", "before_request(lambda: ('no', 401))", True),
        ("'other'", "before_app_request(lambda: ('no', 401))", True),
        ("__name__", "add_url_rule('/', view_func=lambda: 'page')", True),
    ],
)
async def test_blueprint_of_a_module_that_is_still_read(
    made_for: str, below: str, refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "views_that_make_an_application"
    monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / f"{name}.py").write_text(
        "import quart\nfrom quart_app import Quart\n\n"
        f"app = Quart({made_for})\n"
        "blueprint = quart.Blueprint('pages', __name__)\n"
        "app.register_blueprint(blueprint)\n"
        f"blueprint.{below}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    if refused:
        with pytest.raises(AssertionError, match="can no longer be called"):
            importlib.import_module(name)
        return
    blueprint = importlib.import_module(name).blueprint
    app = Quart(__name__)
    app.register_blueprint(blueprint)
    assert (await app.test_client().get("/")).status_code == 200
    with pytest.raises(AssertionError, match="can no longer be called"):
        blueprint.add_url_rule("/late", view_func=lambda: "late")


@pytest.mark.parametrize("key", [None, "k"])
async def test_a_template_asks_for_messages_without_a_secret_key(key: str | None) -> None:
    async def probe(side: Side) -> Any:
        app = side.app(SECRET_KEY=key)

        @app.route("/")
        def view() -> Any:
            source = (
                "{% for message in get_flashed_messages() %}{{ message }}{% endfor %}{{ session.get('a') }}"
            )
            return side.settle(side.render_template_string(source)) + side.settle(
                side.render_template_string(source)
            )

        answer = await side.ask(app)
        return answer.status_code, side.settle(answer.get_data(as_text=True)), "Set-Cookie" in answer.headers

    await same(probe)
