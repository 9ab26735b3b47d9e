"""Streams that keep the request's contexts until they end, as Flask's do.

Quart gives the stream a copy of the request context and tears down twice, once before the stream and once after it; here there is
one context, torn down once, when the last byte has been sent. So what the stream reads (``g``, the database session) is still there.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from typing import Any

from jinja2 import Template
from quart.globals import _cv_request, current_app
from quart.signals import before_render_template, template_rendered

from .manners.contexts import RequestContext


def stream_with_context(generator_or_function: Any) -> Any:
    """Keep the request's contexts until the response has been sent.

    Args:
        generator_or_function: A generator, synchronous or not; or a function that returns one, as a decorator has it.

    Returns:
        The same generator; or a function that returns it.

    Raises:
        RuntimeError: There is no request.
    """
    if callable(generator_or_function):
        function: Callable[..., Any] = generator_or_function

        @functools.wraps(function)
        def decorator(*args: Any, **kwargs: Any) -> Any:
            return stream_with_context(function(*args, **kwargs))

        return decorator
    context = _cv_request.get(None)
    if context is None:
        raise RuntimeError("stream_with_context() can only be used while a request is handled.")
    if not isinstance(context, RequestContext):
        raise RuntimeError("stream_with_context() needs the application to be a quart_app.Quart.")
    context.kept_for_streaming = True
    return generator_or_function


async def stream_template(
    template_name_or_list: str | Template | list[str | Template], **context: Any
) -> AsyncIterator[str]:
    """Render a template piece by piece; the contexts stay until the last.

    Args:
        template_name_or_list: Its name, or several of which the first that exists is taken.
        context: What the template sees.

    Returns:
        An iterator for a response.
    """
    template = current_app.jinja_env.get_or_select_template(template_name_or_list)
    return await _stream(template, context)


async def stream_template_string(source: str, **context: Any) -> AsyncIterator[str]:
    """Render a template's source piece by piece; the contexts stay until the last.

    Args:
        source: The template.
        context: What it sees.

    Returns:
        An iterator for a response.
    """
    return await _stream(current_app.jinja_env.from_string(source), context)


async def _stream(template: Template, context: dict[str, Any]) -> AsyncIterator[str]:
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    await app.update_template_context(context)
    told = {"template": template, "context": context}
    await before_render_template.send_async(app, _sync_wrapper=app.ensure_async, **told)

    async def pieces() -> AsyncIterator[str]:
        async for piece in template.generate_async(context):
            yield piece
        await template_rendered.send_async(app, _sync_wrapper=app.ensure_async, **told)

    stream: AsyncIterator[str] = pieces()
    return stream_with_context(stream) if _cv_request.get(None) is not None else stream
