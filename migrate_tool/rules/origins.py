"""Which versions a project was written for, as far as its own files tell."""

from __future__ import annotations

import ast

from migrate_tool.catalog import spelled_out
from migrate_tool.files.asked import excludes

from .python_file import PythonFile

#: What Flask-SQLAlchemy 3, the first that knows SQLAlchemy 2, no longer has.
_ONLY_BEFORE_3 = frozenset(
    {"get_debug_queries", "BaseQuery", "SignallingSession", "_QueryProperty", "_BoundDeclarativeMeta"}
)


def before_sqlalchemy_2(file: PythonFile) -> str | None:
    """Why the project must come from SQLAlchemy before 2.0; None if it need not."""
    for module in file.project.modules.values():
        for statement in module.of_type(ast.ImportFrom):
            assert isinstance(statement, ast.ImportFrom)
            if spelled_out(statement.module or "").partition(".")[0] != "flask_sqlalchemy":
                continue
            old = sorted(_ONLY_BEFORE_3 & {alias.name for alias in statement.names})
            if old:
                return f"{module.path}:{statement.lineno} uses {old[0]} of Flask-SQLAlchemy 2"
    if file.repository is not None:
        for name, version in (("sqlalchemy", "2.0"), ("flask-sqlalchemy", "3.0")):
            if excludes(file.repository, name, version):
                return f"the project asks for a {name} before {version}"
    return None
