"""What a tree itself says it needs: the only source of the environment after a migration.

The rule, which is the same for the original and for the migrated tree:

- ``requirements.txt`` of the root, and beside it the root's and ``requirements/``'s files for tests and development
  (``requirements-dev.txt``, ``requirements/test.txt``, ...); without a ``requirements.txt`` every file of
  ``requirements/``. Files of other purposes (``docs``, ``prod``) are not the tests' business.
- a project (``setup.py``, ``setup.cfg`` with options, ``pyproject.toml`` with ``[project]`` or ``[tool.poetry]``):
  installed in editable form with those of its extras that are for tests and development, and PEP 735 groups likewise;
  one that says it is no package (``[tool.uv] package = false``, ``[tool.poetry] package-mode = false``): what it
  depends on, not itself. Poetry's groups for tests and development beside it.
- a ``Pipfile``, if there is nothing else.

A manifest may name the files instead (``after_files``), for trees that hold one file per place of deployment.
"""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import poetry

FOR_TESTS = ("test", "tests", "testing", "dev", "develop", "development")

_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_INCLUDE = re.compile(r"^\s*(?:-r|--requirement)[\s=]+(.+?)\s*$")


@dataclass(frozen=True)
class Needs:
    """What has to be installed for one tree."""

    tree: Path
    files: tuple[Path, ...] = ()
    project: bool = False
    extras: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the tree says nothing at all."""
        return not (self.files or self.project or self.lines)

    def arguments(self) -> list[str]:
        """The arguments for ``pip install``, to be run in the tree."""
        asked: list[str] = []
        for file in self.files:
            asked += ["-r", str(file)]
        if self.project:
            extras = f"[{','.join(self.extras)}]" if self.extras else ""
            asked += ["-e", f".{extras}"]
        return [*asked, *self.lines]

    def names(self) -> set[str]:
        """The distributions named, normalised, includes followed, extras of the project counted."""
        found = {name for line in self.lines if (name := _name(line))}
        for file in self.files:
            found |= _names_in_file(file, set())
        if self.project:
            found |= _names_of_project(self.tree, self.extras)
        return found

    def texts(self) -> list[str]:
        """Everything that decides what would be installed, for a cache key."""
        seen: set[Path] = set()
        for file in self.files:
            _names_in_file(file, seen)
        describing = ("pyproject.toml", "setup.cfg", "setup.py") if self.project else ()
        paths = [*sorted(seen), *(self.tree / name for name in describing)]
        return [*self.arguments(), *(path.read_text(errors="replace") for path in paths if path.is_file())]


def needs(tree: Path, named: tuple[str, ...] | None = None) -> Needs:
    """Find what ``tree`` asks for; ``named`` are files that a manifest chose instead of the rule."""
    if named is not None:
        return Needs(tree, files=tuple(tree / file for file in named))
    files = _files(tree)
    project, extras, lines = _project(tree)
    if not files and not project:
        lines += _pipfile(tree)
    return Needs(tree, tuple(files), project, tuple(extras), tuple(lines))


def _files(tree: Path) -> list[Path]:
    root = sorted(tree.glob("*requirements*.txt"))
    folder = sorted(path for path in tree.glob("requirements/*.txt") if path.is_file())
    main = tree / "requirements.txt"
    if not main.is_file():
        return [path for path in [*root, *folder] if not _is_for_documents(path)]
    return [main, *(path for path in [*root, *folder] if path != main and _is_for_tests(path))]


def _is_for_tests(path: Path) -> bool:
    return bool(set(re.split(r"[-_. ]", path.stem.lower())) & set(FOR_TESTS))


def _is_for_documents(path: Path) -> bool:
    return bool(
        set(re.split(r"[-_. ]", path.stem.lower())) & {"doc", "docs", "style", "lint", "prod", "production"}
    )


def _project(tree: Path) -> tuple[bool, list[str], list[str]]:
    table = _pyproject(tree)
    declared = [*table.get("project", {}).get("optional-dependencies", {}), *_setup_extras(tree)]
    extras = sorted({extra for extra in declared if extra.lower() in FOR_TESTS})
    in_poetry = table.get("tool", {}).get("poetry", {})
    lines = [*_groups(table.get("dependency-groups", {})), *poetry.lines(in_poetry, FOR_TESTS)]
    if poetry.is_no_package(in_poetry):
        return False, [], lines
    if table.get("tool", {}).get("uv", {}).get("package") is False:
        project = table.get("project", {})
        lines += project.get("dependencies", ())
        for extra in extras:
            lines += project.get("optional-dependencies", {}).get(extra, ())
        return False, [], lines
    is_project = (
        "project" in table
        or "poetry" in table.get("tool", {})
        or (tree / "setup.py").is_file()
        or _setup_cfg(tree).has_section("options")
    )
    return is_project, extras, lines


def _pyproject(tree: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return {}


def _setup_cfg(tree: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(tree / "setup.cfg", encoding="utf-8")
    except configparser.Error:
        return configparser.ConfigParser()
    return parser


def _setup_extras(tree: Path) -> list[str]:
    parser = _setup_cfg(tree)
    section = "options.extras_require"
    return [
        *(parser.options(section) if parser.has_section(section) else ()),
        *_setup_py(tree).get("extras", {}),
    ]


def _setup_py(tree: Path) -> dict[str, Any]:
    """Read literal ``install_requires`` and ``extras_require`` of a ``setup.py``; what is computed stays unknown."""
    try:
        module = ast.parse((tree / "setup.py").read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return {}
    found: dict[str, Any] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.keyword) and node.arg in ("install_requires", "extras_require"):
            try:
                found["extras" if node.arg == "extras_require" else "install"] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


def _groups(groups: dict[str, Any]) -> list[str]:
    lines: list[str] = []

    def add(name: str, above: tuple[str, ...]) -> None:
        for entry in groups.get(name, ()):
            if isinstance(entry, str):
                lines.append(entry)
            elif isinstance(entry, dict) and (inner := entry.get("include-group")) not in (None, *above):
                add(str(inner), (*above, str(inner)))

    for name in groups:
        if name.lower() in FOR_TESTS:
            add(name, (name,))
    return lines


def _pipfile(tree: Path) -> list[str]:
    try:
        table = tomllib.loads((tree / "Pipfile").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return []
    lines = []
    for section in ("packages", "dev-packages"):
        for name, wanted in table.get(section, {}).items():
            version = wanted if isinstance(wanted, str) else wanted.get("version", "*")
            lines.append(name if version == "*" else f"{name}{version}")
    return lines


def _names_in_file(file: Path, seen: set[Path]) -> set[str]:
    if file in seen or not file.is_file():
        return set()
    seen.add(file)
    found: set[str] = set()
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        include = _INCLUDE.match(line)
        if include:
            found |= _names_in_file(file.parent / include[1], seen)
        elif name := _name(line):
            found.add(name)
    return found


def _names_of_project(tree: Path, extras: tuple[str, ...]) -> set[str]:
    project = _pyproject(tree).get("project", {})
    lines = [*project.get("dependencies", ())]
    for extra in extras:
        lines += project.get("optional-dependencies", {}).get(extra, ())
    parser, setup_py = _setup_cfg(tree), _setup_py(tree)
    lines += parser.get("options", "install_requires", fallback="").splitlines()
    for extra in extras:
        lines += parser.get("options.extras_require", extra, fallback="").splitlines()
        lines += setup_py.get("extras", {}).get(extra, ())
    lines += setup_py.get("install", ())
    return {name for line in lines if (name := _name(line))}


def _name(line: str) -> str | None:
    found = _NAME.match(line)
    return re.sub(r"[-_.]+", "-", found[1]).lower() if found else None
