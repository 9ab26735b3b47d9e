"""What can go wrong in ``quart_app.db``, said so that the reader knows what to write instead.

All but the two that answer bad configuration are ``RuntimeError``: an ``AttributeError`` would make Jinja print nothing
and ``hasattr`` say no.
"""

from __future__ import annotations


class DatabaseURLError(ValueError):
    """A database URL, or an option in it, that no async driver understands."""


class MissingDriverError(ImportError):
    """The async driver of a database URL is not installed."""


class NotAwaitedError(RuntimeError):
    """A query was read synchronously where nothing can wait for it."""


class ConcurrentSessionError(RuntimeError):
    """Two tasks use one session at the same time."""
