"""A name of a library that is left behind, without a known successor."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ190",
    name="unknown-names",
    summary="A name of a library that is left behind, without a known successor.",
    why=(
        "The library does not exist on Quart, and the catalogue knows nothing that does what this name did. "
    ).strip(),
    safety=Safety.MANUAL,
)
