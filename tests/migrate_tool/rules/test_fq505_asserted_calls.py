"""Assertions that call what they are given."""

from __future__ import annotations

from tests.migrate_tool.programs import migrated, with_app


def asserted(code: str) -> str:
    body = f"""
import pytest
import unittest
def load(number, *more, **named):
    return User.query.get(number)
def plain(number):
    raise ValueError(number)
class TestLoad(unittest.TestCase):
    def test_load(self):
        {code}
"""
    return migrated(with_app(body))[0]["code.py"].partition("def test_load(self):\n")[2]


def test_own_functions_that_became_coroutines_are_awaited() -> None:
    assert asserted("self.assertRaises(ValueError, load, 1, *rest, a=2, **more)") == (
        "        with self.assertRaises(ValueError):\n            await load(1, *rest, a=2, **more)\n"
    )
    assert asserted('self.assertRaisesRegex(ValueError, "x", load, 1)  # why') == (
        '        with self.assertRaisesRegex(ValueError, "x"):\n            await load(1)  # why\n'
    )


def test_pytests_result_keeps_its_name() -> None:
    assert asserted("caught = pytest.raises(ValueError, load, 1)") == (
        "        with pytest.raises(ValueError) as caught:\n            await load(1)\n"
    )


def test_what_the_call_is_given_is_rewritten_too() -> None:
    assert asserted("self.assertRaises(ValueError, load, User.query.count())") == (
        "        with self.assertRaises(ValueError):\n            await load(await User.query.count())\n"
    )


def test_functions_that_stay_synchronous_and_with_blocks_are_left_alone() -> None:
    assert asserted("self.assertRaises(ValueError, plain, 1)") == (
        "        self.assertRaises(ValueError, plain, 1)\n"
    )
    assert asserted("with self.assertRaises(ValueError): load(1)") == (
        "        with self.assertRaises(ValueError): await load(1)\n"
    )


def test_a_statement_that_shares_its_line_is_marked() -> None:
    mark, line = asserted("x = 1; self.assertRaises(ValueError, load, 1)").splitlines()
    assert mark.startswith("        # migrate: FQ505 code.py::load has become a coroutine function")
    assert line == "        x = 1; self.assertRaises(ValueError, load, 1)"


def test_where_no_with_can_stand_the_function_stays_synchronous() -> None:
    body = """
import pytest
def load(number):
    return User.query.get(number)
def test_load():
    assert "x" in str(pytest.raises(ValueError, load, 1).value)
"""
    text = migrated(with_app(body))[0]["code.py"]
    assert "\ndef load(number):\n    return wait(User.query.get(number))\n" in text
