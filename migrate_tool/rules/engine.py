"""Runs every rule over every file and gathers the edits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from migrate_tool.colour import Colouring
from migrate_tool.edits.spans import EditSet
from migrate_tool.model import Project
from migrate_tool.model.alembic import AlembicFile, alembic_file
from migrate_tool.report.findings import Finding

from . import fq310_migrations
from .colour_writer import write_colour
from .project_files import ProjectFiles
from .python_file import IMPORTS, PythonFile
from .registry import rule_modules
from .renames import rename

if TYPE_CHECKING:
    from migrate_tool.project.discovery import Repository


@dataclass(slots=True)
class Rewrite:
    """What the rules want: edits by file, new and moved files, and all that is to be said."""

    edits: dict[PurePosixPath, EditSet] = field(default_factory=dict)
    created: dict[PurePosixPath, str] = field(default_factory=dict)
    renamed: dict[PurePosixPath, PurePosixPath] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def rewrite(project: Project, colouring: Colouring, repository: Repository | None = None) -> Rewrite:
    """Apply all rules to a project that was understood and coloured."""
    result = Rewrite()
    modules = rule_modules()
    for module in project.modules.values():
        file = PythonFile(project, colouring, module, repository)
        role = alembic_file(module)
        if role is not AlembicFile.VERSION:
            rename(file)
        for rule in modules:
            if role is not AlembicFile.NONE and rule is not fq310_migrations:
                continue
            if hasattr(rule, "python") and not (repository and repository.config.is_off(rule.RULE.code)):
                rule.python(file)
        if role is AlembicFile.NONE:
            write_colour(file)
        file.drop_imports()
        file.edits.update(replace(edit, level=IMPORTS) for edit in file.imports.edits())
        if file.edits:
            result.edits[module.path] = file.edits
        result.findings += file.findings
    if repository is not None:
        files = ProjectFiles(project, colouring, repository, result)
        for rule in modules:
            if hasattr(rule, "project") and not repository.config.is_off(rule.RULE.code):
                rule.project(files)
        files.finish()
    return result
