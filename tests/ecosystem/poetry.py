"""What a Poetry project asks for, as lines for pip: Poetry writes versions in words of its own."""

from __future__ import annotations

import re
from typing import Any

_RELEASE = re.compile(r"\d+(?:\.\d+)*")


def is_no_package(poetry: dict[str, Any]) -> bool:
    """Whether Poetry itself installs what it depends on and not the project."""
    return poetry.get("package-mode") is False


def lines(poetry: dict[str, Any], groups: tuple[str, ...]) -> list[str]:
    """What is installed beside the project itself: the groups named, and everything of one that is no package.

    Args:
        poetry: The table ``tool.poetry``.
        groups: The names of the groups that are wanted.
    """
    tables = [poetry.get("dependencies", {})] if is_no_package(poetry) else []
    tables.append(poetry.get("dev-dependencies", {}))
    named = poetry.get("group", {})
    tables += [named[name].get("dependencies", {}) for name in named if name.lower() in groups]
    return [
        line
        for table in tables
        for name, wanted in table.items()
        if name != "python" and (line := _line(name, wanted))
    ]


def _line(name: str, wanted: Any) -> str | None:
    options = {"version": wanted} if isinstance(wanted, str) else wanted
    if not isinstance(options, dict) or options.get("optional") or "version" not in options:
        return None
    extras = ",".join(options.get("extras", ()))
    parts = [_constraint(part.strip()) for part in options["version"].split(",")]
    line = name + (f"[{extras}]" if extras else "") + ",".join(part for part in parts if part)
    return f"{line}; {options['markers']}" if "markers" in options else line


def _constraint(part: str) -> str:
    if part in ("", "*"):
        return ""
    if part[0] not in "^~" or part.startswith("~="):
        return f"=={part}" if _RELEASE.match(part) else part.replace(" ", "")
    release = [int(number) for number in part[1:].strip().split(".") if number.isdigit()]
    if part[0] == "~":
        kept = min(len(release), 2) - 1
    else:
        kept = next((place for place, number in enumerate(release) if number), len(release) - 1)
    above = [*release[:kept], release[kept] + 1]
    return f">={part[1:].strip()},<{'.'.join(map(str, above))}"
