"""``before_app_first_request`` of blueprints, which Flask had until 2.3. New code uses ``before_serving``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[[], Any])


def before_app_first_request(blueprint: Any) -> Callable[[F], F]:
    """Call the decorated function, which may be a coroutine function, before the first request to the application.

    Args:
        blueprint: The blueprint; its application is that of :class:`quart_app.Quart`.
    """

    def decorate(function: F) -> F:
        blueprint.record_once(lambda state: state.app.before_first_request(function))
        return function

    return decorate
