"""Properties that wait: awaited where they can be, through the bridge where they are read by their name alone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any

from .waiting import wait


class awaited_property(property):  # noqa: N801 - stands where ``property`` stood
    """A property whose getter is a coroutine function.

    ::

        class Project(db.Model):
            @awaited_property
            async def total(self):
                return await db.session.scalar(self.bills.select_sum())

        await project.awaitable_attrs.total  # awaited
        project.total  # code that stays synchronous, a library, a template: it waits in the bridge
    """

    #: The getter: what it gives is awaited.
    function: Callable[[Any], Coroutine[Any, Any, Any]]

    def __init__(self, function: Callable[[Any], Coroutine[Any, Any, Any]]) -> None:
        @functools.wraps(function)
        def waiting(owner: Any) -> Any:
            return wait(function(owner))

        # Whoever looks through __wrapped__ must not find a coroutine function to call.
        del waiting.__wrapped__
        super().__init__(waiting)
        self.function = function
