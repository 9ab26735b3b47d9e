"""The table of Flask's habits that Quart does not have and ``quart_app.Quart`` keeps."""

from __future__ import annotations

from quart_app.manners import MANNERS

from .markdown import cell, code, table


def page() -> str:
    """One row for each habit."""
    rows = [
        [code(manner.name), cell(manner.quart), cell(manner.ours), " ".join(map(code, manner.config))]
        for manner in MANNERS
    ]
    return (
        "# Flask's manners\n\n"
        "Where Quart silently does something else than Flask, a migrated application would be wrong without an error. `quart_app.Quart` is Quart"
        " with these habits of Flask's. Each row has a test that asks Flask and ours the same question. The last column names the"
        " configuration keys that change a habit back.\n\n"
        + table(["habit", "Quart", "`quart_app.Quart`", "keys"], rows)
    )
