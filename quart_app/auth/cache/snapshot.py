"""``Snapshot``: a user as the cache knows them, to be read and never written."""

from __future__ import annotations

import inspect
from contextlib import suppress
from functools import cached_property
from types import FunctionType, MethodType
from typing import Any, NoReturn, Self

from .errors import SnapshotError
from .frozen import WRITE


class Snapshot:
    """A copy of a row's values. The properties and methods of the row's class work on it, as far as it has what they read.

    It is equal to the row that it is a copy of. It is no row: it has no session, and cannot be changed, added or committed.
    """

    __slots__ = ("_model", "_values")

    _model: type[Any]
    _values: dict[str, Any]

    def __init__(self, model: type[Any], values: dict[str, Any]) -> None:
        object.__setattr__(self, "_model", model)
        object.__setattr__(self, "_values", values)

    def __getattr__(self, name: str) -> Any:
        values = object.__getattribute__(self, "_values")
        if name in values:
            return values[name]
        return self._of_the_class(name)

    def _of_the_class(self, name: str) -> Any:
        model = object.__getattribute__(self, "_model")
        if name == "_sa_instance_state":
            raise SnapshotError(
                f"A copy of a {model.__name__} from the user cache was used where SQLAlchemy needs the row."
                " `user = await live_user()` gives the row."
            )
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        try:
            found = inspect.getattr_static(model, name)
        except AttributeError:
            raise AttributeError(f"{model.__name__!r} has no attribute {name!r}") from None
        if isinstance(found, property):
            if found.fget is None:
                raise AttributeError(f"{model.__name__}.{name} cannot be read")
            return found.fget(self)
        if isinstance(found, cached_property):
            return found.func(self)
        if isinstance(found, FunctionType):
            return MethodType(found, self)
        if isinstance(found, classmethod | staticmethod):
            return getattr(model, name)
        fget = getattr(found, "fget", None)  # a hybrid property
        if callable(fget):
            return fget(self)
        if hasattr(type(found), "__get__"):
            raise SnapshotError(
                f"The user cache does not copy {model.__name__}.{name}. Name it in `fields` (what a relationship leads to as"
                f" '{name}.NAME'), or read it from the row: `user = await live_user()`."
            )
        return found

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise SnapshotError(f"{self._model.__name__}.{name} {WRITE}")

    def __delattr__(self, name: str) -> NoReturn:
        raise SnapshotError(f"{self._model.__name__}.{name} {WRITE}")

    def _identity(self) -> Any:
        values = self._values
        return next(iter(values.values())) if values else None

    def __eq__(self, other: object) -> Any:
        if isinstance(other, Snapshot):
            return self._model is other._model and self._identity() == other._identity()
        if not isinstance(other, self._model):
            return NotImplemented
        mine: Any = self
        get_id = getattr(other, "get_id", None)
        if callable(get_id):
            return mine.get_id() == get_id()
        return all(getattr(other, name) == value for name, value in list(self._values.items())[:1])

    def __ne__(self, other: object) -> Any:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def __hash__(self) -> int:
        return hash((self._model, self._identity()))

    def __repr__(self) -> str:
        return self._said("__repr__")

    def __str__(self) -> str:
        own: Any = self._model.__str__
        return self._said("__str__" if isinstance(own, FunctionType) else "__repr__")

    def _said(self, method: str) -> str:
        own: Any = getattr(self._model, method)
        if isinstance(own, FunctionType):
            with suppress(SnapshotError):  # it tells of what is not copied
                return str(own(self))
        return f"<copy of {self._model.__name__} {self._identity()!r}>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise SnapshotError("A copy from the user cache is not pickled; pass the user's id.")
