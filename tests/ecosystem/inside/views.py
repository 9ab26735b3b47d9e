"""Which views are coroutine functions: read off the applications that the tests really made.

A view is native when what is *registered* is a coroutine function; a synchronous wrapper round one is not, because
Quart would hand it to a thread. Of class-based views each HTTP method counts, and it is the method that must be one.
Views of the framework and of libraries (``static``, say) are not the application's and do not count.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any

from .imports import when_imported
from .record import Run

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "dispatch_request")


class Views:
    """Collects the applications as they are made, and reports each view once."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.seen: set[str] = set()
        self.lasting: list[Any] = []
        self.of_this_test: list[Any] = []
        when_imported("flask.app", lambda module: self._watch(module.Flask))
        when_imported("quart.app", lambda module: self._watch(module.Quart))

    def _watch(self, framework: Any) -> None:
        original = framework.__init__

        def init(app: Any, *args: Any, **kwargs: Any) -> None:
            original(app, *args, **kwargs)
            (self.of_this_test if self.run.current else self.lasting).append(app)

        framework.__init__ = init

    def after_test(self) -> list[dict[str, Any]]:
        """Return the views not seen before; applications made by the test that just ended are let go."""
        found = []
        for app in [*self.lasting, *self.of_this_test]:
            for endpoint, view in list(getattr(app, "view_functions", {}).items()):
                for name, function, native in _functions(endpoint, view):
                    found += self._new(name, function, native)
        self.of_this_test.clear()
        return found

    def _new(self, name: str, function: Any, native: bool) -> list[dict[str, Any]]:
        while isinstance(function, functools.partial):
            function = function.func
        function = inspect.unwrap(function)
        code = getattr(function, "__code__", None) or getattr(type(function).__call__, "__code__", None)
        file = self.run.inside_tree(code.co_filename) if code else None
        if code is None or file is None:
            return []
        key = f"{file}:{code.co_firstlineno}:{name}"
        if key in self.seen:
            return []
        self.seen.add(key)
        return [{"endpoint": name, "file": file, "line": code.co_firstlineno, "native": native}]


def _functions(endpoint: str, view: Any) -> Iterator[tuple[str, Any, bool]]:
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        yield endpoint, view, inspect.iscoroutinefunction(view)
        return
    for method in METHODS:
        function = getattr(view_class, method, None)
        if function is not None:
            yield f"{endpoint}.{method}", function, inspect.iscoroutinefunction(function)
