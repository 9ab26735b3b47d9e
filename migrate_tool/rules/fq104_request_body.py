"""The request's body is awaited: form, files, values, data, json."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ104",
    name="awaited-request-body",
    summary="The request's body is awaited: form, files, values, data, json.",
    why=("On Quart the body arrives while the view runs, so whatever reads it waits for it. ").strip(),
    safety=Safety.SAFE,
)
