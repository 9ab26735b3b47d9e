"""Signing in and out is awaited."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ202",
    name="awaited-login",
    summary="Signing in and out is awaited.",
    why=("It sends signals, whose receivers may wait, and loads the user. ").strip(),
    safety=Safety.SAFE,
)
