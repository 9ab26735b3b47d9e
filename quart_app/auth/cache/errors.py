"""What is wrong with the use of a snapshot."""

from __future__ import annotations


class SnapshotError(RuntimeError):
    """A snapshot cannot do what is asked of it; the message says what to write instead.

    It is no ``AttributeError``: Jinja would print nothing and ``hasattr`` would say no.
    """
