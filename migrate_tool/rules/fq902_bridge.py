"""Synchronous code that cannot become async waits in the bridge."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ902",
    name="bridge",
    summary="Synchronous code that cannot become async waits in the bridge.",
    why=(
        "A property, a special method, a sort key or a function handed to a library cannot await. It "
        "stays synchronous and waits through wait() or run(), without blocking the event loop. "
    ).strip(),
    safety=Safety.REVIEW,
)
