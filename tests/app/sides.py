"""The same question put to Flask and to ours.

A probe is written once, as synchronous Flask code; what ours awaits goes through ``side.settle``, which waits in the bridge.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import flask
import quart

import quart_app
import quart_app.files
import quart_app.manners.responses
import quart_app.streaming
from quart_app.bridge import drive, run


class Side:
    """One framework."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ours = name == "ours"
        module: Any = quart if self.ours else flask
        self.app_class: Any = quart_app.Quart if self.ours else flask.Flask
        self.request, self.g, self.session = module.request, module.g, module.session
        self.current_app, self.url_for = module.current_app, module.url_for
        self.blueprint: Any = module.Blueprint
        self.response: Any = quart_app.manners.responses.Response if self.ours else flask.Response
        self.send_file: Any = quart_app.files.send_file if self.ours else flask.send_file
        self.send_from_directory: Any = (
            quart_app.files.send_from_directory if self.ours else flask.send_from_directory
        )
        self.stream_with_context: Any = (
            quart_app.streaming.stream_with_context if self.ours else flask.stream_with_context
        )
        self.render_template_string: Any = module.render_template_string
        self.get_template_attribute: Any = module.get_template_attribute

    def settle(self, value: Any) -> Any:
        return run(value) if inspect.isawaitable(value) else value

    def app(self, name: str = __name__, **config: Any) -> Any:
        app = self.app_class(name)
        app.config.update(config)
        return app

    async def ask(self, app: Any, path: str = "/", **options: Any) -> Any:
        """Make a request with the framework's own test client."""
        answer = app.test_client().open(path, **options)
        return await answer if inspect.isawaitable(answer) else answer


FLASK, OURS = Side("flask"), Side("ours")

Probe = Callable[[Side], Awaitable[Any]]


async def same(probe: Probe) -> Any:
    """Ask both and give the common answer."""
    expected = await probe(FLASK)
    answer = await drive(_coroutine(probe, OURS))
    assert answer == expected, f"Flask: {expected!r}, ours: {answer!r}"
    return answer


async def _coroutine(probe: Probe, side: Side) -> Any:
    return await probe(side)
