"""Queries that give their elements without a loop: what the text becomes. That it means the same: tests/conformance."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after


def expression(text: str) -> str:
    return after(f"def f(n):\n    return {text}\n").partition("return ")[2]


@pytest.mark.parametrize(
    ("before", "migrated"),
    [
        ("User.query[0]", "await User.query.item(0)"),
        ("User.query[n].name", "(await User.query.item(n)).name"),
        ("User.query.first().posts[0]", "await (await User.query.first()).posts.item(0)"),
        ("User.query[1:n]", "await User.query[1:n].all()"),
        ("User.query[:]", "await User.query[:].all()"),
        ("User.query[1:9:2]", "(await User.query[1:9].all())[::2]"),
        ("User.query[::2]", "(await User.query[:].all())[::2]"),
        ("[u for u in User.query[1:3]]", "[u for u in await User.query[1:3].all()]"),
        ("n(*User.query)", "n(*[item async for item in User.query])"),
        ("n in User.query", "n in [item async for item in User.query]"),
        ("sum(u.id for u in User.query)", "sum(u.id for u in [item async for item in User.query])"),
        ("sum(u.posts.count() for u in User.query.all())", None),
        ("sum(User.query.get(i).id for i in n)", "sum([(await User.query.get(i)).id for i in n])"),
        ("sum((User.query.get(i).id for i in n), 1)", "sum([(await User.query.get(i)).id for i in n], 1)"),
        ("User.query.all()[0]", "(await User.query.all())[0]"),
        ("n[0], n[1:2]", "n[0], n[1:2]"),
    ],
)
def test_elements_of_a_query(before: str, migrated: str | None) -> None:
    expected = migrated or "sum([await u.posts.count() for u in await User.query.all()])"
    assert expression(before) == expected


EITHER = """\
def {name}(values):
    {body}

def f(n):
    return {name}([n]), {name}(User.query)
"""


@pytest.mark.parametrize(
    ("body", "migrated"),
    [
        ("return [str(v) for v in values]", "return [str(v) async for v in each(values)]"),
        (
            "return {v: w for w in (1, 2) for v in values}",
            "return {v: w for w in (1, 2) async for v in each(values)}",
        ),
        (
            "return sum(v.id for v in values)",
            "return sum(v.id for v in [item async for item in each(values)])",
        ),
        ("for v in values: print(v)", "async for v in each(values): print(v)"),
        ("return tuple(values)", "return tuple([item async for item in each(values)])"),
        ("return (0, *values)", "return (0, *[item async for item in each(values)])"),
        ("return 1 in values", "return 1 in [item async for item in each(values)]"),
    ],
)
def test_a_parameter_that_gets_a_query_here_and_a_list_there_is_iterated_as_what_it_is(
    body: str, migrated: str
) -> None:
    text = after(EITHER.format(name="g", body=body))
    assert f"async def g(values):\n    {migrated}\n" in text
    assert "from quart_app.bridge import each" in text
    assert after(text) == text


def test_a_parameter_that_only_gets_queries_is_iterated_as_they_are() -> None:
    text = after(
        "def g(values):\n    return [str(v) for v in values]\n\ndef f():\n    return g(User.query)\n"
    )
    assert "return [str(v) async for v in values]" in text


def test_a_migrated_slice_is_left_alone() -> None:
    code = "async def f():\n    return await User.query[1:3].all(), await User.query.item(0)"
    assert after(code) == code


def test_unpacking_takes_all() -> None:
    assert "a, b = [item async for item in User.query]" in after("def f():\n    a, b = User.query\n")


def test_a_generator_that_is_kept_waits_in_the_bridge() -> None:
    assert expression("(User.query.get(i) for i in n)") == "(wait(User.query.get(i)) for i in n)"
    assert expression("any(User.query.get(i) for i in n)") == "any(wait(User.query.get(i)) for i in n)"


def test_the_rest_of_the_arguments_is_a_tuple_whatever_its_name_is_given_later() -> None:
    code = """
        def listed():
            return User.query.filter_by(name="x")
        def shown(*data):
            data = many(listed, *data)
            return data
        def many(f, *data):
            data = f(*data)
            return data
    """
    assert "f(*data)" in after(code)
    assert "many(listed, *data)" in after(code)
