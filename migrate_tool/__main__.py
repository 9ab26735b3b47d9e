"""``python -m migrate_tool``."""

from __future__ import annotations

import sys

from migrate_tool.cli import run

sys.exit(run())
