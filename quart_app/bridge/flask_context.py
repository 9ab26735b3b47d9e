"""Flask's own contexts, for extensions that only need ``flask.current_app``, ``g``, ``request`` and ``session``.

While one of our contexts is current, Flask's context variables hold a face of it: the same application, ``g``, session and
flashed messages, a request whose body needs no ``await``, an application whose coroutine methods are called as Flask's
are. What must wait does so in the bridge. The variables are set and reset together with ours, so tasks, streams and
concurrent requests see what they see of ours; nothing of asyncio is touched.

``app.config["QUART_APP_FLASK_CONTEXT"] = False`` turns it off; extensions then find no Flask context, as under plain Quart.
"""

from __future__ import annotations

import functools
import inspect
import io
from collections.abc import Callable, Iterator
from contextvars import ContextVar, Token
from typing import Any, Self

import flask
import flask.globals
import quart
import werkzeug.datastructures

from .waiting import run

CONFIG = "QUART_APP_FLASK_CONTEXT"

_cv_app: ContextVar[Any] = flask.globals._cv_app
#: Flask 3.2 keeps request and application in one context.
_cv_request: ContextVar[Any] = getattr(flask.globals, "_cv_request", _cv_app)

Bound = tuple[ContextVar[Any], Token[Any]]


def bind_app(context: Any) -> Bound | None:
    """Make Flask see an application context of ours; None if the application does not want that."""
    if not context.app.config.get(CONFIG, True):
        return None
    return _cv_app, _cv_app.set(AppContextFace(context))


def bind_request(context: Any) -> Bound | None:
    """Make Flask see the context of a request or a websocket; None if the application does not want that."""
    if not context.app.config.get(CONFIG, True):
        return None
    return _cv_request, _cv_request.set(RequestContextFace(context))


def unbind(bound: Bound | None) -> None:
    """Undo :func:`bind_app` or :func:`bind_request`."""
    if bound is not None:
        bound[0].reset(bound[1])


class AppContextFace:
    """What ``flask.globals.app_ctx`` is. What extensions keep on it is kept on our context."""

    __slots__ = ("_context",)

    def __init__(self, context: Any) -> None:
        object.__setattr__(self, "_context", context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        own = hasattr(type(self), name)
        object.__setattr__(self, name, value) if own else setattr(self._context, name, value)

    @property
    def app(self) -> AppFace:
        """The application, as ``flask.current_app`` gives it."""
        return _app_face(self._context.app)

    @property
    def g(self) -> Any:
        """The same ``g`` as ours."""
        return self._context.g

    @property
    def url_adapter(self) -> Any:
        """What builds URLs."""
        return self._context.url_adapter

    def push(self) -> None:
        """Bind the context once more."""
        self._context.push_sync()

    def pop(self, *exc: BaseException | None) -> None:
        """Undo :meth:`push`."""
        self._context.pop_sync(*exc)

    def __enter__(self) -> Self:
        self.push()
        return self

    def __exit__(self, *exc: Any) -> None:
        self.pop(exc[1])


class RequestContextFace(AppContextFace):
    """What ``flask.globals.request_ctx`` is: of a request, or of a websocket, which has no body."""

    __slots__ = ("_request",)
    _request: RequestFace | None

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        object.__setattr__(self, "_request", None)

    @property
    def g(self) -> Any:
        """The same ``g`` as ours."""
        return quart.globals.app_ctx.g

    @property
    def request(self) -> RequestFace:
        """The request, as ``flask.request`` gives it."""
        if self._request is None:
            self._request = RequestFace(self._context.request_websocket)
        return self._request

    @property
    def session(self) -> Any:
        """The same session as ours."""
        return self._context.session

    @session.setter
    def session(self, session: Any) -> None:
        self._context.session = session

    @property
    def flashes(self) -> Any:
        """The messages that this request has taken out of the session."""
        return getattr(self._context, "flashes", None)

    @flashes.setter
    def flashes(self, flashes: Any) -> None:
        self._context.flashes = flashes

    @property
    def has_request(self) -> bool:
        """Flask 3.2 asks the one context it has."""
        return True

    def match_request(self) -> None:
        """Match the URL again."""
        self._context.match_request()


class Face:
    """Something of Quart's as Flask has it: what would be awaited is waited for.

    Everything else is the original's own, and written to the original.
    """

    __slots__ = ("_original",)
    _original: Any

    def __init__(self, original: Any) -> None:
        object.__setattr__(self, "_original", original)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._original, name)
        if inspect.iscoroutine(value):  # a property that Quart awaits
            return run(value)
        return _waiting(value) if inspect.iscoroutinefunction(value) else value

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._original, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._original, name)

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # isinstance() asks
        cls: type = self._original.__class__
        return cls

    def __eq__(self, other: object) -> bool:
        return bool(self._original == (other._original if type(other) is type(self) else other))

    def __hash__(self) -> int:
        return hash(self._original)

    def __repr__(self) -> str:
        return repr(self._original)

    def __dir__(self) -> Iterator[str]:
        return iter(dir(self._original))


class AppFace(Face):
    """The application for ``flask.current_app``."""

    __slots__ = ()

    @property
    def response_class(self) -> type[flask.Response]:
        """A class whose objects Flask's and Werkzeug's helpers can fill; the application takes them from views."""
        return ResponseFace


class RequestFace(Face):
    """The request for ``flask.request``."""

    __slots__ = ()

    @property
    def files(self) -> werkzeug.datastructures.MultiDict[str, werkzeug.datastructures.FileStorage]:
        """The files of the form, which save without ``await``."""
        given = run(self._original.files)
        return werkzeug.datastructures.ImmutableMultiDict(
            (name, _file(file)) for name, file in given.items(multi=True)
        )

    @property
    def stream(self) -> io.BytesIO:
        """The body, which has been received."""
        return io.BytesIO(run(self._original.get_data()))

    input_stream = stream


class _AnyResponse(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, quart.Response) or super().__instancecheck__(instance)


class ResponseFace(flask.Response, metaclass=_AnyResponse):
    """Flask's response; what views of Quart return are instances of it too, for those who ask."""


def _file(file: Any) -> werkzeug.datastructures.FileStorage:
    return werkzeug.datastructures.FileStorage(file.stream, file.filename, file.name, headers=file.headers)


def _waiting(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        return run(method(*args, **kwargs))

    del call.__wrapped__
    return call


def _app_face(app: Any) -> AppFace:
    face: AppFace | None = app.__dict__.get("_flask_face")
    if face is None:
        face = app.__dict__["_flask_face"] = AppFace(app)
    return face
