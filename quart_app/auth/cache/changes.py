"""Whose copy a change of the database makes wrong: read off the ORM's own events, acted on after the commit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, TextClause

from .fields import Fields

_WRITES = re.compile(r"\b(insert|update|delete|merge|truncate|replace|copy|call|do)\b", re.IGNORECASE)


class Affected:
    """The users that a transaction has changed: some, or, where that cannot be told, all."""

    __slots__ = ("all", "keys")

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.all = False

    def __bool__(self) -> bool:
        return self.all or bool(self.keys)


class Watch:
    """Knows what the copies are made of, and so which changes matter.

    Args:
        fields: What is copied.
        id_attribute: The user's method that returns the id.
        ignore: Columns of the user whose changes do not matter, such as the time of the last visit.
    """

    def __init__(self, fields: Fields, id_attribute: str, ignore: Iterable[str] = ()) -> None:
        self._fields = fields
        self._ignore = frozenset(ignore)
        self._mapper: Any = sa.inspect(fields.model)
        self._user_tables = {table for mapper in self._mapper.self_and_descendants for table in mapper.tables}
        #: Related classes, and what of them is copied.
        self._related: dict[Any, set[str]] = {}
        self._other_tables: set[Any] = set()
        #: Relationships of the user that are not copied: a new post does not change its author.
        self._elsewhere = {item.key for item in self._mapper.relationships} - set(fields.relations)
        #: Classes whose rows belong to one user each, with the columns that say to whom.
        self._owned: dict[Any, set[Any]] = {}
        #: Classes whose rows reach a user only when the user, or the row's list of users, is changed too.
        self._linked: set[Any] = set()
        shared: set[Any] = {
            sa.inspect(part.model) for top in fields.relations.values() for part in top.below()
        }
        for name in fields.relations:
            relationship = self._mapper.relationships[name]
            if relationship.direction is orm.interfaces.ONETOMANY and relationship.mapper not in shared:
                self._owned[relationship.mapper] = set(relationship.remote_side)
            else:
                self._linked.add(relationship.mapper)
                shared.add(relationship.mapper)
                self._owned.pop(relationship.mapper, None)
        self._linked -= {sa.inspect(part.model) for top in fields.relations.values() for part in top.below()}
        for part in [fields, *fields.below()]:
            mapper: Any = sa.inspect(part.model)
            for name in part.relations:
                if mapper.relationships[name].secondary is not None:
                    self._other_tables.add(mapper.relationships[name].secondary)
            if part is not fields:
                known = self._related.setdefault(mapper, set())
                known.update(part.names, part.relations)
                self._other_tables.update(mapper.tables)
        self._names = re.compile(
            "|".join(rf"\b{re.escape(t.name)}\b" for t in self._user_tables | self._other_tables),
            re.IGNORECASE,
        )
        self._simple_ids = self._ids_are_keys(id_attribute)

    def _ids_are_keys(self, id_attribute: str) -> bool:
        """Whether the user's id is their primary key as text; if it is not, a change cannot be told by its row."""
        if len(self._mapper.primary_key) != 1:
            return False
        name = self._mapper.get_property_by_column(self._mapper.primary_key[0]).key
        try:
            return bool(getattr(self._fields.model, id_attribute)(SimpleNamespace(**{name: 7919})) == "7919")
        except Exception:  # it needs more than the key
            return False

    # Changes of objects

    def note_flush(self, session: orm.Session, affected: Affected) -> None:
        """Add the users that a flush changes."""
        for row in session.new:
            self._note(row, affected, new=True)
        for row in session.dirty:
            self._note(row, affected)
        for row in session.deleted:
            self._note(row, affected, deleted=True)

    def _note(self, row: Any, affected: Affected, new: bool = False, deleted: bool = False) -> None:
        state = sa.inspect(row)
        mapper = state.mapper
        is_user = mapper.isa(self._mapper)
        related = [known for known in self._related if mapper.isa(known)]
        if not is_user and not related:
            return
        changed = {attr.key for attr in state.attrs if attr.history.has_changes()}
        changed |= set(getattr(state, "_pending_mutations", ()))  # of lists that are not loaded
        if is_user and (new or deleted or changed - self._ignore - self._elsewhere):
            self._add(affected, self._keys_of(row, state, mapper))
        for known in related:
            self._note_related(state, mapper, known, changed, affected, new, deleted)

    def _note_related(
        self,
        state: Any,
        mapper: Any,
        known: Any,
        changed: set[str],
        affected: Affected,
        new: bool,
        deleted: bool,
    ) -> None:
        if not (new or deleted or changed):
            return
        if known in self._owned:
            self._add(affected, self._owners(state, mapper, self._owned[known]))
            return
        if deleted or changed & self._related[known] or (new and known not in self._linked):
            affected.all = True  # whoever has this role has it changed
        self._add(affected, self._linked_users(state, mapper))

    def _keys_of(self, row: Any, state: Any, mapper: Any) -> Iterator[str]:
        for identity in (state.identity, mapper.primary_key_from_instance(row)):
            if identity and identity[0] is not None:
                yield str(identity[0])

    def _owners(self, state: Any, mapper: Any, columns: Iterable[Any]) -> set[str]:
        """The users that a row of a one-to-many relationship belongs or belonged to."""
        found: set[str] = set()
        for column in columns:
            history = state.attrs[mapper.get_property_by_column(column).key].history
            found.update(str(value) for part in history if part for value in part if value is not None)
        return found

    def _linked_users(self, state: Any, mapper: Any) -> set[str]:
        """The users that were put on the other side of a relationship, or taken off it."""
        found: set[str] = set()
        for relationship in mapper.relationships:
            if relationship.mapper.isa(self._mapper):
                history = state.attrs[relationship.key].history
                for user in (*(history.added or ()), *(history.deleted or ())):
                    if user is not None:
                        found.update(self._keys_of(user, sa.inspect(user), sa.inspect(user).mapper))
        return found

    def _add(self, affected: Affected, keys: Iterable[str]) -> None:
        found = set(keys)
        if found and not self._simple_ids:
            affected.all = True
        affected.keys |= found

    # Changes by statement

    def note_statement(self, statement: Any, affected: Affected) -> None:
        """Add the users that a statement changes."""
        if isinstance(statement, TextClause):
            if _WRITES.search(statement.text) and self._names.search(statement.text):
                affected.all = True
            return
        table = getattr(statement, "table", None)
        if table in self._other_tables:
            affected.all = True
        elif table in self._user_tables:
            self._note_users(statement, table, affected)

    def _note_users(self, statement: Any, table: Any, affected: Affected) -> None:
        if isinstance(statement, sa.Update):
            named = {getattr(key, "key", key) for key in (getattr(statement, "_values", None) or {})}
            if named and named <= self._ignore:
                return
        key = None if isinstance(statement, sa.Insert) else self._only_key(statement, table)
        if key is None:
            affected.all = True
        else:
            self._add(affected, [key])

    def _only_key(self, statement: Any, table: Any) -> str | None:
        """The key in ``WHERE id = 7``, if that is all that stands there."""
        where = statement.whereclause
        if not isinstance(where, BinaryExpression) or where.operator is not operators.eq:
            return None
        column, value = where.left, where.right
        same = getattr(column, "table", None) is table and bool(getattr(column, "primary_key", False))
        if same and isinstance(value, BindParameter) and value.value is not None:
            return str(value.value)
        return None

    def note_bulk(self, mapper: Any, affected: Affected) -> None:
        """Add the users that ``session.bulk_update_mappings`` and the like change."""
        if mapper.isa(self._mapper) or any(table in self._other_tables for table in mapper.tables):
            affected.all = True
