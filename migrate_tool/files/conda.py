"""Requirements in conda's environment.yml: its own list, and the one it hands to pip."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from .requirement import Requirement, parse
from .requirement_plan import Decide, Listed

_ITEM = re.compile(
    r"""(?P<head>(?P<indent>[ ]*)-[ ]+)(?P<quote>["']?)(?P<body>[^"'#\n]+?)(?P=quote)(?P<tail>\s*(?:#.*)?)"""
)
_CONDA = re.compile(r"(?:[\w-]+::)?([A-Za-z0-9._-]+)\s*(?:(==?|>=|<=|>|<)\s*([\w.*]+)(?:=[\w.*]+)?)?")
_PYTHON = re.compile(r"(?m)^(\s*-\s+[\"']?python\s*=+\s*)(\d+)\.(\d+)(?:\.\d+)?")


def rewrite_environment(path: PurePosixPath, text: str, decide: Decide) -> str:
    """Change the requirements of an environment; what conda does not have goes to pip's list."""
    lines = text.splitlines(keepends=True)
    places: list[tuple[int, bool, Requirement]] = []
    pip_indent: int | None = None
    pip_line: int | None = None
    inside = False
    for index, line in enumerate(lines):
        if re.match(r"\S", line) and not line.startswith("#"):
            inside = line.startswith("dependencies:")
            pip_indent = None if pip_line is None else pip_indent
        item = _ITEM.fullmatch(line.rstrip("\r\n")) if inside else None
        if item is None:
            continue
        indent = len(item["indent"])
        if item["body"].strip() == "pip:":
            pip_indent, pip_line = indent, index
            continue
        for_pip = pip_indent is not None and indent > pip_indent
        found = parse(item["body"]) if for_pip else _conda(item["body"])
        if found is not None and found.name not in {"python", "pip"}:
            places.append((index, for_pip, found))
    outcome = decide(Listed(path, "dependencies", "main", tuple(found for *_, found in places)))
    if not outcome:
        return text
    moved: list[Requirement] = []
    changed: dict[int, list[str]] = {}
    for position, items in outcome.replaced.items():
        index, for_pip, old = places[position]
        item = _ITEM.fullmatch(lines[index].rstrip("\r\n"))
        assert item is not None
        stays = [new for new in items if for_pip or new.name == old.name]
        moved += [new for new in items if new not in stays]
        changed[index] = [f"{item['head']}{new}{item['tail']}\n" for new in stays]
    moved += outcome.added
    names = {found.name for *_, found in places}
    moved = [new for new in dict.fromkeys(moved) if new.name not in names]
    return _write(lines, changed, moved, pip_line, pip_indent)


def _write(
    lines: list[str],
    changed: dict[int, list[str]],
    moved: list[Requirement],
    pip_line: int | None,
    pip_indent: int | None,
) -> str:
    out: list[str] = []
    last_item = max(index for index, line in enumerate(lines) if _ITEM.fullmatch(line.rstrip("\r\n")))
    for index, line in enumerate(lines):
        out += changed.get(index, [line])
        if index == pip_line:
            out += [f"{' ' * ((pip_indent or 0) + 2)}- {new}\n" for new in moved]
        elif index == last_item and pip_line is None and moved:
            item = _ITEM.fullmatch(line.rstrip("\r\n"))
            assert item is not None
            if out and not out[-1].endswith("\n"):
                out[-1] += "\n"
            out += [f"{item['indent']}- pip\n", f"{item['indent']}- pip:\n"]
            out += [f"{item['indent']}  - {new}\n" for new in moved]
    return "".join(out)


def raise_python(text: str, oldest: str) -> str:
    """Raise the environment's Python to ``oldest``."""
    wanted = tuple(int(part) for part in oldest.split("."))

    def change(match: re.Match[str]) -> str:
        return match[0] if (int(match[2]), int(match[3])) >= wanted else f"{match[1]}{oldest}"

    return _PYTHON.sub(change, text)


def _conda(body: str) -> Requirement | None:
    found = _CONDA.fullmatch(body.strip())
    if found is None:
        return None
    operator = {"=": "==", None: ""}.get(found[2], found[2])
    return parse(f"{found[1]}{operator}{found[3] or ''}")
