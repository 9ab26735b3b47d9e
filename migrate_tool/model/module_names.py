"""The dotted names under which the files of a project can be imported."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from migrate_tool.project.source import SourceFile

_RELATIVE = re.compile(r"^[ \t]*from[ \t]+(\.+)", re.MULTILINE)


def packages(sources: list[SourceFile]) -> set[PurePosixPath]:
    """The folders that are packages: they have an ``__init__.py``, or a file in them imports relatively."""
    found: set[PurePosixPath] = set()
    for source in sources:
        path = PurePosixPath(source.path)
        if path.name == "__init__.py":
            found.add(path.parent)
        levels = max((len(dots) for dots in _RELATIVE.findall(source.text)), default=0)
        found.update(list(path.parents)[:levels])
    return found


def names(path: PurePosixPath, within: set[PurePosixPath]) -> list[str]:
    """The dotted names of a file: from its outermost package's folder first, then from the repository's root."""
    parts = list(path.with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    if not parts:
        return ["__init__"]
    folder = path.parent
    while folder in within and folder != PurePosixPath("."):
        folder = folder.parent
    top = len(folder.parts)
    found = [".".join(parts[top:] or parts), ".".join(parts)]
    if parts[0] == "src":
        found.append(".".join(parts[1:]))
    return list(dict.fromkeys(name for name in found if name))
