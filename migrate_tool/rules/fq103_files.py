"""Files are sent with await, under Flask's arguments."""

from __future__ import annotations

from .rule import Rule, Safety

RULE = Rule(
    code="FQ103",
    name="awaited-files",
    summary="Files are sent with await, under Flask's arguments.",
    why=(
        "Quart's send_file has other argument names, other defaults and other base folders; "
        "quart_app.files keeps Flask's. "
    ).strip(),
    safety=Safety.SAFE,
)
