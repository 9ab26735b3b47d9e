"""Counts the requests a test sends, and, in the sabotage run, answers each of them with 599."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .imports import when_imported
from .record import Run

STATUS = 599
BODY = b"sabotaged"


def watch(run: Run) -> None:
    """Stand at the lowest common door of both frameworks, below every test client."""
    run.counts["requests"] = 0
    if run.stage == "flask":
        when_imported("flask.app", lambda module: _watch_flask(run, module))
    when_imported("quart.app", lambda module: _watch_quart(run, module))


def _watch_flask(run: Run, module: ModuleType) -> None:
    original = module.Flask.wsgi_app

    def wsgi_app(app: Any, environ: Any, start_response: Any) -> Any:
        run.counts["requests"] += 1
        if not run.sabotage:
            return original(app, environ, start_response)

        def start(_: str, headers: Any, exc_info: Any = None) -> Any:
            plain = [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))]
            return start_response(f"{STATUS} SABOTAGED", plain, exc_info)

        answer = original(app, environ, start)
        try:
            for _ in answer:
                pass
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        return [BODY]

    module.Flask.wsgi_app = wsgi_app


def _watch_quart(run: Run, module: ModuleType) -> None:
    # The innermost application: a subclass may bring connections of its own, middleware may stand around it, and a WSGI client
    # asks for it without ``__call__``, but all of them come through here.
    original = module.Quart.asgi_app

    async def call(app: Any, scope: Any, receive: Any, send: Any) -> None:
        http = scope["type"] == "http"
        run.counts["requests"] += http
        if not http or not run.sabotage:
            await original(app, scope, receive, send)
            return

        async def sabotaged(message: Any) -> None:
            if message["type"] == "http.response.start":
                length = str(len(BODY)).encode()
                headers = [(b"content-type", b"text/plain"), (b"content-length", length)]
                message = {"type": "http.response.start", "status": STATUS, "headers": headers}
            elif message["type"] == "http.response.body":
                more = message.get("more_body", False)
                message = {"type": "http.response.body", "body": b"" if more else BODY, "more_body": more}
            else:
                return
            await send(message)

        await original(app, scope, receive, sabotaged)

    module.Quart.asgi_app = call
