"""Which parts of a user's row are copied: ``("name", "active", "roles.name")`` as a tree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from ..errors import AuthSetupError
from .errors import SnapshotError
from .frozen import FrozenList, freeze
from .snapshot import Snapshot


@dataclass(frozen=True)
class Fields:
    """The copied attributes of one class, and those of the classes that its relationships lead to.

    Attributes:
        model: The class.
        names: Its plain attributes, in order.
        relations: The relationships, and what is copied of what they lead to.
    """

    model: type[Any]
    names: tuple[str, ...]
    relations: dict[str, Fields] = field(default_factory=dict)

    def copy(self, row: Any) -> Snapshot:
        """Return the snapshot of ``row``.

        Raises:
            SnapshotError: A value is not plain.
        """
        label = self.model.__name__
        values = {name: freeze(getattr(row, name), f"{label}.{name}") for name in self.names}
        for name, below in self.relations.items():
            found = getattr(row, name)
            if found is None or isinstance(found, below.model):
                values[name] = None if found is None else below.copy(found)
            elif isinstance(found, list | set | tuple | dict):
                items = found.values() if isinstance(found, dict) else found
                values[name] = FrozenList(below.copy(item) for item in items)
            else:
                raise SnapshotError(
                    f"{label}.{name} is a {type(found).__name__}; the user cache copies relationships to one object or to"
                    " a list of them."
                )
        return Snapshot(self.model, values)

    def plain(self, snapshot: Snapshot) -> list[Any]:
        """Return the values of a snapshot in order, without names."""
        values = snapshot._values
        row = [_plain(values[name]) for name in self.names]
        for name, below in self.relations.items():
            found = values[name]
            if isinstance(found, FrozenList):
                row.append([below.plain(item) for item in found])
            else:
                row.append(found if found is None else {"one": below.plain(found)})
        return row

    def rebuild(self, row: list[Any]) -> Snapshot:
        """Return the snapshot that :meth:`plain` took apart.

        Raises:
            ValueError: It is not one of these fields.
        """
        if len(row) != len(self.names) + len(self.relations):
            raise ValueError("other fields")
        values = {name: freeze(value, name) for name, value in zip(self.names, row, strict=False)}
        for (name, below), found in zip(self.relations.items(), row[len(self.names) :], strict=True):
            if isinstance(found, tuple | list):
                values[name] = FrozenList(below.rebuild(item) for item in found)
            else:
                values[name] = found if found is None else below.rebuild(found["one"])
        return Snapshot(self.model, values)

    def below(self) -> Iterator[Fields]:
        """Give the fields of every class that the relationships lead to."""
        for below in self.relations.values():
            yield below
            yield from below.below()

    def loaders(self, option: Any = None) -> Iterator[Any]:
        """Give the options that load all relationships with the row itself, in the same statement."""
        for name, below in self.relations.items():
            attribute = getattr(self.model, name)
            chained = orm.joinedload(attribute) if option is None else option.joinedload(attribute)
            if below.relations:
                yield from below.loaders(chained)
            else:
                yield chained

    def fingerprint(self) -> str:
        """Return a short text that is another one for other fields."""
        return hashlib.sha256(repr(self._shape()).encode()).hexdigest()[:12]

    def _shape(self) -> Any:
        below = {name: fields._shape() for name, fields in self.relations.items()}
        return self.model.__qualname__, self.names, below


class PlainEnum:
    """A member of an enumeration on its way to JSON, which would write one that is also a text as a mere text."""

    __slots__ = ("member",)

    def __init__(self, member: Enum) -> None:
        self.member = member


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return PlainEnum(value)
    if isinstance(value, FrozenList):
        return [_plain(item) for item in value]
    if isinstance(value, MappingProxyType):
        return MappingProxyType({key: _plain(item) for key, item in value.items()})
    return value


def read_fields(model: type[Any], paths: Iterable[str], always: Iterable[str] = ()) -> Fields:
    """Make the tree of dotted paths.

    Args:
        model: The user class.
        paths: What is copied: names of attributes, ``relationship.name`` for what relationships lead to.
        always: Attributes of the user that are copied where the class has them.

    Raises:
        AuthSetupError: The class has no such attribute, or it is none that can be copied.
    """
    mapper: Any = sa.inspect(model, raiseerr=False)
    relationships = {} if mapper is None else dict(mapper.relationships.items())
    names: list[str] = (
        [] if mapper is None else [mapper.get_property_by_column(c).key for c in mapper.primary_key]
    )
    below: dict[str, list[str]] = {}
    for path in paths:
        name, dot, rest = path.partition(".")
        if name in relationships:
            found = below.setdefault(name, [])
            if dot:
                found.append(rest)
        elif dot:
            raise AuthSetupError(
                f"The user cache is to copy {path!r}, but {model.__name__}.{name} is no relationship."
            )
        else:
            if mapper is not None and name not in mapper.all_orm_descriptors:
                raise AuthSetupError(
                    f"The user cache is to copy {name!r}, but {model.__name__} has no such column or relationship."
                    " Properties and methods need not be named: they work on the copy."
                )
            names.append(name)
    names += [name for name in always if mapper is not None and name in mapper.columns]
    for name in below:
        if relationships[name].lazy in ("dynamic", "write_only"):
            raise AuthSetupError(
                f"The user cache cannot copy {model.__name__}.{name}: a dynamic relationship is a query, not a list."
            )
    relations = {name: read_fields(relationships[name].mapper.class_, rest) for name, rest in below.items()}
    return Fields(model, tuple(dict.fromkeys(names)), relations)
