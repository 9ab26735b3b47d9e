"""A value whose class has been tested is of that class, where nothing else is known of it."""

from __future__ import annotations

import pytest

from tests.migrate_tool.model.test_flow import read
from tests.migrate_tool.programs import after


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ("assert isinstance(a, int)\nuse(a)", {"int"}),
        ("assert isinstance(a, (int, str)) and a\nuse(a)", {"int", "str"}),
        ("if isinstance(a, int):\n    use(a)", {"int"}),
        ("if not isinstance(a, int):\n    return\nuse(a)", {"int"}),
        ("return isinstance(a, int) and use(a)", {"int"}),
        ("return use(a) if isinstance(a, int) else 0", {"int"}),
        ("if isinstance(a, int):\n    pass\nelse:\n    use(a)", set()),
        ("if not isinstance(a, int):\n    print(a)\nuse(a)", set()),
        ("assert isinstance(a, int) or a\nuse(a)", set()),
        ("use(a)\nassert isinstance(a, int)", set()),
        ("assert isinstance(a, int)\na = made()\nuse(a)", set()),
        # What is known says more.
        ("assert isinstance(x, int)\nuse(x)", {"bytes"}),
    ],
)
def test_a_test_of_the_class_says_what_a_value_is(body: str, known: set[str]) -> None:
    assert read(body) == known


def test_a_response_whose_class_was_tested_is_read_with_await() -> None:
    text = after(
        "from flask import Response\n"
        "def read(answer):\n    assert isinstance(answer, Response)\n    return answer.get_data()\n"
    )
    assert "async def read(answer):" in text
    assert "return await answer.get_data()" in text


def test_what_the_application_s_class_of_responses_makes_is_a_response() -> None:
    text = after(
        "from flask import current_app\n"
        "def size():\n    answer = current_app.response_class('a')\n    return len(answer.get_data())\n"
    )
    assert "len(await answer.get_data())" in text


def test_a_listener_s_connection_stays_what_it_is() -> None:
    text = after(
        "from sqlite3 import Connection\nfrom sqlalchemy import event\nfrom sqlalchemy.engine import Engine\n"
        "@event.listens_for(Engine, 'connect')\n"
        "def keys(connection, record):\n"
        "    if isinstance(connection, Connection):\n        connection.cursor().execute('PRAGMA foreign_keys=ON')\n"
    )
    assert "        connection.cursor().execute('PRAGMA foreign_keys=ON')" in text
