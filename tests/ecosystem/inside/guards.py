"""The guards that make a fake visible: Flask refuses to work, and what nobody awaited or caught is written down."""

from __future__ import annotations

import asyncio
import sys
import threading
import warnings
from types import ModuleType
from typing import Any

from .imports import when_imported
from .record import Run

#: Everything through which a Flask application could still answer after the migration.
REFUSED = (
    "__init__",
    "__call__",
    "wsgi_app",
    "test_client",
    "test_cli_runner",
    "app_context",
    "request_context",
    "test_request_context",
    "run",
)


class FlaskUsed(RuntimeError):
    """The migrated application went through Flask."""


def refuse_flask(run: Run) -> None:
    """Make every way through ``flask.Flask`` raise, and a loss even where the application swallows the error."""

    def refusal(name: str) -> Any:
        def refused(*_: Any, **__: Any) -> Any:
            run.fault("flask", f"flask.Flask.{name} was used after the migration")
            raise FlaskUsed(f"flask.Flask.{name} was used after the migration")

        return refused

    def patch(module: ModuleType) -> None:
        for name in REFUSED:
            setattr(module.Flask, name, refusal(name))

    when_imported("flask.app", patch)


def watch_unawaited(run: Run) -> None:
    """Take the interpreter's own report of a coroutine that nobody awaited, whatever filters the tests set.

    The interpreter looks ``warnings._warn_unawaited_coroutine`` up each time; standing there is the one place that
    neither ``filterwarnings`` nor a captured log can hide.
    """
    original = warnings._warn_unawaited_coroutine  # type: ignore[attr-defined]
    sys.set_coroutine_origin_tracking_depth(1)

    def report(coroutine: Any) -> None:
        name = getattr(coroutine, "__qualname__", repr(coroutine))
        origin = getattr(coroutine, "cr_origin", None)
        where = f" (made at {_place(run, origin[0])})" if origin else ""
        run.fault("unawaited", f"coroutine '{name}' was never awaited{where}")
        original(coroutine)

    warnings._warn_unawaited_coroutine = report  # type: ignore[attr-defined]


def _place(run: Run, origin: tuple[str, int, str]) -> str:
    filename, line, function = origin
    return f"{run.inside_tree(filename) or filename}:{line} in {function}"


def watch_tasks(run: Run) -> None:
    """Record what asyncio only logs: exceptions of tasks and callbacks that nobody retrieved."""
    original = asyncio.BaseEventLoop.call_exception_handler

    def report(loop: asyncio.BaseEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        run.fault("task", f"{context.get('message', '')} {error!r}" if error else str(context.get("message")))
        original(loop, context)

    setattr(asyncio.BaseEventLoop, "call_exception_handler", report)  # noqa: B010


def watch_threads(run: Run) -> None:
    """Record exceptions that end a thread; called again before each phase, because pytest puts its own hook there."""
    current = threading.excepthook
    if getattr(current, "fq_run", None) is run:
        return

    def report(args: Any, /) -> None:
        run.fault("thread", f"{args.exc_type.__name__}: {args.exc_value}")
        current(args)

    report.fq_run = run  # type: ignore[attr-defined]
    threading.excepthook = report
