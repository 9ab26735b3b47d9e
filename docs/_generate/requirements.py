"""The table of requirements and what takes their place."""

from __future__ import annotations

from migrate_tool.catalog.distributions import OURS, SUCCESSIONS

from .markdown import code, table


def page() -> str:
    """One row for each distribution that the codemod replaces."""
    rows = [
        [code(name), " ".join(code(f"{one}{OURS.get(one, '')}") for one in succession.by) or "nothing"]
        for name, succession in sorted(SUCCESSIONS.items())
    ]
    return (
        "# Requirements\n\n"
        "What becomes of a requirement. An old one stays for as long as a migrated file still imports it; what is not in this table"
        " stays as it is.\n\n" + table(["before", "after"], rows)
    )
