"""``flask-to-quart explain``: from a function's name to the chain that colours it."""

from __future__ import annotations

import difflib
from pathlib import Path, PurePosixPath

from migrate_tool.project.discovery import discover
from migrate_tool.project.problems import ToolError

#: Files that stand in the root of a repository.
_ROOT_SIGNS = (".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "tox.ini")


def explain(target: str, root: Path | None = None) -> list[str]:
    """Why ``PATH::QUALNAME`` becomes async, or why it does not.

    Raises:
        ToolError: there is no such file or function.
    """
    from migrate_tool import background, colour, model

    name, separator, qualname = target.partition("::")
    if not (name and separator and qualname):
        raise ToolError(f"{target!r} names no function; write PATH::QUALNAME, as app/views.py::UserView.get")
    path = Path(name) if root is None or Path(name).is_file() else root / name
    if not path.is_file():
        raise ToolError(f"{name}: no such file")
    path = path.resolve()
    root = (root or root_of(path)).resolve()
    if root not in path.parents:
        raise ToolError(f"{name}: is not inside of {root}")
    repository = discover(root)
    relative = PurePosixPath(path.relative_to(root).as_posix())
    source = repository.files.get(relative)
    problem = next((p for p in repository.problems if p.path == relative), None)
    if source is None or problem is not None:
        raise ToolError(str(problem) if problem else f"{relative}: is not part of the migration")
    project = model.understand(repository)
    lines = colour.explain(project, colour.solve(project), f"{relative}::{qualname}")
    function = colour.find(project, f"{relative}::{qualname}")
    if lines is not None and function is not None:
        lines += background.explain_background(project, function)
    if lines is None:
        known = [function.qualname for function in project.functions() if function.module.path == relative]
        close = difflib.get_close_matches(qualname, known, 3, 0.5)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        raise ToolError(f"{relative}: has no function {qualname!r}{hint}")
    return lines


def root_of(path: Path) -> Path:
    """The repository that a file belongs to: the nearest folder above that looks like the root of one."""
    for folder in path.parents:
        if any((folder / sign).exists() for sign in _ROOT_SIGNS):
            return folder
    here = Path.cwd()
    if here in path.parents:
        return here
    folder = path.parent
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder
