"""Names of Flask-Login come from quart_app.auth."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ201",
    name="login-names",
    summary="Names of Flask-Login come from quart_app.auth.",
    why=(
        "The awaited layer keeps Flask-Login's words, session keys and remember cookie, so nobody is "
        "signed out by the move. "
    ).strip(),
    safety=Safety.SAFE,
)
