"""Creating, dropping and reflecting tables is awaited."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ302",
    name="awaited-tables",
    summary="Creating, dropping and reflecting tables is awaited.",
    why=("It talks to the database. ").strip(),
    safety=Safety.SAFE,
)
