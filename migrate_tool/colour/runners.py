"""What takes a coroutine and runs it: functions of event loops, groups of tasks and the packages that have them."""

from __future__ import annotations

import ast
import re

from migrate_tool.model.spelling import last_name
from migrate_tool.model.types import External, Type

#: What takes a coroutine and runs it, on a loop, a group of tasks or a library's module that is not described.
RUNNERS = frozenset(
    {
        "create_task",
        "ensure_future",
        "run_until_complete",
        "gather",
        "wait_for",
        "start_soon",
        "run_coroutine_threadsafe",
    }
)
#: Those that loops and groups have as methods; the others are functions of modules.
_OF_LOOPS = frozenset({"create_task", "run_until_complete", "start_soon"})
#: What loops and groups are called where nothing says what they are: ``self._loop``, ``tg``.
_LOOPS = re.compile(r"(^|_)(loop|ioloop|runner|group|taskgroup|tg|nursery|tasks)$", re.IGNORECASE)
#: The packages whose functions of these names run coroutines.
_RUNNING = frozenset(
    {
        "aiojobs",
        "aiotools",
        "anyio",
        "asyncio",
        "curio",
        "nest_asyncio",
        "qasync",
        "tornado",
        "trio",
        "uvloop",
    }
)


def may_run(called: ast.Attribute, targets: frozenset[Type]) -> bool:
    """Whether a method of a runner's name is one: of a loop or a group of tasks, by what it is or else by what it is called.

    ``page.wait_for(x)`` and ``tracker.create_task(row)`` run nothing. A coroutine that is awaited before it is given to a runner is an error
    that everybody sees; one that nobody awaits is none.
    """
    if targets:
        return any(
            isinstance(target, External) and target.name.partition(".")[0] in _RUNNING for target in targets
        )
    if called.attr not in _OF_LOOPS:
        return False
    owner = called.value
    while isinstance(owner, ast.Call):
        owner = owner.func
    name = last_name(owner)
    return _LOOPS.search(name) is not None
