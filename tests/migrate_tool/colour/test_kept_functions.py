"""A function that its decorator keeps is called from elsewhere too: it stays plain as long as it waits for nothing."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

SERVER = """
class Entry:
    def __init__(self, func):
        self.func = func
entries = []
table = {{}}
def served(function):
    {keeps}
    def wrapper():
        return function(User.query.count())
    return wrapper
@served
def double(number):
    {body}
"""


@pytest.mark.parametrize(
    "keeps",
    [
        "entries.append(function)",
        "entry = Entry(function)",
        "table['x'] = function",
        "table.update({'x': function})",
    ],
)
def test_what_a_decorator_keeps_stays_plain(keeps: str) -> None:
    text = after(SERVER.format(keeps=keeps, body="return number * 2"))
    assert "\ndef double(number):" in text
    assert "await maybe_await(function(await User.query.count()))" in text


def test_what_is_kept_in_an_object_is_awaited_where_it_waits() -> None:
    text = after(
        SERVER.format(keeps="entry = Entry(function)", body="return User.query.count() * number")
        + "def all_of(entry: Entry):\n    return entry.func(1)\n"
    )
    assert "async def double(number):" in text
    assert "await function(await User.query.count())" in text
    assert "return await entry.func(1)" in text


def test_what_a_decorator_only_calls_becomes_what_its_wrapper_is() -> None:
    text = after(SERVER.format(keeps="print(function.__name__)", body="return number * 2"))
    assert "async def double(number):" in text
    assert "await function(await User.query.count())" in text
