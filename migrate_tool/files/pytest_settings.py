"""pytest's configuration, in whichever of its files it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from . import ini

#: pytest's own order: the first that there is decides.
NAMES = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")

_SECTIONS = {"pytest.ini": "pytest", ".pytest.ini": "pytest", "tox.ini": "pytest", "setup.cfg": "tool:pytest"}


def configures(path: PurePosixPath, text: str) -> bool:
    """Whether pytest would take its settings from this file."""
    if path.name in {"pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml"}:
        return True
    if path.name == "pyproject.toml":
        return _toml_table(text) is not None
    return path.name in _SECTIONS and ini.has_section(text, _SECTIONS[path.name])


def settings(path: PurePosixPath, text: str) -> dict[str, str]:
    """The settings as text."""
    if path.suffix == ".toml":
        name = _toml_table(text)
        if name is None:
            return {}
        table = _descend(tomlkit.parse(text), name)
        return {key: _as_text(value) for key, value in table.items()} if table is not None else {}
    section = _SECTIONS[path.name]
    return {v.key: text[v.start : v.end].strip() for v in ini.values(text) if v.section == section}


def with_settings(path: PurePosixPath, text: str, wanted: Mapping[str, str]) -> str:
    """The file with these settings, the others kept."""
    known = settings(path, text)
    for key, value in wanted.items():
        if known.get(key) == value:
            continue
        if path.suffix == ".toml":
            text = _put_toml(text, _toml_table(text) or "", key, value)
        else:
            text = ini.put(text, _SECTIONS[path.name], key, value)
    return text


def _toml_table(text: str) -> str | None:
    try:
        document = tomlkit.parse(text)
    except TOMLKitError:
        return None
    for name in ("tool.pytest.ini_options", "tool.pytest", "pytest"):
        if _descend(document, name) is not None:
            return name
    return None


def _descend(document: object, name: str) -> Table | None:
    found: object = document
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, Table) else None


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _put_toml(text: str, table: str, key: str, value: str) -> str:
    """Set a key of a table: where it stands, else behind the table's last entry."""
    literal = value if value in {"true", "false"} else f'"{value}"'
    header = re.search(rf"(?m)^[ \t]*\[{re.escape(table)}\][^\n]*(?:\n|\Z)", text)
    if header is None:
        return text
    following = re.search(r"(?m)^[ \t]*\[", text[header.end() :])
    end = header.end() + following.start() if following else len(text)
    # A value may hold a line that starts with a bracket: only a header ends the table.
    while following and not re.match(
        r"[ \t]*\[{1,2}[^\[\],\"']+\]{1,2}[ \t]*(?:#.*)?$", text[end:].split("\n")[0]
    ):
        after = text.find("\n", end)
        following = re.search(r"(?m)^[ \t]*\[", text[after + 1 :]) if after >= 0 else None
        end = after + 1 + following.start() if following else len(text)
    body = text[header.end() : end]
    entry = re.search(rf"(?m)^([ \t]*{re.escape(key)}[ \t]*=[ \t]*)[^\n#]*?([ \t]*(?:#[^\n]*)?)$", body)
    if entry:
        new = f"{body[: entry.start()]}{entry[1]}{literal}{entry[2]}{body[entry.end() :]}"
    else:
        kept = body.rstrip()
        gap = body[len(kept) :]
        new = f"{kept}\n{key} = {literal}{gap or chr(10)}" if kept else f"{key} = {literal}\n{body}"
    head = text[: header.end()]
    return f"{head if head.endswith(chr(10)) else head + chr(10)}{new}{text[end:]}"
