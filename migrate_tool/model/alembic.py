"""Alembic's files: an ``env.py`` and the versions, which run on a synchronous connection and stay synchronous."""

from __future__ import annotations

import ast
from enum import Enum

from .symbols import ModuleInfo


class AlembicFile(Enum):
    """What a module is to Alembic."""

    #: Nothing.
    NONE = ""
    #: The script that connects to the database.
    ENV = "env"
    #: One step from revision to revision; whoever has applied it counts on it not changing.
    VERSION = "version"


def alembic_file(module: ModuleInfo) -> AlembicFile:
    """Recognise Alembic's files by what they say, wherever they are."""
    imported = {
        alias.name
        for node in module.of_type(ast.ImportFrom)
        if isinstance(node, ast.ImportFrom) and node.module == "alembic" and not node.level
        for alias in node.names
    }
    if "context" in imported and any(
        isinstance(node, ast.Attribute) and node.attr == "run_migrations"
        for node in module.of_type(ast.Attribute)
    ):
        return AlembicFile.ENV
    if {"revision", "down_revision"} <= module.scope.bindings.keys():
        return AlembicFile.VERSION
    return AlembicFile.NONE
