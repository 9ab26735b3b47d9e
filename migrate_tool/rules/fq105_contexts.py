"""Application and request contexts are entered and pushed with await."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ105",
    name="awaited-contexts",
    summary="Application and request contexts are entered and pushed with await.",
    why=(
        "Entering a context opens the session and sends signals, which may wait; an un-awaited push does "
        "nothing at all. "
    ).strip(),
    safety=Safety.SAFE,
)
