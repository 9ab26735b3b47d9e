"""What the modules of a project import: asked once for a project, not once for each of its files."""

from __future__ import annotations

import ast
from weakref import WeakKeyDictionary

from migrate_tool.catalog import spelled_out
from migrate_tool.model import Project

_names: WeakKeyDictionary[Project, frozenset[str]] = WeakKeyDictionary()


def imported(project: Project) -> frozenset[str]:
    """The dotted names that the modules of ``project`` import from elsewhere, as they are spelled today (``flask_login.UserMixin``)."""
    if project not in _names:
        _names[project] = frozenset(
            spelled_out(name)
            for module in project.modules.values()
            for node in module.of_type(ast.Import, ast.ImportFrom)
            for name in _imported_by(node)
        )
    return _names[project]


def _imported_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        # ``from flask.ext import login`` names it in two parts.
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def is_imported(project: Project, library: str) -> bool:
    """Whether a module of the project imports the library, by whatever name it was spelled."""
    return any(name.partition(".")[0] == library for name in imported(project))
