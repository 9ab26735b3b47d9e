"""The fixtures of pytest, by name and by where they can be seen from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from .spelling import last_name
from .symbols import FunctionInfo


class Fixtures:
    """Every function that provides a fixture."""

    def __init__(self, functions: Iterator[FunctionInfo]) -> None:
        self._named: dict[str, list[FunctionInfo]] = {}
        for function in functions:
            for provided in _fixture_names(function):
                self._named.setdefault(provided, []).append(function)

    def named(self, name: str) -> list[FunctionInfo]:
        """The pytest fixtures that provide ``name``."""
        return self._named.get(name, [])

    def visible(self, name: str, asking: FunctionInfo) -> FunctionInfo | None:
        """The fixture that ``asking``, a test or a fixture, gets for the argument ``name``: its module's, else the nearest conftest's.

        A fixture that asks for one of its own name gets the one that it overrides.
        """
        best: tuple[int, FunctionInfo] | None = None
        module = asking.module
        for fixture in self.named(name):
            if fixture is asking:
                continue
            if fixture.module is module:
                return fixture
            folder = fixture.module.path.parent
            inside = folder == PurePosixPath(".") or folder in module.path.parents
            distance = len(folder.parts) if inside and fixture.module.path.name == "conftest.py" else -1
            if distance >= 0 and (best is None or distance > best[0]):
                best = (distance, fixture)
            elif best is None:
                best = (-1, fixture)
        return best[1] if best else None


def _fixture_names(function: FunctionInfo) -> Iterator[str]:
    for decorator in function.decorators:
        call = decorator if isinstance(decorator, ast.Call) else None
        target = call.func if call else decorator
        name = last_name(target)
        if name in {"fixture", "yield_fixture", "async_fixture"}:
            given = [k.value for k in call.keywords if k.arg == "name"] if call else []
            constant = given[0] if given else None
            if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                yield constant.value
            else:
                yield function.name
