"""The name of what SQLAlchemy loads implicitly, and the loader option or statement that makes it explicit."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from greenlet import getcurrent
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import ORMExecuteState, QueryableAttribute, RelationshipProperty, Session

from . import places
from .greenlets import DrivingGreenlet
from .loading import record_implicit_load


@event.listens_for(Session, "do_orm_execute")
def _on_orm_execute(state: ORMExecuteState) -> None:
    """Record what the ORM executes in driven code itself, that is: below no awaited call."""
    greenlet = getcurrent()
    if not isinstance(greenlet, DrivingGreenlet):
        return
    frame = places.application_frame(sys._getframe(1))
    greenlet.covered = places.key(frame)
    what, fix = describe(state, sys._getframe(1))
    record_implicit_load(what, fix, places.place(frame))


def describe(state: ORMExecuteState, frame: FrameType | None) -> tuple[str, str]:
    """Return the name of what ``state`` loads and how to do without.

    Args:
        state: The ORM's execution.
        frame: Where it runs; the attribute that is being read is found above it.

    Returns:
        Two strings: ``User.posts`` and a sentence.
    """
    attribute = attribute_read(frame)
    if state.is_relationship_load:
        relationship = attribute.property if attribute is not None else _relationship_of(state)
        if isinstance(relationship, RelationshipProperty):
            name = f"{relationship.parent.class_.__name__}.{relationship.key}"
            loader = "selectinload" if relationship.uselist else "joinedload"
            return name, (
                f"Load it with the query: .options({loader}({name}))"
                + _or_await(
                    relationship.parent.class_,
                    relationship.key,
                    " (quart_app.bridge.wait() in code that stays synchronous)",
                )
            )
    if state.is_column_load:
        return _describe_columns(state, attribute)
    entities = ", ".join(mapper.class_.__name__ for mapper in state.all_mappers) or "a statement"
    return f"a synchronous query ({entities})", (
        "Await it: await session.execute(...); or say that it waits: quart_app.bridge.wait(session.execute(...))."
    )


def _or_await(owner: type[Any], key: str, note: str = "") -> str:
    """The end of a fix; a model has ``awaitable_attrs`` if it derives from ``db.Model`` or from ``AsyncAttrs``."""
    return f"; or await it: await obj.awaitable_attrs.{key}{note}." if issubclass(owner, AsyncAttrs) else "."


def attribute_read(frame: FrameType | None) -> QueryableAttribute[Any] | None:
    """Return the mapped attribute whose reading led to ``frame``, if one did."""
    while frame is not None and places.in_sqlalchemy(frame):
        if frame.f_code.co_name == "__get__":
            attribute = frame.f_locals.get("self")
            if isinstance(attribute, QueryableAttribute):
                return attribute
        frame = frame.f_back
    return None


def _relationship_of(state: ORMExecuteState) -> Any:
    return getattr(state.loader_strategy_path, "prop", None)


def _describe_columns(state: ORMExecuteState, attribute: QueryableAttribute[Any] | None) -> tuple[str, str]:
    mapper = state.bind_mapper
    owner = mapper.class_.__name__ if mapper is not None else "the object"
    if attribute is None:
        return f"{owner} (expired)", "Refresh it: await session.refresh(obj)."
    name = f"{owner}.{attribute.key}"
    if getattr(attribute.property, "deferred", False):
        return name, (
            f"It is deferred: load it with the query, .options(undefer({name}))"
            + _or_await(attribute.parent.class_, attribute.key)
        )
    return name, (
        "It had expired (after a commit, a rollback or a flush with server defaults):"
        " await session.refresh(obj), or sessions with expire_on_commit=False."
    )
