"""The session's methods that talk to the database are awaited."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ304",
    name="awaited-sessions",
    summary="The session's methods that talk to the database are awaited.",
    why=(
        "add and expunge only note what is to be done; commit, execute, get, delete, flush and their kin "
        "wait. "
    ).strip(),
    safety=Safety.SAFE,
)
