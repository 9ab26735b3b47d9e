"""What these commands need and `make test` does not: packages of the extra "browser", and Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from importlib.util import find_spec

PACKAGES = ("playwright", "axe_playwright_python")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Return the browser: the one that CHROMIUM names, else the one on the PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def missing(packages: Iterable[str] = PACKAGES, *, browser: bool = True) -> list[str]:
    """Say what is missing, and how it is had."""
    absent = [name for name in packages if find_spec(name) is None]
    said = []
    if absent:
        said.append(f"{', '.join(absent)}: pip install -e '.[browser]'")
    if browser and chromium() is None:
        said.append(
            f"Chromium ({', '.join(PROGRAMS)} on the PATH, or where CHROMIUM says): apt-get install chromium"
        )
    return said
