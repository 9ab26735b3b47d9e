"""The clean trees: applications that need no change, because somebody or the tool itself migrated them."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

from migrate_tool import pipeline

REPOSITORY = Path(__file__).parents[2]
#: What earlier runs and version control leave behind.
_LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "*.pyc", ".git", ".venv", "venv", ".pytest_cache", "*.egg-info", "node_modules"
)

#: What this repository's own configuration says to pytest.
_PYTEST_INI = """\
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = session
asyncio_default_test_loop_scope = session
quart_app_bridge = true
"""


class NoSuchTree(Exception):
    """What was asked for is not there."""


def bookshelf(target: Path) -> Path:
    """The hand-written application of this repository with its tests, as a project of its own."""
    shutil.copytree(
        REPOSITORY / "quart_app" / "bookshelf", target / "quart_app" / "bookshelf", ignore=_LEFT_OUT
    )
    shutil.copytree(REPOSITORY / "tests" / "bookshelf", target / "tests" / "bookshelf", ignore=_LEFT_OUT)
    (target / "requirements.txt").write_text("flask-to-quart\n", encoding="utf-8")
    (target / "pytest.ini").write_text(_PYTEST_INI, encoding="utf-8")
    return target


def legacy(target: Path) -> Path:
    """The Flask original of the bookshelf, migrated."""
    return migrated(REPOSITORY / "tests" / "legacy" / "bookshelf", target)


def migrated(source: Path, target: Path) -> Path:
    """A copy of ``source``, migrated."""
    copied(source, target)
    pipeline.migrate(target, write_files=True, allow_dirty=True)
    return target


def copied(source: Path, target: Path) -> Path:
    """A copy of ``source`` as it is: an application that somebody else wrote for Quart."""
    shutil.copytree(source, target, ignore=_LEFT_OUT, symlinks=True)
    return target


def of_manifest(file: Path, target: Path) -> Path:
    """The application that a manifest of the ecosystem measure names, migrated."""
    return migrated(source_of(file), target)


def source_of(file: Path) -> Path:
    """The folder of the application that a manifest names."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    if "path" not in table:
        raise NoSuchTree(f"{file}: has no path")
    return Path(file.parent, table["path"], table.get("folder", ".")).resolve()


#: The trees that this repository itself holds.
OWN = {"bookshelf": bookshelf, "legacy": legacy}
