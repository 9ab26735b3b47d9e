"""Flask-SQLAlchemy 2.5 to 3.1: ``quart_app.db`` keeps its habits, awaited."""

from __future__ import annotations

from .api import Api, cls, fn, members, module, value, waits

_RULE = "FQ301"
#: What Flask-SQLAlchemy copies onto the ``db`` object from SQLAlchemy, by where it lives.
_FROM_SQLALCHEMY = [
    "Column",
    "ForeignKey",
    "Table",
    "Integer",
    "String",
    "Text",
    "Boolean",
    "DateTime",
    "Date",
    "Float",
    "Numeric",
    "LargeBinary",
    "Enum",
    "JSON",
    "Index",
    "UniqueConstraint",
    "CheckConstraint",
    "PrimaryKeyConstraint",
    "ForeignKeyConstraint",
    "func",
    "text",
    "select",
    "and_",
    "or_",
    "not_",
    "desc",
    "asc",
    "case",
    "cast",
    "literal",
    "distinct",
    "exists",
    "insert",
    "update",
    "delete",
    "BigInteger",
    "SmallInteger",
    "Time",
    "Interval",
    "Unicode",
    "UnicodeText",
    "PickleType",
    "TypeDecorator",
    "MetaData",
    "event",
    "inspect",
]
_FROM_ORM = [
    "relationship",
    "backref",
    "joinedload",
    "selectinload",
    "subqueryload",
    "lazyload",
    "contains_eager",
    "aliased",
    "column_property",
    "synonym",
    "deferred",
    "undefer",
    "defer",
    "load_only",
    "validates",
    "mapped_column",
    "Mapped",
    "composite",
    "object_session",
]
#: What an application of its own metaclass or base class is put together from.
_METACLASSES = [
    "BindMetaMixin",
    "BindMixin",
    "DefaultMeta",
    "DefaultMetaNoName",
    "NameMetaMixin",
    "NameMixin",
]

APIS: dict[str, Api] = {
    "flask_sqlalchemy": module("quart_app.db", rule=_RULE),
    "flask_sqlalchemy.SQLAlchemy": cls("quart_app.db.SQLAlchemy", rule=_RULE),
    "flask_sqlalchemy.model.Model": cls("quart_app.db.Model", rule=_RULE),
    **{f"flask_sqlalchemy.model.{name}": cls(f"quart_app.db.{name}", rule=_RULE) for name in _METACLASSES},
    "flask_sqlalchemy.model.Model.query": value("sqlalchemy.orm.Query[Self]"),
    "flask_sqlalchemy.model.Model.metadata": value("sqlalchemy.MetaData"),
    "flask_sqlalchemy.model.Model.registry": value("sqlalchemy.orm.registry"),
    "flask_sqlalchemy.model.Model.__table__": value("sqlalchemy.Table"),
    "flask_sqlalchemy.query.Query": cls("quart_app.db.Query", bases=("sqlalchemy.orm.Query",), rule=_RULE),
    "flask_sqlalchemy.pagination.Pagination": cls("quart_app.db.Pagination", element="T", rule=_RULE),
    **{
        f"flask_sqlalchemy.record_queries.{name}": fn(
            "list[flask_sqlalchemy.record_queries._QueryInfo]", f"quart_app.db.{name}", rule=_RULE
        )
        for name in ("get_recorded_queries", "get_debug_queries")
    },
    "flask_sqlalchemy.record_queries._QueryInfo": cls("quart_app.db.tracking.QueryInfo", rule=_RULE),
    **{
        f"flask_sqlalchemy.track_modifications.{name}": value(
            "blinker.Signal", f"quart_app.db.{name}", rule=_RULE
        )
        for name in ("before_models_committed", "models_committed")
    },
    "flask_sqlalchemy.session.Session": cls(
        "quart_app.db.Session", bases=("sqlalchemy.orm.Session",), rule=_RULE
    ),
    **members(
        "flask_sqlalchemy.pagination.Pagination",
        items=value("list[T]"),
        next=waits("Self", rule="FQ303"),
        prev=waits("Self", rule="FQ303"),
        iter_pages=fn(),
    ),
    **members(
        "flask_sqlalchemy.SQLAlchemy",
        session=value("sqlalchemy.orm.scoped_session"),
        Query=value("type[flask_sqlalchemy.query.Query]"),
        metadata=value("sqlalchemy.MetaData"),
        engine=value("sqlalchemy.Engine"),
        get_engine=fn("sqlalchemy.Engine"),
        init_app=fn(),
        create_all=waits("", rule="FQ302"),
        drop_all=waits("", rule="FQ302"),
        reflect=waits("", rule="FQ302"),
        get_or_404=waits("New0", rule="FQ303"),
        first_or_404=waits("Item0", rule="FQ303"),
        one_or_404=waits("Item0", rule="FQ303"),
        paginate=waits("flask_sqlalchemy.pagination.Pagination[Item0]", rule="FQ303"),
        create_scoped_session=fn("sqlalchemy.orm.scoped_session"),
        _make_scoped_session=fn("sqlalchemy.orm.scoped_session"),
    ),
    **members(
        "sqlalchemy.orm.Query",
        get_or_404=waits("T", rule="FQ303"),
        first_or_404=waits("T", rule="FQ303"),
        one_or_404=waits("T", rule="FQ303"),
        paginate=waits("flask_sqlalchemy.pagination.Pagination[T]", rule="FQ303"),
    ),
}

ALIASES = {
    "flask_sqlalchemy.model.Model.query_class": "flask_sqlalchemy.query.Query",
    "flask_sqlalchemy.extension.SQLAlchemy": "flask_sqlalchemy.SQLAlchemy",
    "flask_sqlalchemy.Model": "flask_sqlalchemy.model.Model",
    "flask_sqlalchemy.SQLAlchemy.Model": "flask_sqlalchemy.model.Model",
    "flask_sqlalchemy.BaseQuery": "flask_sqlalchemy.query.Query",
    "flask_sqlalchemy.SQLAlchemy.Query": "flask_sqlalchemy.query.Query",
    "flask_sqlalchemy.SignallingSession": "flask_sqlalchemy.session.Session",
    "flask_sqlalchemy.DefaultMeta": "flask_sqlalchemy.model.DefaultMeta",
    **{
        f"flask_sqlalchemy.{name}": f"flask_sqlalchemy.record_queries.{name}"
        for name in ("get_recorded_queries", "get_debug_queries")
    },
    **{
        f"flask_sqlalchemy.{name}": f"flask_sqlalchemy.track_modifications.{name}"
        for name in ("before_models_committed", "models_committed")
    },
    "flask_sqlalchemy.Pagination": "flask_sqlalchemy.pagination.Pagination",
    "quart_app.db.SQLAlchemy": "flask_sqlalchemy.SQLAlchemy",
    "quart_app.db.Query": "flask_sqlalchemy.query.Query",
    "quart_app.db.Pagination": "flask_sqlalchemy.pagination.Pagination",
    **{f"flask_sqlalchemy.SQLAlchemy.{name}": f"sqlalchemy.{name}" for name in _FROM_SQLALCHEMY},
    **{f"flask_sqlalchemy.SQLAlchemy.{name}": f"sqlalchemy.orm.{name}" for name in _FROM_ORM},
}
del APIS["flask_sqlalchemy.SQLAlchemy.Query"]
