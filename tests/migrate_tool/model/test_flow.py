"""A variable that is bound again is what it was bound to last, where that can be told."""

from __future__ import annotations

import ast

import pytest

from migrate_tool.model.types import Instance
from tests.migrate_tool.programs import after, project


def read(body: str) -> set[str]:
    """What the argument of ``use(...)`` can be."""
    model = project(
        {"code.py": "def f(x: bytes, a, *b):\n" + "".join(f"    {line}\n" for line in body.split("\n"))}
    )
    [module] = model.modules.values()
    for node in module.of_type(ast.Call):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "use":
            types = model.types.types(node.args[0], module.scopes[node.args[0]])
            return {str(item.of) for item in types if isinstance(item, Instance)}
    raise AssertionError("nothing is used")


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ("x = 1\nuse(x)\nx = 'a'", {"int"}),
        ("x = 1\nx = 'a'\nuse(x)", {"str"}),
        ("use(x)\nx = 1", {"bytes"}),
        ("x = use(x)\nx = 1", {"bytes"}),
        ("x = 1\nif a:\n    use(x)\nx = 'a'", {"int"}),
        ("x = 1\nif a:\n    x = 'a'\n    use(x)", {"str"}),
        ("x = 1\nif a:\n    x = 'a'\nelse:\n    use(x)", {"int"}),
        ("x = 1\nfor i in a:\n    x = 'a'\n    use(x)", {"str"}),
        ("x = 1\nx: str = 'a'\nuse(x)", {"str"}),
        ("x = 1\nx, y = 'a', 2.0\nuse(x)", {"str"}),
        ("x = 1\nwith a:\n    x = 'a'\n    use(x)", {"str"}),
        ("x = 1\nx = 'a'\n[use(x) for i in a]", {"str"}),
    ],
)
def test_the_last_binding_counts(body: str, known: set[str]) -> None:
    assert read(body) == known


@pytest.mark.parametrize(
    "body",
    [
        "x = 1\nif a:\n    x = 'a'\nuse(x)",
        "x = 1\nfor i in a:\n    use(x)\n    x = 'a'",
        "x = 1\nwhile use(x):\n    x = 'a'",
        "x = 1\ntry:\n    x = 'a'\nexcept a:\n    use(x)",
        "x = 1\ntry:\n    use(x)\nfinally:\n    x = 'a'",
        "x = 1\nif (x := 'a'):\n    use(x)",
        "x = 1\ng = lambda: use(x)\nx = 'a'",
        "x = 1\ng = (use(x) for i in a)\nx = 'a'",
        "x = 1\ndef g():\n    nonlocal x\n    x = 'a'\nx = 2\ng()\nuse(x)",
    ],
)
def test_where_several_may_count_all_do(body: str) -> None:
    assert {"int", "str"} <= read(body)


def test_what_is_bound_to_something_unknown_may_still_be_what_it_was() -> None:
    assert "int" in read("x = 1\nx = a(x)\nuse(x)")


def test_a_query_that_becomes_a_list_is_iterated_as_one() -> None:
    text = after(
        "def names():\n    found = User.query.filter_by(id=1)\n    print(found.count())\n    found = ['a', 'b']\n"
        "    return [x for x in found]\n"
    )
    assert "    return [x for x in found]\n" in text + "\n"
    assert "print(await found.count())" in text
