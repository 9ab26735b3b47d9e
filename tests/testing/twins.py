"""One application written twice, for Flask and for Quart, and clients of both that are awaited alike."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import Any

import flask
import quart
from werkzeug.datastructures import FileStorage

import quart_app
from quart_app.testing import QuartClient


class AwaitedFlaskClient:
    """Flask's own client behind awaited methods: the control of every test in this folder."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        if name not in {"get", "post", "put", "patch", "delete", "head", "options", "open"}:
            return found

        async def call(*args: Any, **kwargs: Any) -> Any:
            return found(*args, **kwargs)

        return call

    def session_transaction(self, *args: Any, **kwargs: Any) -> AbstractAsyncContextManager[Any]:
        return _awaited(self.client.session_transaction(*args, **kwargs))

    async def __aenter__(self) -> AwaitedFlaskClient:
        self.client.__enter__()
        return self

    async def __aexit__(self, *exc: Any) -> None:
        self.client.__exit__(*exc)


@asynccontextmanager
async def _awaited(manager: AbstractContextManager[Any]) -> Any:
    with manager as value:
        yield value


View = Callable[..., Any]
Route = Callable[..., Callable[[View], View]]


class Twin:
    """An application, its framework's names, and its client."""

    def __init__(self, framework: Any, app: Any) -> None:
        self.framework = framework
        self.app = app
        self.route: Route = _synchronous(app.route) if framework is flask else app.route
        self.teardown_request: Callable[[View], View] = app.teardown_request
        self.teardown_appcontext: Callable[[View], View] = app.teardown_appcontext
        self.torn_down: list[str] = []

    def client(self, **kwargs: Any) -> Any:
        client = self.app.test_client(**kwargs)
        return AwaitedFlaskClient(client) if self.framework is flask else client


async def settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def _file(part: FileStorage) -> list[Any]:
    return [part.filename, part.content_type, part.read().decode("latin-1")]


def make_twin(which: str, **config: Any) -> Twin:
    """Make the application for Flask (``flask``), for plain Quart with our client (``quart``), or for ``ours``."""
    factories: dict[str, Any] = {"flask": flask.Flask, "quart": quart.Quart, "ours": quart_app.Quart}
    framework: Any = flask if which == "flask" else quart
    app: Any = factories[which](__name__)
    if which == "quart":
        app.test_client_class = QuartClient
    app.config.update({"TESTING": True, "SECRET_KEY": "key", **config})
    twin = Twin(framework, app)
    _add_views(twin)
    return twin


def _synchronous(route: Route) -> Route:
    """Let Flask have the views as plain functions; under Flask nothing in them really waits."""

    def routed(*args: Any, **kwargs: Any) -> Callable[[View], View]:
        def register(view: View) -> View:
            if not inspect.iscoroutinefunction(view):
                return route(*args, **kwargs)(view)

            @functools.wraps(view)
            def plain(*view_args: Any, **view_kwargs: Any) -> Any:
                try:
                    view(*view_args, **view_kwargs).send(None)
                except StopIteration as done:
                    return done.value
                raise AssertionError("a view waited under Flask")

            return route(*args, **kwargs)(plain)

        return register

    return routed


def _add_views(twin: Twin) -> None:
    route = twin.route
    request, session, g = twin.framework.request, twin.framework.session, twin.framework.g

    @route("/", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    @route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def echo(rest: str = "") -> Any:
        headers = {k: v for k, v in request.headers.items() if k not in {"Remote-Addr", "Content-Length"}}
        if headers.get("Content-Type", "").startswith("multipart/"):
            headers["Content-Type"] = "multipart/form-data"
        form, files = await settled(request.form), await settled(request.files)
        body = b"" if form or files else await settled(request.get_data())
        return {
            "method": request.method,
            "url": request.url,
            "path": request.path,
            "root": request.root_path.rstrip("/"),
            "scheme": request.scheme,
            "host": request.host,
            "remote_addr": request.remote_addr,
            "headers": headers,
            "args": request.args.to_dict(flat=False),
            "form": form.to_dict(flat=False),
            "files": {name: [_file(part) for part in parts] for name, parts in files.lists()},
            "body": body.decode("latin-1"),
            "json": await settled(request.get_json(silent=True)),
            "cookies": dict(request.cookies),
            "rest": rest,
        }

    @route("/visit/<name>")
    async def visit(name: str) -> Any:
        session["visits"] = [*session.get("visits", []), name]
        g.visitor = name
        await settled(twin.framework.flash(f"hello {name}"))
        return f"visit {name}"

    @route("/cookie", methods=["POST"])
    async def cookie() -> Any:
        given = dict(await settled(request.get_json()))
        response = await settled(twin.framework.make_response("set"))
        response.set_cookie(given.pop("key"), given.pop("value", ""), **given)
        return response

    @route("/go/<int:code>", methods=["GET", "POST", "HEAD"])
    async def go(code: int) -> Any:
        return twin.framework.redirect(request.args["to"], code)

    @route("/error")
    async def error() -> Any:
        raise ZeroDivisionError("in the view")

    @route("/status/<int:code>")
    async def status(code: int) -> Any:
        return "body", code, {"X-Two-Words": "here", "ETag": '"tag"'}

    @route("/page")
    async def page() -> Any:
        return await settled(twin.framework.render_template_string("<p>{{ word }}</p>", word="ünïcode"))

    @twin.teardown_request
    def after_request_ends(exc: BaseException | None) -> None:
        twin.torn_down.append(f"request {request.path}")

    @twin.teardown_appcontext
    def after_app_context_ends(exc: BaseException | None) -> None:
        twin.torn_down.append(f"app {g.get('visitor')}")
