"""Values that are shared by many requests and can be changed by none."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any, NoReturn
from uuid import UUID

from .errors import SnapshotError

#: What a snapshot may hold, besides lists, dictionaries and further snapshots.
PLAIN = (str, int, float, bytes, datetime, date, time, timedelta, Decimal, UUID, Enum, type(None))


class FrozenList(tuple[Any, ...]):
    """What a list of the row is in a snapshot: all that reads works, all that writes says what to do."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, tuple | list) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise SnapshotError(f"This list {WRITE}")

    append = extend = insert = remove = pop = clear = sort = reverse = add = discard = _refuse
    __setitem__ = __delitem__ = __iadd__ = _refuse


WRITE = (
    "is part of a copy from the user cache and cannot be changed. `user = await live_user()` gives the row in this"
    " request's own session; change that and commit."
)


def freeze(value: Any, where: str) -> Any:
    """Return ``value`` as it can be shared.

    Args:
        value: A plain value, a list or a dictionary of such.
        where: Its place, for the message.

    Raises:
        SnapshotError: It is nothing of the kind.
    """
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return FrozenList(freeze(item, where) for item in value)
    if isinstance(value, dict | MappingProxyType):
        return MappingProxyType({str(key): freeze(item, where) for key, item in value.items()})
    raise SnapshotError(
        f"{where} is a {type(value).__name__}, which the user cache does not keep: only plain values. Leave it out of"
        " `fields`, or name what is needed of it."
    )
