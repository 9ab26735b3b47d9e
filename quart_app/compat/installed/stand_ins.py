"""What no library has any more and installed packages still use: as they used it, and only for them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, NamedTuple

import flask.globals
from werkzeug.datastructures import Authorization

TRUE = True


class _Stack:
    """The context that is current, as the top of what was a stack: Flask's face of ours."""

    def __init__(self, variable: Any, ask_for: str) -> None:
        self._variable = variable
        self._ask_for = ask_for

    @property
    def top(self) -> Any:
        """The current context, ``None`` outside of one."""
        context = self._variable.get(None)
        return context if context is not None and getattr(context, self._ask_for, True) else None

    def push(self, context: Any) -> None:
        """Make a context current."""
        context.push()

    def pop(self) -> Any:
        """End the current context, and return it."""
        context = self.top
        if context is not None:
            context.pop()
        return context


_app_ctx_stack = _Stack(flask.globals._cv_app, "app")
#: Flask 3.2 has one variable for both.
_request_ctx_stack = _Stack(getattr(flask.globals, "_cv_request", flask.globals._cv_app), "has_request")


def lookup_app_object(name: str) -> Any:
    """``name`` of the application's context."""
    return getattr(_of(_app_ctx_stack, "application"), name)


def lookup_request_object(name: str) -> Any:
    """``name`` of the request's context."""
    return getattr(_of(_request_ctx_stack, "request"), name)


def find_app() -> Any:
    """The current application."""
    return lookup_app_object("app")


def _of(stack: _Stack, what: str) -> Any:
    top = stack.top
    if top is None:
        raise RuntimeError(f"Working outside of {what} context.")
    return top


class ArgSpec(NamedTuple):
    """What ``inspect.getargspec`` gave until Python 3.11."""

    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[Any, ...] | None


def getargspec(function: Callable[..., Any]) -> ArgSpec:
    """The arguments of a function."""
    full = inspect.getfullargspec(function)
    return ArgSpec(full.args, full.varargs, full.varkw, full.defaults)


def parse_authorization_header(value: str | None) -> Authorization | None:
    """Read an ``Authorization`` header."""
    return Authorization.from_header(value)


_RULE = re.compile(
    r"(?P<static>[^<]*)<(?:(?P<converter>[a-zA-Z_][a-zA-Z0-9_]*)(?:\((?P<args>.*?)\))?\:)?(?P<variable>[a-zA-Z_][a-zA-Z0-9_]*)>"
)


def parse_rule(rule: str) -> Iterator[tuple[str | None, str | None, str]]:
    """Give a rule's parts as ``(converter, arguments, variable)``; a fixed part has no converter.

    Raises:
        ValueError: The rule has a bracket too many, or a variable twice.
    """
    used: set[str] = set()
    end = 0
    for match in _RULE.finditer(rule):
        if match.start() != end:
            break
        end = match.end()
        if match["static"]:
            yield None, None, match["static"]
        if match["variable"] in used:
            raise ValueError(f"variable name {match['variable']!r} used twice.")
        used.add(match["variable"])
        yield match["converter"] or "default", match["args"] or None, match["variable"]
    rest = rule[end:]
    if "<" in rest or ">" in rest:
        raise ValueError(f"malformed url rule: {rule!r}")
    if rest:
        yield None, None, rest


def pop_path_info(environ: MutableMapping[str, Any]) -> str | None:
    """Move the first part of the path from ``PATH_INFO`` to ``SCRIPT_NAME``, and return it."""
    path: str = environ.get("PATH_INFO", "")
    if not path:
        return None
    stripped = path.lstrip("/")
    part, slash, rest = stripped.partition("/")
    slashes = "/" * (len(path) - len(stripped))
    environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + slashes + part
    environ["PATH_INFO"] = slash + rest
    return part


def extract_path_info(environ: MutableMapping[str, Any]) -> str | None:
    """Return the first part of the path."""
    return pop_path_info(dict(environ))
