"""``SQLAlchemy``: the extension object, with Flask-SQLAlchemy's face and awaited calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from quart import Quart, abort, current_app
from quart.globals import _cv_app
from sqlalchemy import event, orm
from sqlalchemy.exc import MultipleResultsFound, NoResultFound, UnboundExecutionError

from . import dynamic, plain
from .admin_views import adapt_admin_views
from .backrefs import cascade_backrefs as follow_backrefs
from .declarative import make_declarative_base, make_table_class
from .engine import Engine
from .engines import Engines, for_sessions
from .model import Model
from .pagination import Pagination, SelectPagination
from .query import AsyncQuery
from .schemas import adapt_schemas
from .scope import ScopedSession, SessionScope, close_sessions_of
from .session import session_factory
from .tracking import track_modifications

#: Names that SQLAlchemy no longer has, for applications that still say them.
RENAMED = {"relation": "relationship", "eagerload": "joinedload", "Binary": "LargeBinary"}

#: Names that SQLAlchemy exports and that wait: ours hang on the object.
AWAITED = frozenset({"Session", "create_engine", "object_session", "scoped_session", "sessionmaker"})


#: Whose tables are meant: those of one bind key, of several, of the default, or all.
Binds: TypeAlias = str | list[str | None] | None


class SQLAlchemy:
    """Integrates SQLAlchemy's asyncio with Quart, with the habits of Flask-SQLAlchemy.

    ``db.Model``, ``db.session``, ``db.relationship`` and everything that the ``sqlalchemy`` and ``sqlalchemy.orm``
    packages export hang on it. What waits for the database is awaited.
    """

    def __init__(
        self,
        app: Quart | None = None,
        use_native_unicode: bool | None = None,  # noqa: ARG002 - drivers have long been Unicode
        session_options: dict[str, Any] | None = None,
        metadata: sa.MetaData | None = None,
        query_class: type[AsyncQuery[Any]] = AsyncQuery,
        model_class: Any = Model,
        engine_options: dict[str, Any] | None = None,
        add_models_to_shell: bool = True,
        disable_autonaming: bool = False,
        cascade_backrefs: bool = False,
    ) -> None:
        """Create the extension; the arguments are Flask-SQLAlchemy's.

        Args:
            app: See :meth:`init_app`.
            use_native_unicode: Of no effect: drivers have long been Unicode.
            session_options: For the session class.
            metadata: Of the default bind.
            query_class: The class of ``Model.query``.
            model_class: What all models derive from.
            engine_options: For all engines; the configuration goes before it.
            add_models_to_shell: Whether ``quart shell`` has the models.
            disable_autonaming: Leave it to the models to name their tables.
            cascade_backrefs: Whether ``Item(author=user)`` joins the session of ``user`` by itself, as before
                SQLAlchemy 2.0.
        """
        #: The application this was made for, used where no application context is active.
        self.app = app
        #: The class of ``Model.query``, ``db.session.query()`` and dynamic relationships.
        self.Query = query_class
        #: The metadata of every bind key; ``None`` is the default.
        self.metadatas: dict[str | None, sa.MetaData] = {}
        if metadata is not None:
            metadata.info["bind_key"] = None
            self.metadatas[None] = metadata
        self._session_options = dict(session_options or {})
        self._engine_options = dict(engine_options or {})
        self._add_models_to_shell = add_models_to_shell
        self._engines: WeakKeyDictionary[Quart, Engines] = WeakKeyDictionary()
        #: The session of the current application context, or of the current ``session_scope()``.
        self.session: ScopedSession = self.create_scoped_session()
        self.Model: Any = make_declarative_base(self, model_class, disable_autonaming)
        if cascade_backrefs:
            follow_backrefs(self.Model)
        self.Table: Any = make_table_class(self)
        if app is not None:
            self.init_app(app)

    def __repr__(self) -> str:
        app = self._app_or_none()
        if app is None or app not in self._engines or not self._engines[app].at_once():
            return f"<{type(self).__name__}>"
        more = f" +{len(self.engines) - 1}" if len(self.engines) > 1 else ""
        return f"<{type(self).__name__} {self.engine.url}{more}>"

    def init_app(self, app: Quart) -> None:
        """Set an application up: read its ``SQLALCHEMY_*`` configuration, make its engines.

        No connection is opened before the first use. What the configuration says later counts as well: tests set another database on
        the application that a factory made, and must not get the one it was made for. So a second call changes nothing.

        Raises:
            RuntimeError: The application has another SQLAlchemy object already.
            DatabaseURLError: No async driver understands the URL.
            MissingDriverError: The async driver is not installed.
        """
        if app.extensions.get("sqlalchemy") is self:
            return
        if "sqlalchemy" in app.extensions:
            raise RuntimeError("This application has a SQLAlchemy object already; import and use that one.")
        app.config.setdefault("SQLALCHEMY_RECORD_QUERIES", False)
        self._engines[app] = Engines(app, self._engine_options)
        for key in self._engines[app].at_once():
            self.metadata_of(key)
        app.extensions["sqlalchemy"] = self
        adapt_schemas()
        adapt_admin_views()
        close_sessions_of(app, self.session, commit="SQLALCHEMY_COMMIT_ON_TEARDOWN")
        if self._add_models_to_shell:
            app.shell_context_processor(self._shell_context)
        if app.config.setdefault("SQLALCHEMY_TRACK_MODIFICATIONS", False):
            track_modifications(self._sync_session_class)

    def _shell_context(self) -> dict[str, Any]:
        models = {mapper.class_.__name__: mapper.class_ for mapper in self.Model.registry.mappers}
        return {**models, "db": self}

    def get_app(self, reference_app: Quart | None = None) -> Quart:
        """Return the application: the one given, else the current one, else the one this was made for."""
        app = reference_app or self._app_or_none()
        return current_app._get_current_object() if app is None else app  # type: ignore[attr-defined]

    def _app_or_none(self) -> Quart | None:
        context = _cv_app.get(None)
        return self.app if context is None else context.app

    # -- engines and metadata

    @property
    def engines(self) -> Mapping[str | None, Engine]:
        """The engines of the application by bind key; ``None`` is the default.

        Raises:
            RuntimeError: The application is not registered here, or no database is configured.
        """
        return self._engines_of(self.get_app())

    def _engines_of(self, app: Quart) -> Mapping[str | None, Engine]:
        if app not in self._engines:
            raise RuntimeError(
                "The current application is not registered with this SQLAlchemy object. Was init_app() forgotten, or"
                " are there two SQLAlchemy objects?"
            )
        return self._engines[app].current()

    def _engines_of_sessions(self) -> Mapping[str | None, Engine]:
        return for_sessions(self.engines, self._engines)

    @property
    def engine(self) -> Engine:
        """The default engine of the application."""
        return self.engines[None]

    def get_engine(
        self, app: Quart | str | None = None, bind: str | None = None, *, bind_key: str | None = None
    ) -> Engine:
        """Return an engine by its bind key. Older code passes the application first."""
        if isinstance(app, str):
            app, bind = None, app
        key = bind_key if bind is None else bind
        return self.engines[key] if app is None else self._engines_of(app)[key]

    @property
    def metadata(self) -> sa.MetaData:
        """The metadata of the default bind."""
        return self.metadata_of(None)

    def metadata_of(self, bind_key: str | None) -> sa.MetaData:
        """Return the metadata of a bind, made at first use with the naming convention of the default one."""
        if bind_key not in self.metadatas:
            convention = None if bind_key is None else self.metadata.naming_convention
            self.metadatas[bind_key] = sa.MetaData(naming_convention=convention, info={"bind_key": bind_key})
        return self.metadatas[bind_key]

    async def create_all(self, bind_key: Binds = "__all__", app: Quart | None = None, **older: Binds) -> None:
        """Create the tables that do not exist, of all binds or of some."""
        await self._for_binds(bind_key, "create_all", app, **older)

    async def drop_all(self, bind_key: Binds = "__all__", app: Quart | None = None, **older: Binds) -> None:
        """Drop the tables, of all binds or of some."""
        await self._for_binds(bind_key, "drop_all", app, **older)

    async def reflect(self, bind_key: Binds = "__all__", app: Quart | None = None, **older: Binds) -> None:
        """Read the tables' definitions from the database, of all binds or of some."""
        await self._for_binds(bind_key, "reflect", app, **older)

    async def _for_binds(
        self, bind_key: Binds, action: str, app: Quart | None, *, bind: Binds = "__all__"
    ) -> None:
        # Flask-SQLAlchemy 2 called the keys ``bind``, and took the application where none is running.
        bind_key = bind_key if bind == "__all__" else bind
        engines = self.engines if app is None else self._engines_of(app)
        keys = bind_key if isinstance(bind_key, list) else [bind_key]
        if bind_key == "__all__":
            keys = list(self.metadatas)
        for key in keys:
            if key not in engines:
                missing = (
                    "SQLALCHEMY_DATABASE_URI is not set" if key is None else "it is not in SQLALCHEMY_BINDS"
                )
                raise UnboundExecutionError(f"There is no engine for the bind key {key!r}: {missing}.")
            await engines[key].run_sync(getattr(self.metadata_of(key), action))

    async def dispose(self) -> None:
        """Close the idle connections of the application that belong to the running event loop."""
        for engine in self.engines.values():
            await engine.dispose()

    # -- sessions

    def create_scoped_session(self, options: dict[str, Any] | None = None) -> ScopedSession:
        """Return something like :attr:`session` with other options, such as the ``bind`` of a test's transaction."""
        options = {**self._session_options, **(options or {})}
        scopefunc = options.pop("scopefunc", None)
        return ScopedSession(self.create_session(options), scopefunc)

    #: Its name in Flask-SQLAlchemy 3, which tests that roll everything back call.
    _make_scoped_session = create_scoped_session

    def create_session(self, options: dict[str, Any]) -> Any:
        """Return a factory of sessions."""
        return session_factory({"query_cls": self.Query, "db": self, **options})

    @property
    def _sync_session_class(self) -> type[orm.Session]:
        return self.session.sync_session_class

    def session_scope(self) -> SessionScope:
        """Return a session of its own for work outside a request: ``async with db.session_scope() as session``.

        It is rolled back if the work fails or is cancelled, and closed at the end. Within it, ``db.session`` is
        that session. Commit what is to stay.
        """
        return SessionScope(self.session)

    # -- questions

    async def get_or_404(
        self, entity: type[Any], ident: Any, *, description: str | None = None, **options: Any
    ) -> Any:
        """Return the object with this primary key, or answer 404 Not Found."""
        found = await self.session.get(entity, ident, **options)
        return abort(404, description=description) if found is None else found

    async def first_or_404(self, statement: sa.Select[Any], *, description: str | None = None) -> Any:
        """Return the first result of a statement, or answer 404 Not Found."""
        found = (await self.session.execute(statement)).scalar()
        return abort(404, description=description) if found is None else found

    async def one_or_404(self, statement: sa.Select[Any], *, description: str | None = None) -> Any:
        """Return the only result of a statement, or answer 404 Not Found."""
        try:
            return (await self.session.execute(statement)).scalar_one()
        except (NoResultFound, MultipleResultsFound):
            abort(404, description=description)

    async def paginate(
        self,
        select: sa.Select[Any],
        page: int | None = None,
        per_page: int | None = None,
        max_per_page: int | None = None,
        error_out: bool = True,
        count: bool = True,
    ) -> Pagination:
        """Return one page of a statement's results; see :meth:`AsyncQuery.paginate`."""
        return await SelectPagination.ask(
            page=page,
            per_page=per_page,
            max_per_page=max_per_page,
            error_out=error_out,
            count=count,
            select=select,
            session=self.session(),
        )

    # -- SQLAlchemy's own names

    def relationship(self, *args: Any, **options: Any) -> orm.RelationshipProperty[Any]:
        """SQLAlchemy's ``relationship``, whose dynamic collections are awaited."""
        return orm.relationship(*args, **dynamic.with_query_class(options, self.Query))

    def dynamic_loader(self, argument: Any, **options: Any) -> orm.RelationshipProperty[Any]:
        """SQLAlchemy's ``dynamic_loader``, awaited."""
        return self.relationship(argument, **{**options, "lazy": "dynamic"})

    def __getattr__(self, name: str) -> Any:
        if name == "event":
            return event
        if name in RENAMED:
            return getattr(self, RENAMED[name])
        if not name.startswith("_"):
            for module in (plain,) if name in AWAITED else (sa, orm):
                if hasattr(module, name):
                    return getattr(module, name)
        raise AttributeError(name)
