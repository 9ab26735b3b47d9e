"""How ``db.Model`` and ``db.Table`` are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import orm

from .dynamic import make_dynamic_relationships_awaited
from .model import BindMixin, DefaultMeta, DefaultMetaNoName, Model, ModelQuery, NameMixin

if TYPE_CHECKING:
    from .extension import SQLAlchemy


def make_declarative_base(db: SQLAlchemy, model_class: Any, disable_autonaming: bool = False) -> Any:
    """Return ``db.Model``.

    Args:
        db: The extension object.
        model_class: A class whose attributes all models get; or a subclass of ``DeclarativeBase`` (``NoMeta``); or a
            declarative base that exists already.
        disable_autonaming: Leave it to the models to name their tables.
    """
    if isinstance(model_class, orm.DeclarativeMeta):
        model: Any = model_class
    elif issubclass(model_class, (orm.DeclarativeBase, orm.DeclarativeBaseNoMeta)):
        model = _from_base_class(db, model_class, disable_autonaming)
    else:
        model = orm.declarative_base(
            metadata=db.metadata,
            cls=model_class,
            name="Model",
            metaclass=DefaultMetaNoName if disable_autonaming else DefaultMeta,
        )
    if None in db.metadatas:
        model.metadata = db.metadatas[None]
    else:
        model.metadata.info["bind_key"] = None
        db.metadatas[None] = model.metadata
    model.query_class = db.Query
    model.query = ModelQuery()
    model.__fsa__ = db
    make_dynamic_relationships_awaited(model, db.Query)
    return model


def _from_base_class(db: SQLAlchemy, base: Any, disable_autonaming: bool) -> Any:
    roots = [
        each for each in base.__bases__ if issubclass(each, (orm.DeclarativeBase, orm.DeclarativeBaseNoMeta))
    ]
    if len(roots) > 1:
        raise ValueError(f"A model_class has one declarative base, not {len(roots)}: {base.__bases__}.")
    mixins = (BindMixin, Model) if disable_autonaming else (BindMixin, NameMixin, Model)
    body = {"__abstract__": True, "__fsa__": db, "__module__": base.__module__, "metadata": base.metadata}
    return type(base)("Model", (*mixins, base), body)


def make_table_class(db: SQLAlchemy) -> type[sa.Table]:
    """Return ``db.Table``: a ``Table`` that finds its metadata by itself, by ``bind_key`` if there is one."""

    class Table(sa.Table):
        def __new__(cls, *args: Any, bind_key: str | None = None, **options: Any) -> Any:
            if len(args) < 2 or not isinstance(args[1], sa.MetaData):
                args = (args[0], db.metadata_of(bind_key), *args[1:])
            elif bind_key is not None:
                raise TypeError("A Table is given its metadata or a bind_key, not both.")
            return super().__new__(cls, *args, **options)

        def __init__(self, name: str, *args: Any, bind_key: str | None = None, **options: Any) -> None:  # noqa: ARG002
            super().__init__(name, *args, **options)

    return Table
