"""Functions that wait become async, and their calls are awaited."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ901",
    name="colour",
    summary="Functions that wait become async, and their calls are awaited.",
    why=(
        "A function that calls something that waits must be async def, and so must its callers; explain "
        "prints the chain. "
    ).strip(),
    safety=Safety.SAFE,
)
