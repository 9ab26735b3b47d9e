"""Names of Flask come from Quart."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ101",
    name="flask-names",
    summary="Names of Flask come from Quart.",
    why=(
        "Quart offers every name of Flask but Flask itself; the application class comes from quart_app, "
        "where it keeps Flask's manners. "
    ).strip(),
    safety=Safety.SAFE,
)
