"""What can go wrong in the bridge, said so that the reader knows what to write instead.

All of them are ``RuntimeError``: an ``AttributeError`` would make Jinja print nothing and ``hasattr`` say no.
"""

from __future__ import annotations


class BridgeError(RuntimeError):
    """Something the bridge cannot do."""


class NotInBridgeError(BridgeError):
    """Synchronous code wanted to wait where nothing drives it."""


class EagerTaskError(BridgeError):
    """A task was started eagerly (Python 3.12 and later) where the bridge has to drive it."""


class ImplicitLoadingError(BridgeError):
    """The database was read without ``await`` while the policy is ``raise``."""
