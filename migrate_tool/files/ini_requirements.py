"""Requirements in setup.cfg and tox.ini."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from . import ini
from .pip_lines import rewrite_block
from .requirement import raised
from .requirement_plan import Decide


def rewrite_ini(path: PurePosixPath, text: str, decide: Decide) -> str:
    """Change the requirements of an ini file."""
    pieces: list[str] = []
    position = 0
    for value in ini.values(text):
        words = _purpose(value)
        if words is None:
            continue
        block = text[value.start : value.end]
        new = rewrite_block(block, (path, f"{value.section}.{value.key}", words), decide)
        if new == block:
            continue
        if not block.startswith(("\n", "\r\n")) and new.count("\n") > max(block.count("\n"), 1):
            # ``deps = pytest``: what was one line becomes a block.
            new = "\n" + "".join(f"    {line.strip()}\n" for line in new.splitlines() if line.strip())
        pieces += [text[position : value.start], new]
        position = value.end
    return "".join([*pieces, text[position:]])


def raise_python(text: str, oldest: str) -> str:
    """Raise ``python_requires`` to ``oldest``, where older ones are allowed."""
    found = ini.get(text, "options", "python_requires")
    if found is None or raised(found, oldest) == found:
        return text
    return ini.put(text, "options", "python_requires", raised(found, oldest))


def _purpose(value: ini.Value) -> list[str] | None:
    """The words that say what the option's requirements are for; None if it holds none."""
    section, key = value.section, value.key
    if section == "options" and key in {"install_requires", "tests_require"}:
        return ["test"] if key == "tests_require" else []
    if section == "options" and key == "setup_requires":
        # Installed before the project itself is built, beside a setuptools of today.
        return ["build"]
    if section == "options.extras_require":
        words = re.split(r"[-_.]", key.lower())
        return (
            words if {"test", "tests", "testing", "dev", "develop", "development"} & set(words) else ["docs"]
        )
    if section.startswith("testenv") and key == "deps":
        name = section.partition(":")[2].lower()
        return (
            ["docs"] if name in {"docs", "style", "lint", "typing", "mypy", "build", "flake8"} else ["test"]
        )
    return None
