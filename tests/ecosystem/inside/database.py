"""Which database calls are awaited: decided at run time, for each statement, from the frames that led to it.

At each statement the logical stack is walked outwards, through the greenlets that SQLAlchemy's asyncio (and anything
built like it) puts between a synchronous core and the code that awaits it. The first frame whose file belongs to the
measured tree is the call site. The statement counts as

- ``awaited``, when that frame is a coroutine and every frame between it and the greenlet's edge (or the statement, if no
  greenlet lies between) is a coroutine or a generator: it got there by awaiting, ``await session.execute()``;
- ``bridged``, when synchronous frames lie between, or the frame itself is synchronous: an implicit load
  (``user.posts``), a load in a template, ``wait(...)``, synchronous SQLAlchemy or sqlite3 called straight from the
  application, the inside of a ``run_sync`` function;
- ``unseen``, when no frame of the application is on the way (a task that a library started). Counts as not awaited.

A driver that is awaiting something *on behalf of* its greenlet (synchronous code that waits) is left for the stack of
that greenlet, where the code that wants the result stands.

Statements are counted three ways: SQLAlchemy's ``before_cursor_execute`` (every driver), aiosqlite's own calls, and
plain sqlite3, each only when no SQLAlchemy frame says that it was counted already. Words of the transaction itself
(``BEGIN``, ``PRAGMA``) do not count.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections import Counter
from collections.abc import Iterator
from types import FrameType, ModuleType
from typing import Any

from .imports import when_imported
from .record import Run

_AWAITABLE = (
    inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_GENERATOR | inspect.CO_ITERABLE_COROUTINE
)
_ASYNC = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_SQLALCHEMY = f"{os.sep}sqlalchemy{os.sep}"
_TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


class Database:
    """Counts statements by call site."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.counts: Counter[tuple[str, str]] = Counter()
        when_imported("sqlalchemy", self._watch_sqlalchemy)
        when_imported("aiosqlite.core", self._watch_aiosqlite)
        self._watch_sqlite()

    def after_test(self) -> list[list[Any]]:
        """Return and forget what was counted: ``[kind, "file:line", statements]``."""
        found = [[kind, site, number] for (kind, site), number in self.counts.items()]
        self.counts.clear()
        return found

    def note(self, frame: FrameType | None, *, sqlalchemy_counts: bool, need_site: bool = False) -> None:
        """Judge one statement by the stack that starts at ``frame``."""
        kind, site = self._judge(frame, sqlalchemy_counts)
        if kind and (site or not need_site):
            self.counts[kind, site] += 1

    def _judge(self, frame: FrameType | None, sqlalchemy_counts: bool) -> tuple[str, str]:
        only_awaits = True
        for current, crossed in _stack(frame):
            filename, flags = current.f_code.co_filename, current.f_code.co_flags
            only_awaits = only_awaits or crossed
            file = self.run.inside_tree(filename)
            if file:
                return (
                    "awaited" if flags & _ASYNC and only_awaits else "bridged"
                ), f"{file}:{_line(current)}"
            if not sqlalchemy_counts and _SQLALCHEMY in filename:
                return "", ""
            only_awaits = only_awaits and bool(flags & _AWAITABLE)
        return "unseen", ""

    def _watch_sqlalchemy(self, _: ModuleType) -> None:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        def before_cursor_execute(*_: Any) -> None:
            self.note(sys._getframe(1), sqlalchemy_counts=True)

        event.listen(Engine, "before_cursor_execute", before_cursor_execute)

    def _watch_aiosqlite(self, module: ModuleType) -> None:
        original: Any = module.Connection._execute

        async def execute(connection: Any, function: Any, *args: Any, **kwargs: Any) -> Any:
            if getattr(function, "__name__", "").lstrip("_").startswith("execute"):
                self.note(sys._getframe(1), sqlalchemy_counts=False)
            return await original(connection, function, *args, **kwargs)

        module.Connection._execute = execute

    def _watch_sqlite(self) -> None:
        import sqlite3
        import sqlite3.dbapi2

        original = sqlite3.connect

        def connect(*args: Any, **kwargs: Any) -> Any:
            connection = original(*args, **kwargs)

            def trace(statement: str) -> None:
                if not statement.lstrip().upper().startswith(_TRANSACTION):
                    self.note(sys._getframe(1), sqlalchemy_counts=False, need_site=True)

            connection.set_trace_callback(trace)
            return connection

        sqlite3.connect = connect
        sqlite3.dbapi2.connect = connect


def _stack(frame: FrameType | None) -> Iterator[tuple[FrameType, bool]]:
    """Walk outwards; the flag is set for the first frame beyond the edge of a greenlet."""
    module = sys.modules.get("greenlet")
    greenlet = module.getcurrent() if module else None
    crossed = False
    while True:
        while frame is not None:
            waiting = None if crossed else _waiting_in(frame)
            if waiting is not None:
                inner: FrameType | None = waiting
                while inner is not None:
                    yield inner, False
                    inner = inner.f_back
                crossed = True
            yield frame, crossed
            crossed = False
            frame = frame.f_back
        if module is None or greenlet is None:
            return
        # The type's own attribute: a subclass may say that its parent is somebody else.
        greenlet = vars(module.greenlet)["parent"].__get__(greenlet)
        frame = getattr(greenlet, "gr_frame", None)
        crossed = True


def _line(frame: FrameType) -> int:
    """The line in the source; a Jinja template runs as generated code, which knows where it came from."""
    template = frame.f_globals.get("__jinja_template__")
    return frame.f_lineno if template is None else int(template.get_corresponding_lineno(frame.f_lineno))


def _waiting_in(frame: FrameType) -> FrameType | None:
    """Return where the greenlet stands for which SQLAlchemy's driver ``frame`` awaits something."""
    if frame.f_code.co_name != "greenlet_spawn" or _SQLALCHEMY not in frame.f_code.co_filename:
        return None
    return getattr(frame.f_locals.get("context"), "gr_frame", None)
