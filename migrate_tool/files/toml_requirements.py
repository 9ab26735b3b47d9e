"""Requirements in pyproject.toml (PEP 621, PEP 735, Poetry, PDM, uv, Hatch) and Pipfile, formatting kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import tomlkit
from packaging.utils import canonicalize_name
from tomlkit.exceptions import TOMLKitError

from .requirement import Requirement, parse, raised, specifier_of
from .requirement_plan import Decide, Kind, Listed, Outcome, kind_of

_HEADER = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
_ENTRY = re.compile(
    r"""(?P<indent>\s*)(?P<key>"[^"]+"|'[^']+'|[\w.-]+)(?P<equals>\s*=\s*)(?P<value>.+?)(?P<rest>\s*(?:#.*)?)"""
)
_TABLES = re.compile(
    r"tool\.poetry\.(?:dependencies|dev-dependencies|group\.(?P<group>[\w-]+)\.dependencies)|(?P<pip>packages|dev-packages)"
)
_VERSION = re.compile(r"""(\bversion\s*=\s*)("[^"]*"|'[^']*')""")
_PYTHONS = re.compile(
    r"""(?m)^(\s*(?:requires-python|python|python_version|python_full_version)\s*=\s*)(["'])([^"']+)\2"""
)


def rewrite_toml(path: PurePosixPath, text: str, decide: Decide) -> str:
    """Change the requirements of a TOML file; one that can't be parsed stays as it is."""
    try:
        document = tomlkit.parse(text)
    except TOMLKitError:
        return text
    changed = False
    for key, kind, array in _arrays(document):
        changed |= _rewrite_array(path, key, kind, array, decide)
    return _rewrite_tables(path, tomlkit.dumps(document) if changed else text, decide)


def raise_python(text: str, oldest: str) -> str:
    """Raise ``requires-python`` and Poetry's and Pipfile's ``python`` to ``oldest``, where older ones are allowed."""

    def change(match: re.Match[str]) -> str:
        table = _table_at(text, match.start())
        name = match[1].split("=")[0].strip()
        wanted = {"requires-python": "project", "python": "tool.poetry.dependencies"}.get(name, "requires")
        if table != wanted:
            return match[0]
        if name == "requires-python":
            value = raised(match[3], oldest)
        elif name == "python":
            version = specifier_of(match[3])
            value = match[3] if version is None or raised(version, oldest) == version else f"^{oldest}"
        else:
            older = [int(part) for part in match[3].split(".")[:2] if part.isdigit()]
            value = oldest if older < [int(part) for part in oldest.split(".")] else match[3]
        return f"{match[1]}{match[2]}{value}{match[2]}"

    return _PYTHONS.sub(change, text)


# -- arrays ------------------------------------------------------------------------------------------------------


def _arrays(document: Any) -> Iterator[tuple[str, Kind, Any]]:
    project = _table(document, "project")
    if isinstance(project.get("dependencies"), list):
        yield "project.dependencies", "main", project["dependencies"]
    building = _table(document, "build-system").get("requires")
    if isinstance(building, list):
        yield "build-system.requires", "other", building
    tool = _table(document, "tool")
    nested = (
        ("project.optional-dependencies", _table(project, "optional-dependencies")),
        ("dependency-groups", _table(document, "dependency-groups")),
        ("tool.pdm.dev-dependencies", _table(_table(tool, "pdm"), "dev-dependencies")),
    )
    for where, table in nested:
        for name, array in table.items():
            if isinstance(array, list):
                kind = kind_of(re.split(r"[-_.]", name.lower()))
                # An extra is asked for by name: what everybody needs does not belong into it.
                yield f"{where}.{name}", "other" if kind == "main" else kind, array
    uv = _table(tool, "uv").get("dev-dependencies")
    if isinstance(uv, list):
        yield "tool.uv.dev-dependencies", "test", uv
    for name, environment in _table(_table(tool, "hatch"), "envs").items():
        for key in ("dependencies", "extra-dependencies"):
            if isinstance(environment, dict) and isinstance(environment.get(key), list):
                kind = kind_of([name, "dev"] if name == "default" else [name])
                yield f"tool.hatch.envs.{name}.{key}", "other" if kind == "main" else kind, environment[key]


def _table(parent: Any, name: str) -> Any:
    found = parent.get(name) if isinstance(parent, dict) else None
    return found if isinstance(found, dict) else {}


def _rewrite_array(path: PurePosixPath, key: str, kind: Kind, array: Any, decide: Decide) -> bool:
    places = []
    for index, item in enumerate(array):
        found = parse(item) if isinstance(item, str) else None
        if found is not None:
            places.append((index, found))
    outcome = decide(Listed(path, key, kind, tuple(found for _, found in places)))
    if not outcome:
        return False
    for position in sorted(outcome.replaced, reverse=True):
        index, items = places[position][0], outcome.replaced[position]
        if not items:
            del array[index]
            continue
        array[index] = str(items[0])
        for offset, item in enumerate(items[1:], 1):
            array.insert(index + offset, str(item))
    for item in outcome.added:
        array.append(str(item))
    return True


# -- tables ------------------------------------------------------------------------------------------------------


def _rewrite_tables(path: PurePosixPath, text: str, decide: Decide) -> str:
    lines = text.splitlines(keepends=True)
    out: list[str] = []
    index = 0
    while index < len(lines):
        header = _HEADER.match(lines[index])
        out.append(lines[index])
        index += 1
        table = _TABLES.fullmatch(header[1]) if header else None
        if table is None or header is None:
            continue
        end = index
        while end < len(lines) and not _HEADER.match(lines[end]):
            end += 1
        out.extend(_rewrite_table(path, header[1], _kind_of_table(table), lines[index:end], decide))
        index = end
    return "".join(out)


def _kind_of_table(match: re.Match[str]) -> Kind:
    if match["group"]:
        kind = kind_of([match["group"]])
        return "other" if kind == "main" else kind
    return "test" if "dev-" in match[0] else "main"


def _rewrite_table(path: PurePosixPath, key: str, kind: Kind, lines: list[str], decide: Decide) -> list[str]:
    places: list[tuple[int, Requirement]] = []
    for index, line in enumerate(lines):
        entry = _ENTRY.fullmatch(line.rstrip("\r\n"))
        found = _entry(entry) if entry else None
        if found is not None:
            places.append((index, found))
    outcome = decide(Listed(path, key, kind, tuple(found for _, found in places)))
    if not outcome:
        return lines
    changed = {places[position][0]: items for position, items in outcome.replaced.items()}
    out: list[str] = []
    for index, line in enumerate(lines):
        out += _entries(line, changed[index]) if index in changed else [line]
    filled = len(out)
    while filled and not out[filled - 1].strip():
        filled -= 1
    if outcome.added and filled and not out[filled - 1].endswith("\n"):
        out[filled - 1] += "\n"
    return [*out[:filled], *(_spelled(item) for item in outcome.added), *out[filled:]]


def _entry(entry: re.Match[str]) -> Requirement | None:
    name = canonicalize_name(entry["key"].strip("\"'"))
    value = entry["value"]
    if name == "python":
        return None
    if value.startswith("{"):
        version = _VERSION.search(value)
        if version is None:
            return Requirement(name, editable=False)
        value = version[2]
    if not value.startswith(('"', "'")):
        return None
    specifier = specifier_of(value[1:-1])
    return None if specifier is None else Requirement(name, specifier)


def _entries(line: str, items: tuple[Requirement, ...]) -> list[str]:
    """The lines that take the place of one; its comment, and its options if it stays the same distribution."""
    entry = _ENTRY.fullmatch(line.rstrip("\r\n"))
    assert entry is not None
    out = []
    for item in items:
        if item.name == canonicalize_name(entry["key"].strip("\"'")):
            version = item.specifier or "*"
            value = entry["value"]
            value = _VERSION.sub(rf'\1"{version}"', value) if value.startswith("{") else f'"{version}"'
            out.append(f"{entry['indent']}{entry['key']}{entry['equals']}{value}{entry['rest']}\n")
        else:
            out.append(_spelled(item))
    return out


def _spelled(item: Requirement) -> str:
    version = item.specifier or "*"
    if item.extras:
        extras = ", ".join(f'"{extra}"' for extra in item.extras)
        return f'{item.name} = {{version = "{version}", extras = [{extras}]}}\n'
    return f'{item.name} = "{version}"\n'


def _table_at(text: str, offset: int) -> str:
    names = [match[1] for line in text[:offset].splitlines() if (match := _HEADER.match(line))]
    return names[-1] if names else ""


__all__ = ["Outcome", "raise_python", "rewrite_toml"]
