"""What a function may become: the modes, from the freest to the most bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from migrate_tool.catalog import Consumer

#: "async": may become ``async def``. "wait": stays synchronous and waits in the bridge. "run": stays synchronous
#: and is called where no loop may be running. "command": ``async def``, run by the command line. "property": ``async def``,
#: awaited by those who read it as such, and read through the bridge by all others.
Mode = Literal["async", "command", "property", "wait", "run"]
#: Those that may become ``async def``.
ASYNC_MODES = frozenset({"async", "command", "property"})
OF_CONSUMER: dict[Consumer, Mode] = {
    Consumer.AWAITS: "async",
    Consumer.PASSES: "async",
    Consumer.WRAPS: "async",
    Consumer.FIXTURE: "async",
    Consumer.COMMAND: "command",
    Consumer.CALLS: "wait",
    Consumer.ATTRIBUTE: "wait",
    Consumer.CONTEXT: "wait",
    Consumer.SPAWNS: "async",
    Consumer.WORKER: "run",
}
ORDER: list[Mode] = ["async", "command", "property", "wait", "run"]


@dataclass(frozen=True, slots=True)
class Boundary:
    """What a function may become, and the reason when it is not ``async def``."""

    mode: Mode
    reason: str = ""


FREE = Boundary("async")


def strictest(found: Iterable[Boundary | None]) -> Boundary | None:
    """The first of the most bound ones; ``None`` where there is none."""
    return max(
        (item for item in found if item is not None), key=lambda item: ORDER.index(item.mode), default=None
    )
