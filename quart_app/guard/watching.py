"""A thread that looks what the event loop is doing when it does not turn."""

from __future__ import annotations

import asyncio
import linecache
import logging
import re
import sys
import sysconfig
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

logger = logging.getLogger("quart_app.guard")

#: What nobody who reads the report wrote.
_LIBRARIES = tuple(
    {
        str(Path(path).resolve())
        for path in (
            sysconfig.get_path("stdlib"),
            sysconfig.get_path("purelib"),
            sysconfig.get_path("platlib"),
            str(Path(__file__).parents[1]),
        )
    }
)
_INSTALLED = re.compile(r"[\\/](?:site|dist)-packages[\\/]")
#: Where a loop rests.
_IDLE = {"select", "_run_once", "run_forever", "_poll"}


@dataclass(frozen=True, slots=True)
class Blocked:
    """One time that the loop was kept from turning.

    Attributes:
        path: the application's file.
        line: the line in it, from 1.
        function: the function in it.
        source: the line's text.
        inside: where in a library it was waiting; empty if it was the line itself.
        seconds: how long.
    """

    path: str
    line: int
    function: str
    source: str
    inside: str
    seconds: float

    def __str__(self) -> str:
        inside = f", in {self.inside}" if self.inside else ""
        return f"{self.path}:{self.line} in {self.function}: {self.source} blocked the event loop for {self.seconds:.2f} s{inside}"


class LoopGuard:
    """Watches one event loop.

    Args:
        seconds: How long the loop may not turn.
        report: Called on the loop with each finding.
    """

    def __init__(self, seconds: float = 0.1, report: Callable[[Blocked], None] | None = None) -> None:
        self.seconds = seconds
        self.report = report or log_blocked
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._beat = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = threading.Event()
        self._seen: tuple[str, int, str, str] | None = None

    def start(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """Begin; called in the thread of ``loop``, which need not run yet. In asyncio's debug mode its own log uses our limit."""
        self._loop = loop or asyncio.get_running_loop()
        self._loop.slow_callback_duration = self.seconds
        self._thread = threading.get_ident()
        self._stopped.clear()
        self._turn()
        threading.Thread(target=self._watch, name="quart_app.guard", daemon=True).start()

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        if self._timer is not None:
            self._timer.cancel()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.settle()
        self.stop()

    def settle(self) -> None:
        """Report at once what has just ended."""
        self._tell(time.monotonic())

    # -- on the loop ----------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        now = time.monotonic()
        self._tell(now)
        self._beat = now
        assert self._loop is not None
        if not self._stopped.is_set():
            self._timer = self._loop.call_later(self.seconds / 4, self._turn)

    def _tell(self, now: float) -> None:
        seen, self._seen = self._seen, None
        if seen is not None:
            path, line, function, inside = seen
            source = linecache.getline(path, line).strip()
            self.report(Blocked(path, line, function, source, inside, now - self._beat))

    # -- in the thread ----------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._stopped.wait(self.seconds / 4):
            assert self._loop is not None
            if not self._loop.is_running():
                self._beat = time.monotonic()
            elif time.monotonic() - self._beat > self.seconds and self._seen is None:
                frame = sys._current_frames().get(self._thread)
                if frame is not None and frame.f_code.co_name not in _IDLE:
                    self._seen = _place(frame)


def _place(frame: FrameType) -> tuple[str, int, str, str]:
    """The innermost line of the application on the stack, and in what it is."""
    inner, current = frame, frame
    while is_library(current.f_code.co_filename) and current.f_back is not None:
        current = current.f_back
    if is_library(current.f_code.co_filename):
        current = inner
    inside = "" if current is inner else f"{inner.f_globals.get('__name__', '?')}.{inner.f_code.co_qualname}"
    return current.f_code.co_filename, current.f_lineno, current.f_code.co_qualname, inside


def is_library(path: str) -> bool:
    """Whether a file belongs to Python, to an installed library or to this package, and not to the application."""
    return path.startswith(("<", *_LIBRARIES)) or _INSTALLED.search(path) is not None


_logged: set[tuple[str, int]] = set()


def log_blocked(blocked: Blocked) -> None:
    """Log each place once as a warning, and again for whoever reads debugging output."""
    key = (blocked.path, blocked.line)
    logger.log(logging.DEBUG if key in _logged else logging.WARNING, "%s", blocked)
    _logged.add(key)
