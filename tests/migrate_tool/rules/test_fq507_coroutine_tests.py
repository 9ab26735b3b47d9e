"""Fixtures that ask whether the test is a coroutine."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated, with_app


def fixture(body: str, arguments: str = "request") -> str:
    code = f"import inspect\nimport pytest\n@pytest.fixture\ndef ready({arguments}):\n{body}    db.create_all()\n    yield\n"
    once, _ = migrated(with_app(code))
    assert migrated(once)[0] == once
    return once["code.py"].partition(f"async def ready({arguments}):\n")[2]


SERVES_ALL = "    await db.create_all()\n    yield\n"


@pytest.mark.parametrize(
    "asked",
    [
        '"asyncio" in request.keywords',
        '"asyncio" in request.node.keywords',
        'request.node.get_closest_marker("asyncio")',
        '"asyncio" in request.keywords or request.node.get_closest_marker("asyncio")',
        "inspect.iscoroutinefunction(request.function)",
        "inspect.iscoroutinefunction(request.node.obj)",
    ],
)
def test_what_left_out_coroutine_tests_goes(asked: str) -> None:
    assert fixture(f"    if {asked}:\n        yield\n        return\n") == SERVES_ALL


def test_what_else_stands_beside_the_question_stays() -> None:
    body = '    if slow or "asyncio" in request.keywords:\n        return\n'
    assert fixture(body, "request, slow") == f"    if slow or False:\n        return\n{SERVES_ALL}"


@pytest.mark.parametrize("asked", ['"slow" in request.keywords', '"asyncio" in request.param'])
def test_other_questions_stay(asked: str) -> None:
    assert fixture(f"    if {asked}:\n        return\n").startswith(f"    if {asked}:\n")
