"""What the pytest plugin does about code that blocks the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from ..guard import Blocked, LoopGuard
from ..guard.watching import is_library

_TESTS = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|tests|conftest)\.py$")
#: Files that are read on the loop for good reasons: once, and short.
_MAY_READ = [
    ("jinja2/loaders.py", {"get_source", "uptodate", "open_if_exists", "list_templates"}),
    ("logging/__init__.py", {"emit", "handle", "flush"}),
    ("importlib/metadata/__init__.py", {"read_text", "search", "children", "distributions"}),
    ("mimetypes.py", {"init", "read"}),
    ("quart/utils.py", {"file_path_to_path"}),
    ("quart/helpers.py", {"send_file", "send_from_directory"}),
    ("werkzeug/security.py", {"safe_join"}),
    ("_pytest/logging.py", {"emit"}),
    ("traceback.py", {"extract", "format_exception"}),
]


class BlockingWarning(UserWarning):
    """A line of the application blocked the event loop during a test."""


class BlockingInTests:
    """Watches the loops of a test run, and tells each test what it blocked.

    Args:
        config: pytest's; ``quart_app_blocking``, ``quart_app_blocking_seconds`` and ``quart_app_blockbuster`` are asked.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._mode: str = config.getini("quart_app_blocking")
        self._seconds = float(config.getini("quart_app_blocking_seconds"))
        self._found: list[Blocked] = []
        self._guards: list[LoopGuard] = []
        self._buster = _blockbuster() if config.getini("quart_app_blockbuster") else None

    @contextlib.contextmanager
    def watched(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Watch a loop as long as the block lasts."""
        if self._mode == "off":
            yield
            return
        guard = LoopGuard(self._seconds, self._found.append)
        guard.start(loop)
        self._guards.append(guard)
        try:
            yield
        finally:
            self._guards.remove(guard)
            guard.stop()

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Tell the test in the block what it blocked; a test itself may sleep."""
        self._found.clear()
        if self._buster is not None:
            self._buster.activate()
        try:
            yield
        finally:
            if self._buster is not None:
                self._buster.deactivate()
        for guard in self._guards:
            guard.settle()
        lines = [str(blocked) for blocked in self._found if _is_application(blocked.path)]
        if lines and self._mode == "fail":
            pytest.fail("\n".join(lines), pytrace=False)
        for line in lines:
            warnings.warn(BlockingWarning(line), stacklevel=2)


def _is_application(path: str) -> bool:
    return not is_library(path) and _TESTS.search(path.replace("\\", "/")) is None


def _blockbuster() -> Any:
    try:
        from blockbuster import BlockBuster
    except ImportError:
        raise pytest.UsageError(
            "quart_app_blockbuster = true needs blockbuster: pip install blockbuster"
        ) from None
    buster = BlockBuster()
    for function in buster.functions.values():
        for file, names in _MAY_READ:
            function.can_block_in(file, names)
    return buster
