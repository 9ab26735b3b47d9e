"""Flask-Admin's views: they ask their session and their guards in the middle of plain functions, and get what needs no ``await``.

``admin.add_view(ModelView(User, db.session))`` stays as it is written. What a view has as its session is the synchronous session of
the scope it is read in, the same transaction included, which waits in the bridge. So does a coroutine function in the place of one of
Flask-Admin's own: ``async def is_accessible`` would give a coroutine, which is true, to everybody.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from quart_app.bridge import wait

from .schemas import in_bridge

logger = logging.getLogger(__name__)

_PACKAGE = "flask_admin"


class SessionOfView:
    """The ``session`` of a view of a model, as :func:`in_bridge` makes it for the request that asks."""

    def __get__(self, view: Any, owner: type | None = None) -> Any:
        """Give the view's session, ready for calls without ``await``."""
        if view is None:
            return self
        try:
            return in_bridge(vars(view)["session"])
        except KeyError:
            raise AttributeError("session") from None

    def __set__(self, view: Any, session: Any) -> None:
        """Keep what the view was given."""
        vars(view)["session"] = session


def adapt_admin_views() -> None:
    """Have Flask-Admin's views, if it is installed, work with awaited sessions and guards."""
    if importlib.util.find_spec("flask_admin") is None:
        return
    try:
        base = importlib.import_module(f"{_PACKAGE}.base").BaseView
        view = importlib.import_module(f"{_PACKAGE}.contrib.sqla.view").ModelView
    except Exception as error:
        # Whoever uses it meets that error in his own import. Who only has it installed must not meet it here.
        logger.debug("the views of %s can't be imported: %s", _PACKAGE, error)
        return
    if not isinstance(vars(view).get("session"), SessionOfView):
        view.session = SessionOfView()
        base.__init__ = _then_waits(base.__init__)


def _then_waits(make: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(make)
    def made(view: Any, *args: Any, **options: Any) -> None:
        make(view, *args, **options)
        for name in _awaited_overrides(type(view)):
            setattr(view, name, _waiting(getattr(view, name)))

    return made


def _awaited_overrides(cls: type) -> Iterator[str]:
    """The coroutine functions of a class that stand where Flask-Admin has functions, which it calls and does not await."""
    for name in dir(cls):
        if inspect.iscoroutinefunction(inspect.getattr_static(cls, name)):
            theirs = (vars(base).get(name) for base in cls.__mro__ if _is_theirs(base))
            if any(inspect.isfunction(found) and not inspect.iscoroutinefunction(found) for found in theirs):
                yield name


def _is_theirs(base: type) -> bool:
    return base.__module__.partition(".")[0] == _PACKAGE


def _waiting(method: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    @functools.wraps(method)
    def waited(*args: Any, **options: Any) -> Any:
        return wait(method(*args, **options))

    return waited
