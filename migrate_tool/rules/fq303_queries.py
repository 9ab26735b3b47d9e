"""Queries are awaited where they run."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ303",
    name="awaited-queries",
    summary="Queries are awaited where they run.",
    why=(
        "A query is built without waiting and runs at its last method (all, first, get, count, paginate, "
        "...) or when it is iterated. "
    ).strip(),
    safety=Safety.SAFE,
)
