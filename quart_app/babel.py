"""Flask-Babel with the decorators it had before 3.0, and with selectors that may await.

Flask-Babel itself must be installed. ``gettext`` and its kin keep coming from it: they need only Flask's context.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import flask_babel
from quart import has_request_context

from .bridge import run

F = TypeVar("F", bound=Callable[..., Any])


class _Configuration(flask_babel.BabelConfiguration):  # type: ignore[misc, unused-ignore]
    """What ``app.extensions["babel"]`` is: settings now, the extension object before 3.0, whose members it has as well."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "instance":
            raise AttributeError(name)
        return getattr(self.instance, name)


class Babel(flask_babel.Babel):  # type: ignore[misc, unused-ignore]
    """Flask-Babel's extension object.

    The functions that say the locale and the time zone are given with ``locale_selector=`` and ``timezone_selector=``, or by the
    decorators :meth:`localeselector` and :meth:`timezoneselector`, before or after :meth:`init_app`. They may be coroutine
    functions (``user = await current_user``).
    """

    def __init__(self, app: Any = None, *args: Any, **options: Any) -> None:
        """Create the extension; the arguments are Flask-Babel's."""
        self._selectors: dict[str, Callable[[], Any]] = {}
        super().__init__(app, *args, **options)

    def init_app(
        self,
        app: Any,
        *args: Any,
        locale_selector: Callable[[], Any] | None = None,
        timezone_selector: Callable[[], Any] | None = None,
        **options: Any,
    ) -> None:
        """Register with an application; the arguments are Flask-Babel's."""
        super().init_app(
            app,
            *args,
            locale_selector=self._select("locale", locale_selector),
            timezone_selector=self._select("timezone", timezone_selector),
            **options,
        )
        app.extensions["babel"].__class__ = _Configuration

    def localeselector(self, function: F) -> F:
        """Register the function that says a request's locale."""
        self._selectors["locale"] = function
        return function

    def timezoneselector(self, function: F) -> F:
        """Register the function that says a request's time zone."""
        self._selectors["timezone"] = function
        return function

    def _select(self, what: str, given: Callable[[], Any] | None) -> Callable[[], Any]:
        def select() -> Any:
            selector = given or self._selectors.get(what)
            if selector is None:
                return None
            try:
                result = selector()
                return run(result) if inspect.isawaitable(result) else result
            except RuntimeError as error:
                # While an application is made nobody has asked for anything yet: a selector that looks at the request
                # has nothing to say, and the default holds.
                if has_request_context() or "request context" not in str(error):
                    raise
                return None

        return select
