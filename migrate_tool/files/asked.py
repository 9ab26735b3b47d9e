"""Which versions a project asks for, in whatever files it says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from migrate_tool.edits.spans import EditSet
from migrate_tool.project import kinds
from migrate_tool.project.discovery import Repository
from migrate_tool.project.texts import TextFile

from . import conda, ini_requirements, names, toml_requirements
from .pip_lines import rewrite_file
from .requirement import Requirement, allows
from .requirement_plan import Decide, Listed, Outcome
from .setup_requirements import edit_setup


def requirements(repository: Repository) -> Iterator[Requirement]:
    """Every requirement of the project, as it is written now."""
    found: list[Requirement] = []

    def listen(listed: Listed) -> Outcome:
        found.extend(listed.requirements)
        return Outcome()

    for file in repository.requirements:
        _read(file, listen)
    for source in repository.python:
        if PurePosixPath(source.path).name == "setup.py" and source.tree is not None:
            edit_setup(source, EditSet(source.text), listen, "")
    yield from found


def excludes(repository: Repository, name: str, version: str) -> bool:
    """Whether a requirement of ``name`` allows nothing from ``version`` on."""
    return any(
        item.name == name and item.editable and item.specifier and not allows(item.specifier, version)
        for item in requirements(repository)
    )


def _read(file: TextFile, listen: Decide) -> None:
    path, text = file.path, file.text
    if kinds.is_requirements(path):
        rewrite_file(path, text, listen)
    elif path.name in {"pyproject.toml", "Pipfile"}:
        toml_requirements.rewrite_toml(path, text, listen)
    elif path.name in {"setup.cfg", "tox.ini"}:
        ini_requirements.rewrite_ini(path, text, listen)
    elif names.is_environment(path):
        conda.rewrite_environment(path, text, listen)
