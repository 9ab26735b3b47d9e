"""Test clients and runners come from quart_app.testing."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ501",
    name="test-names",
    summary="Test clients and runners come from quart_app.testing.",
    why=("They take the arguments of Flask's. ").strip(),
    safety=Safety.SAFE,
)
