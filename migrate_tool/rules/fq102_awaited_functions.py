"""Flask functions that are coroutines on Quart are awaited."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ102",
    name="awaited-functions",
    summary="Flask functions that are coroutines on Quart are awaited.",
    why=(
        "render_template, flash, make_response and their kin wait on Quart. Without await a template is "
        "never rendered and a flashed message is lost in silence. "
    ).strip(),
    safety=Safety.SAFE,
)
