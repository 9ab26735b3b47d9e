"""The Python that images, platforms and build servers take."""

from __future__ import annotations

from migrate_tool.files.python_versions import raise_versions

from .project_files import ProjectFiles
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ706",
    name="python-versions",
    summary="Images, platforms and build servers take Python 3.11 where they took an older one.",
    why="Quart 0.22 needs it.",
    safety=Safety.REVIEW,
    examples=(
        Example(
            before="FROM python:3.6-alpine3.8\nCOPY . .\n",
            after="FROM python:3.11-alpine\nCOPY . .\n",
            path="Dockerfile",
        ),
        Example(before="python-3.6.8\n", after="python-3.11.9\n", path="runtime.txt"),
        Example(
            before='jobs:\n  test:\n    strategy:\n      matrix:\n        python-version: ["3.8", "3.10", "3.12"]\n',
            after='jobs:\n  test:\n    strategy:\n      matrix:\n        python-version: ["3.12"]\n',
            path=".github/workflows/test.yml",
        ),
    ),
    left_alone=("FROM python:3.12-slim AS build\nFROM python:3\n",),
    left_alone_path="Dockerfile",
)


def project(files: ProjectFiles) -> None:
    """Raise the versions."""
    if not files.is_migrated:
        return
    for text in list(files.texts()):
        new = raise_versions(text.path, text.text)
        if new != text.text:
            files.change(text.path, new)
            pairs = zip(text.text.splitlines(), new.splitlines(), strict=False)
            line = next((number for number, (a, b) in enumerate(pairs, 1) if a != b), 1)
            files.report(text.path, line, RULE.code, "Quart needs Python 3.11")
