"""Decorators stay what they are: only what they put around a function turns async."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after

TWO_USES = """
from functools import wraps
def paged(most=None):
    def decorator(view):
        @wraps(view)
        def wrapper(*args, **kwargs):
            return view(*args, **kwargs)
        return wrapper
    if callable(most):
        return paged()(most)
    return decorator
@app.route("/a")
@paged
def first():
    return User.query.count()
@app.route("/b")
@paged(most=3)
def second():
    return User.query.count()
"""


def test_a_decorator_with_and_without_parentheses_stays_a_decorator() -> None:
    text = after(TWO_USES)
    assert "\ndef paged(most=None):" in "\n" + text
    assert "    def decorator(view):" in text
    assert "async def wrapper" in text
    assert "async def first" in text
    assert "        return maybe_wait(paged()(most))" in text


def test_a_decorator_that_asks_the_database_asks_where_it_decorates() -> None:
    text = after(
        "def checked(f):\n    User.query.count()\n    return f\n@checked\ndef view():\n    return 1\n"
    )
    assert "def checked(f):\n    run(User.query.count())" in text


def test_a_bridged_call_that_may_reach_both_colours_takes_both() -> None:
    text = after(
        "class A:\n    def go(self):\n        return User.query.count()\n"
        "class B:\n    def go(self):\n        return 1\n"
        "class Both:\n    def __init__(self, one):\n        self.it = A() if one else B()\n"
        "    @property\n    def gone(self):\n        return self.it.go()\n"
    )
    assert "        return maybe_wait(self.it.go())" in text


@pytest.mark.parametrize("bound", ["", "    @staticmethod\n"])
@pytest.mark.parametrize("parameter", ["method", "method: Callable"])
def test_a_decorator_in_the_body_of_its_class_awaits_what_stands_below_it(bound: str, parameter: str) -> None:
    text = after(
        f"""from typing import Callable
class Notes:
{bound}    def _counted({parameter}):
        def inner(*args):
            User.query.count()
            return method(*args)
        return inner
    @_counted
    def first(self):
        return User.query.first()
    @classmethod
    @_counted
    def all(cls):
        return User.query.all()
    def last(self):
        return self.first()
"""
    )
    assert "            return await method(*args)\n" in text
    assert text.endswith("        return await self.first()")


def test_what_an_object_of_an_unknown_library_decorates_is_not_awaited_by_it() -> None:
    text = after(
        "from pluggy import HookimplMarker\n\n"
        "hookimpl = HookimplMarker('app')\n\n"
        "@hookimpl\ndef names(kind):\n    return [user.name for user in User.query]\n\n"
        "@hookimpl(tryfirst=True)\ndef count(kind):\n    return User.query.count()\n"
    )
    assert "async def" not in text
    assert "return wait(User.query.count())" in text
