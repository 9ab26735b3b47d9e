"""Which versions the lock files of a project hold: what an open requirement was installed as."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from migrate_tool.catalog.frozen import CEILINGS


def locked_versions(files: Iterable[Path]) -> dict[str, str]:
    """The versions of the lock files among ``files``; a distribution locked to two has the older one."""
    found: dict[str, str] = {}
    for file in files:
        for name, version in _entries(file):
            if name not in found or Version(version) < Version(found[name]):
                found[name] = version
    return found


def ceiling(name: str, version: str, other: str = "") -> str:
    """The first version that breaks what was written for ``version``; "" where none is known.

    Args:
        name: The distribution, normalised.
        version: What was installed.
        other: One more version that is too new, for other reasons.
    """
    ends = filter(None, (*CEILINGS.get(name, ()), other))
    return min((end for end in ends if Version(version) < Version(end)), key=Version, default="")


def _entries(file: Path) -> Iterator[tuple[str, str]]:
    try:
        text = file.read_text(encoding="utf-8")
        entries = (
            _pipfile(json.loads(text)) if file.name == "Pipfile.lock" else _packages(tomllib.loads(text))
        )
        for name, version in entries:
            yield canonicalize_name(name), str(Version(version))
    except (OSError, ValueError, InvalidVersion):
        return  # whoever writes the lock again will see what is wrong with it


def _pipfile(table: Any) -> Iterator[tuple[str, str]]:
    for section in ("default", "develop"):
        for name, entry in _table(_table(table).get(section)).items():
            version = _table(entry).get("version")
            if isinstance(version, str):
                yield name, version.removeprefix("==")


def _packages(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    packages = table.get("package")
    for entry in packages if isinstance(packages, list) else ():
        name, version = _table(entry).get("name"), _table(entry).get("version")
        if isinstance(name, str) and isinstance(version, str):
            yield name, version


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
