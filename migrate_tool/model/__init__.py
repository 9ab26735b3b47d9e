"""What the code means: modules, names, types and calls of the whole project, in one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .project import Project

if TYPE_CHECKING:
    from migrate_tool.project.discovery import Repository

__all__ = ["Project", "understand"]


def understand(repository: Repository) -> Project:
    """Read every Python file of ``repository`` into one model."""
    return Project(repository.python)
