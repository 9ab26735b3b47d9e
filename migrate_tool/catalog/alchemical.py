"""Alchemical: SQLAlchemy 2.0 with a session for each application context; ``quart_app.db.alchemical`` keeps its habits, awaited.

``alchemical.aio`` is awaited already, and stays.
"""

from __future__ import annotations

from .api import Api, cls, fn, members, value, waits

_RULE = "FQ301"
_OURS = "quart_app.db.alchemical"

APIS: dict[str, Api] = {
    "alchemical.Alchemical": cls(f"{_OURS}.Alchemical", rule=_RULE),
    "alchemical.Model": cls(f"{_OURS}.Model", bases=("sqlalchemy.orm.DeclarativeBase",), rule=_RULE),
    **members(
        "alchemical.Model",
        select=fn("sqlalchemy.Select[Self]"),
        update=fn(""),
        delete=fn(""),
    ),
    **members(
        "alchemical.Alchemical",
        session=value("sqlalchemy.orm.scoped_session"),
        Session=value("sqlalchemy.orm.sessionmaker"),
        begin=fn("alchemical._Begun"),
        init_app=fn(),
        initialize=fn(),
        get_engine=fn("sqlalchemy.Engine"),
        metadatas=value("dict[str, sqlalchemy.MetaData]"),
        bind_names=fn("list[str]"),
        is_async=fn("bool"),
        create_all=waits("", rule="FQ302"),
        drop_all=waits("", rule="FQ302"),
    ),
    "alchemical._Begun": cls(entered="async", enters="sqlalchemy.orm.Session", rule=_RULE),
}

ALIASES = {
    "alchemical.core.Alchemical": "alchemical.Alchemical",
    "alchemical.core.Model": "alchemical.Model",
    "alchemical.flask.Alchemical": "alchemical.Alchemical",
    "alchemical.flask.Model": "alchemical.Model",
    "alchemical.Alchemical.Model": "alchemical.Model",
    f"{_OURS}.Alchemical": "alchemical.Alchemical",
    f"{_OURS}.Model": "alchemical.Model",
}
