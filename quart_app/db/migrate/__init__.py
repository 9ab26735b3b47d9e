"""Alembic on ``quart db ...``, with Flask-Migrate's habits: ``Migrate(app, db)`` and the same commands and functions.

Needs the package ``alembic``. Migrations are synchronous by nature: each command runs Alembic in the bridge, where a
synchronous connection of the async engine works. So the folders that Flask-Migrate made go on working as they are.
"""

from .commands import (
    branches,
    check,
    current,
    downgrade,
    edit,
    heads,
    history,
    init,
    list_templates,
    merge,
    migrate,
    revision,
    show,
    stamp,
    upgrade,
)
from .extension import Config, Migrate

__all__ = [
    "Config",
    "Migrate",
    "branches",
    "check",
    "current",
    "downgrade",
    "edit",
    "heads",
    "history",
    "init",
    "list_templates",
    "merge",
    "migrate",
    "revision",
    "show",
    "stamp",
    "upgrade",
]
