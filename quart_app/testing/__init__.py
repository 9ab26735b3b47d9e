"""Tests of a migrated application keep their words, with ``await`` in front.

``QuartClient`` takes the arguments of Flask's test client and gives its responses; ``AsyncTestCase`` is the base
of unittest classes, ``ApplicationTestCase`` of those that used Flask-Testing; the pytest plugin is switched on by ``quart_app_bridge = true``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .application_case import ApplicationTestCase as ApplicationTestCase
    from .application_case import ContextVariableDoesNotExist as ContextVariableDoesNotExist
    from .browser import Cookie as Cookie
    from .case import AsyncTestCase as AsyncTestCase
    from .cli import CliRunner as CliRunner
    from .client import QuartClient as QuartClient
    from .patches import awaited as awaited
    from .patches import awaited_methods as awaited_methods
    from .response import TestResponse as TestResponse

__all__ = [
    "ApplicationTestCase",
    "AsyncTestCase",
    "CliRunner",
    "ContextVariableDoesNotExist",
    "Cookie",
    "QuartClient",
    "TestResponse",
    "awaited",
    "awaited_methods",
]

_ROOMS = {
    "ApplicationTestCase": "application_case",
    "AsyncTestCase": "case",
    "CliRunner": "cli",
    "ContextVariableDoesNotExist": "application_case",
    "Cookie": "browser",
    "QuartClient": "client",
    "TestResponse": "response",
    "awaited": "patches",
    "awaited_methods": "patches",
}


def __getattr__(name: str) -> Any:
    # pytest imports this package for its plugin in every run, also where nobody wants Quart: so it imports on demand.
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_ROOMS[name]}", __name__), name)
