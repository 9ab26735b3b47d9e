"""Which of a project's tests are awaited by pytest itself (those of AsyncTestCase are not)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from migrate_tool.colour import Colouring
from migrate_tool.model import Project
from migrate_tool.model.ancestry import lineage
from migrate_tool.model.symbols import FunctionInfo

_TEST_FILE = re.compile(r"test_.*\.py|.*_test\.py|tests?\.py|conftest\.py")


def awaited_tests(project: Project, colouring: Colouring) -> Iterator[FunctionInfo]:
    """The async tests and fixtures that pytest runs."""
    for function in project.functions():
        if not _TEST_FILE.fullmatch(PurePosixPath(function.module.path).name) or not colouring.is_async(
            function
        ):
            continue
        if function.cls is not None and any(
            isinstance(base, str) and base.startswith("unittest.")
            for base in lineage(project.types, function.cls)
        ):
            continue
        owner = function.cls.name if function.cls is not None else None
        collected = function.name.startswith("test") and (owner is None or owner.startswith("Test"))
        if (collected and function.outer.kind in {"module", "class"}) or any(
            function in project.fixtures.named(name) for name in _fixture_names(function)
        ):
            yield function


def _fixture_names(function: FunctionInfo) -> set[str]:
    names = {function.name}
    for decorator in function.decorators:
        for keyword in getattr(decorator, "keywords", ()):
            if keyword.arg == "name" and isinstance(getattr(keyword.value, "value", None), str):
                names.add(keyword.value.value)
    return names
