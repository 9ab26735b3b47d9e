"""SQLAlchemy-Continuum: a class of versions is queried as the class whose versions it keeps."""

from __future__ import annotations

from .api import Api, fn, module

APIS: dict[str, Api] = {
    "sqlalchemy_continuum": module(),
    "sqlalchemy_continuum.make_versioned": fn(),
    "sqlalchemy_continuum.version_class": fn("Arg0"),
    "sqlalchemy_continuum.parent_class": fn("Arg0"),
    "sqlalchemy_continuum.transaction_class": fn(),
}

ALIASES = {
    "sqlalchemy_continuum.utils.version_class": "sqlalchemy_continuum.version_class",
    "sqlalchemy_continuum.utils.parent_class": "sqlalchemy_continuum.parent_class",
}
