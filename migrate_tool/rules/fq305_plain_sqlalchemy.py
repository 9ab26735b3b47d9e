"""Engines, session factories and scoped sessions come from quart_app.db.plain."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ305",
    name="plain-sqlalchemy",
    summary="Engines, session factories and scoped sessions come from quart_app.db.plain.",
    why=(
        "They keep SQLAlchemy's call shapes; the scope of a session is the application context instead of "
        "the thread. "
    ).strip(),
    safety=Safety.REVIEW,
)
