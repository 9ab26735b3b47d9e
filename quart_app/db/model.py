"""The base class of models: table names from class names, bind keys, ``query``, a readable ``repr``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, cast

import sqlalchemy as sa
from sqlalchemy import orm

from .awaitable import AwaitableAttrs
from .query import AsyncQuery

if TYPE_CHECKING:
    from .extension import SQLAlchemy


class ModelQuery:
    """``Model.query``: an awaited query for the model, of its ``query_class``, in the current session."""

    def __get__(self, instance: object, owner: type[Model]) -> AsyncQuery[Any]:
        return owner.query_class(owner, session=owner.__fsa__.session())


class Model(AwaitableAttrs):
    """What ``db.Model`` adds to SQLAlchemy's declarative base. Derive models from ``db.Model``, not from this.

    ``await obj.awaitable_attrs.posts`` is ``obj.posts``, loaded if it is not there yet.
    """

    __fsa__: ClassVar[SQLAlchemy]
    #: The class of :attr:`query`, and the default of dynamic relationships.
    query_class: ClassVar[type[AsyncQuery[Any]]] = AsyncQuery
    #: An awaited query for this model.
    query: ClassVar[AsyncQuery[Any]] = cast("AsyncQuery[Any]", ModelQuery())
    #: ``id: int = db.Column(...)`` says what a dataclass needs, not what is mapped.
    __allow_unmapped__ = True

    def __repr__(self) -> str:
        state: Any = sa.inspect(self)
        if state.identity is not None:
            identity = ", ".join(str(value) for value in state.identity)
        else:
            identity = f"(transient {id(self)})" if state.transient else f"(pending {id(self)})"
        return f"<{type(self).__name__} {identity}>"


class BindMixin:
    """Gives a model with a ``__bind_key__`` the metadata of that bind."""

    __fsa__: ClassVar[SQLAlchemy]
    metadata: ClassVar[sa.MetaData]

    def __init_subclass__(cls, **options: Any) -> None:
        choose_metadata(cls)
        super().__init_subclass__(**options)


class NameMixin:
    """Gives a model without a ``__tablename__`` one that is made of its class's name."""

    def __init_subclass__(cls, **options: Any) -> None:
        choose_tablename(cls)
        super().__init_subclass__(**options)
        forget_missing_table(cls)

    @classmethod
    def __table_cls__(cls, *args: Any, **options: Any) -> sa.Table | None:
        """Make the table of a model, or none when it shares its parent's."""
        return make_table(cls, args, options)


class BindMetaMixin(type):
    """:class:`BindMixin` for metaclasses."""

    def __init__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], **options: Any) -> None:
        if hasattr(cls, "__fsa__"):
            choose_metadata(cls)
        super().__init__(name, bases, body, **options)


class NameMetaMixin(type):
    """:class:`NameMixin` for metaclasses."""

    def __init__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], **options: Any) -> None:
        choose_tablename(cls)
        super().__init__(name, bases, body, **options)
        forget_missing_table(cls)

    def __table_cls__(cls, *args: Any, **options: Any) -> sa.Table | None:
        """Make the table of a model, or none when it shares its parent's."""
        return make_table(cls, args, options)


class DefaultMeta(BindMetaMixin, NameMetaMixin, orm.DeclarativeMeta):
    """The metaclass of ``db.Model``."""


class DefaultMetaNoName(BindMetaMixin, orm.DeclarativeMeta):
    """The metaclass of ``db.Model`` where tables are named by hand."""


def choose_metadata(model: Any) -> None:
    """Set the metadata of the model's bind, unless the model says where it belongs."""
    if "metadata" in vars(model) or "__table__" in vars(model):
        return
    key = getattr(model, "__bind_key__", None)
    if key is None and "__bind_key__" not in dir(model):
        return
    metadata = model.__fsa__.metadata_of(key)
    if metadata is not getattr(model, "metadata", None):
        model.metadata = metadata


def choose_tablename(model: Any) -> None:
    """Set ``__tablename__``, unless the model or a mixin of it has one."""
    if wants_tablename(model):
        model.__tablename__ = camel_to_snake(model.__name__)


def wants_tablename(model: type[Any]) -> bool:
    """Whether a table name is to be made up for a class that is being defined."""
    if vars(model).get("__abstract__") or not is_declarative(model) or is_declarative_root(model):
        return False
    for base in model.__mro__:
        if "__tablename__" in vars(base):
            # A name of its own, or one from a mixin, is meant; a parent model's name is the parent's table.
            given = vars(base)["__tablename__"]
            inherited = base is not model and is_declarative(base) and not vars(base).get("__abstract__")
            return inherited and not isinstance(given, orm.declared_attr)
    return True


def is_declarative(model: type[Any]) -> bool:
    """Whether a class is, or is derived from, a declarative base."""
    return isinstance(model, orm.DeclarativeMeta) or issubclass(
        model, (orm.DeclarativeBase, orm.DeclarativeBaseNoMeta)
    )


def is_declarative_root(model: type[Any]) -> bool:
    """Whether a class is the declarative base itself, not a model."""
    if isinstance(model, orm.DeclarativeMeta):
        return not any(isinstance(base, orm.DeclarativeMeta) for base in model.__mro__[1:])
    return orm.DeclarativeBase in model.__bases__ or orm.DeclarativeBaseNoMeta in model.__bases__


def make_table(model: Any, args: tuple[Any, ...], options: dict[str, Any]) -> sa.Table | None:
    """Make the table of a model; none for single-table inheritance, which a missing primary key reveals."""
    schema = options.get("schema")
    key = args[0] if schema is None else f"{schema}.{args[0]}"
    has_primary_key = any(
        isinstance(arg, sa.PrimaryKeyConstraint) or (isinstance(arg, sa.Column) and arg.primary_key)
        for arg in args
    )
    has_parent_table = any("__table__" in vars(base) for base in model.__mro__[1:])
    if key in model.metadata.tables or has_primary_key or not has_parent_table:
        return sa.Table(*args, **options)
    if "__tablename__" in vars(model):
        del model.__tablename__
    return None


def forget_missing_table(model: Any) -> None:
    """Let a model without a table of its own inherit its parent's."""
    if "__tablename__" not in vars(model) and vars(model).get("__table__", model) is None:
        del model.__table__


def camel_to_snake(name: str) -> str:
    """Return ``HTTPServerLog`` as ``http_server_log``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])", "_", name).lower().lstrip("_")
