"""The response class: Flask's attributes that Quart lacks, and bodies iterated where the request runs."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine, Generator, Iterable
from io import BytesIO
from typing import Any, Self
from urllib.parse import urljoin

import flask
import quart
from quart.utils import run_sync_iterable
from quart.wrappers.response import DataBody, IterableBody, ResponseBody
from werkzeug.exceptions import HTTPException
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as WerkzeugResponse

from ..bridge import in_bridge
from .asked import also


class InlineBody(IterableBody):
    """A body made of an iterable. A synchronous one is iterated in the bridge, not in threads, and closed at the end."""

    def __init__(self, iterable: AsyncIterable[Any] | Iterable[Any]) -> None:
        self.is_sequence = isinstance(iterable, list | tuple)
        if isinstance(iterable, AsyncIterable):
            super().__init__(iterable)
        else:
            self.iter = _iterate(iterable)


async def _iterate(iterable: Iterable[Any]) -> AsyncIterator[Any]:
    iterator = iter(iterable)
    try:
        if not in_bridge():
            async for item in run_sync_iterable(iterator):
                yield item
            return
        for item in iterator:
            yield item
            # A generator that never waits must not keep everybody else from running.
            await asyncio.sleep(0)
    finally:
        close = getattr(iterable, "close", None)
        if close is not None:
            close()


class HeldBytes(bytes):
    """A body that is there already: ``await`` it, or take it as it is, as hooks of Flask's extensions do."""

    def __await__(self) -> Generator[Any, None, bytes]:
        yield from ()
        return bytes(self)


class HeldText(str):
    """The same, decoded."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, None, str]:
        yield from ()
        return str(self)


class Done(Coroutine[Any, Any, Any]):
    """What was done at once, for who awaits it or makes a task of it."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def __await__(self) -> Generator[Any, None, Any]:
        yield from ()
        return self._result

    def send(self, _: Any) -> Any:
        """End, as a coroutine that does not wait."""
        raise StopIteration(self._result)

    def throw(self, *raised: Any) -> Any:
        """Raise what a task that was cancelled before it began passes on."""
        raise raised[0]

    def close(self) -> None:
        """Nothing is left to be closed."""


class Response(quart.Response):
    """Quart's response with the cheap part of what Flask's offers."""

    iterable_body_class = InlineBody
    #: Whether ``Location`` is made an absolute URL before it is sent, as Werkzeug did by default until 2.1.
    autocorrect_location_header = False
    #: Set while it is sent: Quart, which sends it, asks whether it is Werkzeug's.
    on_its_way = False

    def __init__(
        self,
        response: Any = None,
        status: Any = None,
        headers: Any = None,
        mimetype: str | None = None,
        content_type: str | None = None,
        direct_passthrough: bool = False,
    ) -> None:
        """Create a response; the arguments are those of Flask's.

        Args:
            response: The body: text, bytes, an iterable of them, synchronous or not.
            status: Status code, or code and words.
            headers: Headers to send.
            mimetype: Its type, without parameters.
            content_type: Its type, with parameters.
            direct_passthrough: Kept, and of no effect.
        """
        super().__init__(response, status, headers, mimetype, content_type)
        self.direct_passthrough = direct_passthrough
        self._on_close: list[Callable[[], Any]] = []

    @property
    def __class__(
        self,
    ) -> type:  # isinstance(response, flask.Response), or Werkzeug's: so extensions tell one from data
        cls: type = type(self)
        return cls if self.on_its_way else also(cls, flask.Response)

    @__class__.setter
    def __class__(self, cls: type) -> None:
        object.__dict__["__class__"].__set__(self, cls)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Be pickled (caches do it) as what it is, not as what it says to ``isinstance``."""
        return _blank, (type(self),), self.__getstate__()

    @property
    def is_streamed(self) -> bool:
        """Whether the length of the body is not known."""
        return not self.is_sequence

    @property
    def is_sequence(self) -> bool:
        """Whether the body is there already and can be read twice."""
        return isinstance(self.response, DataBody) or getattr(self.response, "is_sequence", False)

    def get_data(self, as_text: bool = False) -> Any:
        """The body, as bytes or as text: to be awaited, unless it is there already, which a stream's or a file's is not.

        Args:
            as_text: Decode it.
        """
        if not isinstance(self.response, DataBody):
            return super().get_data(as_text)
        data = self.response.data[self.response.begin : self.response.end]
        return HeldText(data.decode()) if as_text else HeldBytes(data)

    def add_etag(self, *args: Any, **kwargs: Any) -> Any:
        """Add an entity tag: to be awaited, unless the body is there already."""
        return self._at_once(super().add_etag(*args, **kwargs))

    def make_conditional(self, *args: Any, **kwargs: Any) -> Any:
        """Answer with 304 or 206 where the request's headers ask for it: to be awaited, unless the body is there already."""
        return self._at_once(super().make_conditional(*args, **kwargs))

    def freeze(self) -> Any:
        """Make the response one that can be kept: to be awaited, unless the body is there already."""
        return self._at_once(super().freeze())

    def make_sequence(self) -> Any:
        """Receive the whole body: to be awaited, unless it is there already."""
        return self._at_once(super().make_sequence())

    def _at_once(self, work: Coroutine[Any, Any, Any]) -> Any:
        if not isinstance(self.response, DataBody):
            return work
        try:
            work.send(None)
        except StopIteration as done:
            return Done(done.value)
        raise RuntimeError("What is in memory had to be waited for.")

    @property
    def data(self) -> Any:
        """The body as bytes, as :meth:`get_data` gives it."""
        return self.get_data()

    @data.setter
    def data(self, value: bytes | str) -> None:
        self.set_data(value)

    def call_on_close(self, func: Callable[[], Any]) -> Callable[[], Any]:
        """Call ``func``, a function or a coroutine function, when the response has been sent or given up."""
        self._on_close.append(func)
        return func

    async def run_on_close(self) -> None:
        """Call what :meth:`call_on_close` was given, once."""
        functions, self._on_close = self._on_close, []
        for function in functions:
            result = function()
            if inspect.isawaitable(result):
                await result

    def correct_location(self, url: str) -> None:
        """Make ``Location`` a URI, an absolute one if :attr:`autocorrect_location_header` says so.

        Args:
            url: The request's own, which a relative one starts from.
        """
        location = self.headers.get("Location")
        if location is not None:
            location = iri_to_uri(location)
            absolute = self.autocorrect_location_header
            self.headers["Location"] = urljoin(iri_to_uri(url), location) if absolute else location

    def calculate_content_length(self) -> int | None:
        """Return the length of the body if it is known."""
        return len(self.response.data) if isinstance(self.response, DataBody) else None

    async def get_json(self, force: bool = False, silent: bool = False) -> Any:
        """Parse the body as JSON.

        Args:
            force: Whatever the content type.
            silent: ``None`` instead of an error.
        """
        if not (force or self.is_json):
            return None
        try:
            return self.json_module.loads(await self.get_data(as_text=True))
        except ValueError:
            if silent:
                return None
            raise

    @classmethod
    def force_type(cls, response: Any, environ: Any = None) -> Self:  # noqa: ARG003 - Flask's argument
        """Turn another response into one of this class."""
        if isinstance(response, quart.Response):
            forced = cls(response.response, response.status_code, response.headers)
        elif isinstance(response, WerkzeugResponse) and isinstance(response.response, ResponseBody):
            # A class of an extension's that took over all that one of ours holds (Flask-Caching: CachedResponse).
            forced = cls()
            vars(forced).update(vars(response))
        elif isinstance(response, WerkzeugResponse):
            # A file that Werkzeug would hand to the server as it is cannot be read into memory by get_data().
            streamed = response.direct_passthrough or not response.is_sequence
            body: Any = response.iter_encoded() if streamed else response.get_data()
            forced = cls(body, response.status, response.headers)
            if streamed:
                forced.call_on_close(response.close)
        else:
            raise TypeError(f"{type(response).__name__} cannot become a {cls.__name__}")
        return forced


def _blank(cls: type[Response]) -> Response:
    return cls.__new__(cls)


async def called_with_environ(result: Any) -> Any:
    """What a view returned, with a response where it returned what WSGI calls for one: an error, or a WSGI application.

    Werkzeug asks both with the environ of the request, so an error's own ``get_response(environ)`` may insist on it.

    Args:
        result: What the view returned, alone or as the first of a tuple.
    """
    if isinstance(result, tuple) and result:
        return (await called_with_environ(result[0]), *result[1:])
    if not callable(result) or isinstance(result, quart.Response | WerkzeugResponse):
        return result
    request: Any = quart.request
    environ = request.environ if quart.has_request_context() else None
    if isinstance(result, HTTPException):
        response: Any = result.get_response(environ)
        return await response if inspect.isawaitable(response) else response
    body = BytesIO(await request.get_data()) if environ is not None else BytesIO()
    return WerkzeugResponse.from_app(result, {**(environ or {}), "wsgi.input": body}, buffered=True)
