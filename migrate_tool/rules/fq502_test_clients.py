"""Requests of test clients are awaited."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ502",
    name="awaited-test-clients",
    summary="Requests of test clients are awaited.",
    why=("The response itself needs no await: its body has arrived. ").strip(),
    safety=Safety.SAFE,
)
