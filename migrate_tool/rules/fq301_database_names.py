"""Names of Flask-SQLAlchemy come from quart_app.db."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ301",
    name="database-names",
    summary="Names of Flask-SQLAlchemy come from quart_app.db.",
    why=("quart_app.db keeps Flask-SQLAlchemy's habits on SQLAlchemy's asyncio. ").strip(),
    safety=Safety.SAFE,
)
