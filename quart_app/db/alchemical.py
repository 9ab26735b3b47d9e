"""Alchemical's ``Alchemical`` and ``Model``, awaited.

``Alchemical`` is the extension object of ``alchemical`` and of ``alchemical.flask`` in one: the first has a URL, the second an
application. What waits for the database is awaited; statements are built as before, from ``User.select()``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import sqlalchemy as sa
from quart import Quart
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import DeclarativeBase

from .awaitable import AwaitableAttrs
from .engine import Engine, make_engine
from .model import camel_to_snake
from .plain import sessionmaker
from .scope import ScopedSession, close_sessions_of
from .session import AsyncSession

__all__ = ["Alchemical", "BaseModel", "Model"]

#: The names of constraints that have none, by what they are.
NAMING_CONVENTION: Mapping[str, str] = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

EngineOptions = Mapping[str, Any] | Callable[[str | None], Mapping[str, Any]]


class TableName:
    """``__tablename__`` of a model that gives itself none: made of the name of its class."""

    def __get__(self, model: Any, owner: type[Any]) -> str | None:
        if vars(owner).get("__tablename__") is None and vars(owner).get("__table__") is None:
            owner.__tablename__ = camel_to_snake(owner.__name__)
        name = getattr(owner, "__tablename__", None)
        return name if isinstance(name, str) else None


class BaseModel(AwaitableAttrs):
    """What Alchemical adds to a declarative base."""

    #: The metadata of every bind key; ``None`` is the default.
    __metadatas__: ClassVar[dict[str | None, sa.MetaData]] = {}
    __tablename__: Any = TableName()
    metadata: ClassVar[sa.MetaData]

    def __init_subclass__(cls, **options: Any) -> None:
        known = cls.__metadatas__
        key = getattr(cls, "__bind_key__", None)
        if key is not None:
            cls.metadata = known.setdefault(key, sa.MetaData())
        elif None not in known and getattr(cls, "metadata", None) is not None:
            known[None] = cls.metadata
        super().__init_subclass__(**options)

    @classmethod
    def select(cls) -> sa.Select[Any]:
        """``sqlalchemy.select`` of this model."""
        return sa.select(cls)

    @classmethod
    def update(cls) -> sa.Update:
        """``sqlalchemy.update`` of this model."""
        return sa.update(cls)

    @classmethod
    def delete(cls) -> sa.Delete:
        """``sqlalchemy.delete`` of this model."""
        return sa.delete(cls)


class Model(BaseModel, DeclarativeBase):
    """The base class of models; ``db.Model`` is the same."""

    __abstract__ = True


class Alchemical:
    """Sessions and engines with the habits of Alchemical, on SQLAlchemy's asyncio."""

    def __init__(
        self,
        app: Quart | str | None = None,
        binds: Mapping[str, str] | None = None,
        engine_options: EngineOptions | None = None,
        session_options: Mapping[str, Any] | None = None,
        model_class: Any = None,
        naming_convention: Mapping[str, str] | None = None,
        *,
        url: str | None = None,
    ) -> None:
        """Create the object; the arguments are Alchemical's.

        Args:
            app: See :meth:`init_app`; a URL, as ``alchemical.Alchemical`` takes it, stands for ``url``.
            binds: URLs of further databases, by bind key.
            engine_options: For all engines, or a function that gives them for a bind key.
            session_options: For the session class.
            model_class: What all models derive from.
            naming_convention: How constraints without a name are called.
            url: Of the database.
        """
        self.url: str | None = None
        self.binds: Mapping[str, str] = {}
        self.engine_options: EngineOptions = engine_options or {}
        self.session_options: Mapping[str, Any] = session_options or {}
        self.naming_convention = NAMING_CONVENTION if naming_convention is None else naming_convention
        #: What models derive from.
        self.Model: Any = _model_class(model_class)
        self._forget()
        #: The session of the application context, opened by its first use.
        self.session = ScopedSession(lambda: self.Session())  # type: ignore[arg-type]
        url = app if isinstance(app, str) else url
        if url or binds:
            self.initialize(url, binds)
        if app is not None and not isinstance(app, str):
            self.init_app(app)

    def _forget(self) -> None:
        self._engines: dict[str | None, Engine] | None = None
        self._sessions: async_sessionmaker[AsyncSession] | None = None

    def initialize(
        self,
        url: str | None = None,
        binds: Mapping[str, str] | None = None,
        engine_options: EngineOptions | None = None,
        session_options: Mapping[str, Any] | None = None,
    ) -> None:
        """Say where the database is; the engines are made at their first use.

        Raises:
            ValueError: There is neither a URL nor a bind.
        """
        if url is None and binds is None:
            raise ValueError('"url" and/or "binds" must be set')
        self.url = url or self.url
        self.binds = binds or self.binds
        self.engine_options = engine_options or self.engine_options
        self.session_options = session_options or self.session_options
        self._forget()

    def init_app(self, app: Quart) -> None:
        """Set an application up: read its ``ALCHEMICAL_*`` configuration, close its sessions at the end of each context."""
        config = app.config
        self.initialize(
            config.get("ALCHEMICAL_DATABASE_URL") or config.get("ALCHEMICAL_DATABASE_URI"),
            config.get("ALCHEMICAL_BINDS"),
            config.get("ALCHEMICAL_ENGINE_OPTIONS"),
        )
        close_sessions_of(app, self.session, commit="ALCHEMICAL_AUTOCOMMIT")

    # -- engines and metadata

    @property
    def metadatas(self) -> Mapping[str | None, sa.MetaData]:
        """The metadata of every bind key; ``None`` is the default."""
        known: Mapping[str | None, sa.MetaData] = self.Model.__metadatas__
        return known

    @property
    def engines(self) -> Mapping[str | None, Engine]:
        """The engines by bind key; ``None`` is the default."""
        if self._engines is None:
            for metadata in self.metadatas.values():
                metadata.naming_convention = self.naming_convention
            urls: dict[str | None, str] = {None: self.url} if self.url else {}
            urls.update(self.binds)
            self._engines = {key: make_engine(url, **self._options(key)) for key, url in urls.items()}
        return self._engines

    def _options(self, key: str | None) -> dict[str, Any]:
        given = self.engine_options
        return dict(given(key) if callable(given) else given)

    def get_engine(self, bind: str | None = None) -> Engine | None:
        """Return the engine of a bind key, or ``None`` if it has none."""
        return self.engines.get(bind)

    def bind_names(self) -> list[str]:
        """The bind keys, the default aside."""
        return [key for key in self.engines if key is not None]

    def is_async(self) -> bool:
        """Whether engines and sessions are awaited: they are."""
        return True

    async def create_all(self) -> None:
        """Create the tables that do not exist, in all databases."""
        for key, engine in self.engines.items():
            await engine.run_sync(self.metadatas[key].create_all)

    async def drop_all(self) -> None:
        """Drop the tables, in all databases."""
        for key, engine in self.engines.items():
            await engine.run_sync(self.metadatas[key].drop_all)

    # -- sessions

    @property
    def Session(self) -> async_sessionmaker[AsyncSession]:  # noqa: N802 - the name of old
        """What makes sessions: ``async with db.Session() as session``."""
        if self._sessions is None:
            tables = {
                table: self.engines[key]
                for key in self.binds
                for table in self.metadatas[key].tables.values()
            }
            self._sessions = sessionmaker(
                **{"bind": self.get_engine(), "binds": tables or None, **self.session_options}
            )
        return self._sessions

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A session and a transaction, committed at the end: ``async with db.begin() as session``."""
        async with self.Session() as session, session.begin():
            yield session


def _model_class(given: Any) -> Any:
    if given is None:
        return Model
    if issubclass(given, BaseModel):
        return given
    return type("AlchemicalModel", (BaseModel, given), {"__abstract__": True})
