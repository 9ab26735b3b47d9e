"""What a test asks for by the name of a fixture: ``request.getfixturevalue("client")``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migrate_tool.project.trees import walk

from .symbols import FunctionInfo, Scope
from .types import NOTHING, External, Types

if TYPE_CHECKING:
    from .inference import Inference

BY_NAME = "pytest.FixtureRequest.getfixturevalue"


def of_call(inference: Inference, node: ast.Call, scope: Scope) -> Types:
    """What the fixtures give that ``node`` may name, seen from where it stands.

    Args:
        inference: Who knows what fixtures give.
        node: The call of ``getfixturevalue``.
        scope: Where it stands.
    """
    asking = scope.owner()
    given = [*node.args, *(item.value for item in node.keywords if item.arg == "argname")]
    if asking is None or not given:
        return NOTHING
    return frozenset().union(
        *(_of_fixture(inference, text, asking) for text in set(_texts(given[0], asking)))
    )


def _of_fixture(inference: Inference, name: str, asking: FunctionInfo) -> Types:
    provided = inference.project.fixtures.visible(name, asking)
    if provided is not None:
        return inference.function_value(provided)
    of_plugin = f"pytest.fixtures.{name}"
    return frozenset({External(of_plugin)}) if inference.catalog.api(of_plugin) else NOTHING


def _texts(name: ast.expr, asking: FunctionInfo) -> Iterator[str]:
    """The names that an expression may stand for: itself, or what the decorators of who asks go through.

    ``request.param`` is one of ``params=[...]``, a parameter of the test one of ``parametrize``'s, and an f-string is made of one.
    """
    if isinstance(name, ast.Constant):
        if isinstance(name.value, str):
            yield name.value
        return
    for decorator in asking.decorators:
        for item in walk(decorator):
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                yield _filled(name, item.value)


def _filled(name: ast.expr, text: str) -> str:
    if not isinstance(name, ast.JoinedStr):
        return text
    return "".join(str(part.value) if isinstance(part, ast.Constant) else text for part in name.values)
