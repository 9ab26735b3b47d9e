"""The development guard: it names file, line and time of what blocks the event loop.

``LoopGuard`` watches a loop from a thread: whatever keeps the loop from turning is seen, a computation or a driver written in C
as well as ``time.sleep``. An application in debug mode starts it (``BLOCKING_GUARD``), the pytest plugin where the ini option
``quart_app_blocking`` says so. ``blockbuster`` is for tests: it raises at the first call that could block, however short; the
plugin uses it where it is installed and ``quart_app_blockbuster`` is true.
"""

from .watching import Blocked, LoopGuard, log_blocked

__all__ = ["Blocked", "LoopGuard", "log_blocked"]
