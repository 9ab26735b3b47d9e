"""The user cache across requests, off unless ``LoginManager.cache_users`` turns it on.

What it keeps is a :class:`Snapshot`: plain values, never a pickle, never an object of the ORM.
"""

from .errors import SnapshotError
from .snapshot import Snapshot
from .user_cache import UserCache

__all__ = ["Snapshot", "SnapshotError", "UserCache"]
