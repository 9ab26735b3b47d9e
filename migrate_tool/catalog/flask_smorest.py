"""Flask-Smorest: what its pages are made around."""

from __future__ import annotations

from .api import Api, cls, members, value

APIS: dict[str, Api] = {
    "flask_smorest.Page": cls(bases=("flask_smorest.pagination.Page",)),
    "flask_smorest.pagination.Page": cls(),
    # What a view has returned: a query or a list, or the cursor of another kind of database.
    **members("flask_smorest.pagination.Page", collection=value("sqlalchemy.orm.Query | list")),
}
