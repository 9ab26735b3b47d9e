"""``url_value_preprocessor`` functions that may be coroutine functions: they load what the URL names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import quart

from ..bridge import maybe_await


class AwaitsURLValues:
    """Makes an application of Quart's await its ``url_value_preprocessor`` functions, as it awaits ``before_request``."""

    async def preprocess_request(self, request_context: Any = None) -> Any:
        """Call what comes before the view; a result of it that is not ``None`` is the response."""
        request = quart.request if request_context is None else request_context.request
        return await _preprocess(self, request, self.before_request_funcs)  # type: ignore[attr-defined]

    async def preprocess_websocket(self, websocket_context: Any = None) -> Any:
        """The same for a websocket."""
        websocket = quart.websocket if websocket_context is None else websocket_context.websocket
        return await _preprocess(self, websocket, self.before_websocket_funcs)  # type: ignore[attr-defined]


async def _preprocess(app: Any, asked: Any, before: Any) -> Any:
    names: Iterable[str | None] = [None, *reversed(asked.blueprints)]
    for name in names:
        for function in app.url_value_preprocessors[name]:
            await maybe_await(function(asked.endpoint, asked.view_args))
    for name in names:
        for function in before[name]:
            result = await app.ensure_async(function)()
            if result is not None:
                return result
    return None
