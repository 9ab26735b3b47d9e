"""Resources of the application are opened and read with await."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ107",
    name="awaited-resources",
    summary="Resources of the application are opened and read with await.",
    why=("Quart's open_resource gives an asynchronous file. ").strip(),
    safety=Safety.SAFE,
)
