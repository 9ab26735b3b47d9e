"""A response's body is awaited where it is read."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ106",
    name="awaited-response-body",
    summary="A response's body is awaited where it is read.",
    why=("A response on Quart may be a stream, so reading its body waits. ").strip(),
    safety=Safety.SAFE,
)
