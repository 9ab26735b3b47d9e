"""``lazy="dynamic"`` relationships: a collection that is a query, awaited; and ``relationship`` that makes them."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from sqlalchemy import event, orm
from sqlalchemy.orm import AppenderQuery as SyncAppenderQuery
from sqlalchemy.orm import Mapper, RelationshipProperty
from sqlalchemy.orm import Query as SyncQuery
from sqlalchemy.orm.dynamic import _AppenderMixin

from .query import AsyncQuery

T = TypeVar("T")


class AsyncAppenderQuery(_AppenderMixin[T], AsyncQuery[T]):  # type: ignore[misc]
    """What ``user.posts`` is: an :class:`AsyncQuery` that also appends and removes."""

    query_class: Any = AsyncQuery

    @classmethod
    def sync_terminals(cls) -> type[SyncQuery[Any]]:
        """Return SQLAlchemy's own class, which knows about objects that are not in the database yet."""
        return SyncAppenderQuery

    # _AppenderMixin comes first, so that a query built from the collection is one of the session's; the two methods
    # of it that ask the database are ours again.
    count: Any = AsyncQuery.count
    __getitem__: Any = AsyncQuery.__getitem__


def appender_class(query_class: Any) -> type[AsyncAppenderQuery[Any]]:
    """Return the class of dynamic collections whose queries are of ``query_class``."""
    if issubclass(query_class, _AppenderMixin):
        return cast("type[AsyncAppenderQuery[Any]]", query_class)
    if query_class is AsyncQuery:
        return AsyncAppenderQuery
    if not issubclass(query_class, AsyncQuery):
        raise TypeError(
            f"query_class={query_class.__name__} is not awaited: derive it from quart_app.db.Query, not from"
            " sqlalchemy.orm.Query."
        )
    body = {"query_class": query_class, "__module__": query_class.__module__}
    return type(f"Appender{query_class.__name__}", (AsyncAppenderQuery, query_class), body)


def relationship(*args: Any, **options: Any) -> RelationshipProperty[Any]:
    """SQLAlchemy's ``relationship``, whose dynamic collections, and those of its ``backref``, are awaited."""
    return orm.relationship(*args, **with_query_class(options, AsyncQuery))


def dynamic_loader(argument: Any = None, **options: Any) -> RelationshipProperty[Any]:
    """SQLAlchemy's ``dynamic_loader``, awaited."""
    return orm.relationship(argument, **with_query_class({**options, "lazy": "dynamic"}, AsyncQuery))


def with_query_class(options: dict[str, Any], default: type[AsyncQuery[Any]]) -> dict[str, Any]:
    """Return the options of a ``relationship`` with the class of its dynamic collections filled in."""
    options = dict(options)
    options["query_class"] = appender_class(options.get("query_class") or default)
    backref: Any = options.get("backref")
    if isinstance(backref, str):
        backref = (backref, {})
    if backref:
        name, of_backref = backref
        query_class = appender_class(of_backref.get("query_class") or default)
        options["backref"] = (name, {**of_backref, "query_class": query_class})
    return options


def make_dynamic_relationships_awaited(base: type[Any], default: type[AsyncQuery[Any]]) -> None:
    """Do for the models below ``base`` that use SQLAlchemy's own ``relationship`` what :func:`relationship` does."""

    @event.listens_for(base, "after_mapper_constructed", propagate=True)
    def fill_in(mapper: Mapper[Any], _class: type[Any]) -> None:
        for prop in mapper._init_properties.values():
            if isinstance(prop, RelationshipProperty) and prop.query_class is None:
                filled = with_query_class({"backref": prop.backref}, default)
                prop.query_class = filled["query_class"]
                prop.backref = filled["backref"]
