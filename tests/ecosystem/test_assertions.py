"""How much a test asserts."""

from __future__ import annotations

from pathlib import Path

import pytest

from .assertions import loss, read
from .tiny import write


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("assert x", 1),
        ("assert x\n    assert y", 2),
        ("assert True", 0),
        ("assert 'always'", 0),
        ("self.assertEqual(x, 1)\n    self.assertIn(x, y)", 2),
        ("self.assertTrue(True)", 0),
        ("with pytest.raises(ValueError):\n        assert x", 2),
        ("with self.assertRaises(ValueError):\n        x()", 1),
        ("for x in y:\n        assert x", 1),
        ("self.fail('never')", 1),
        ("client.get('/')", 0),
    ],
)
def test_assertions_are_counted(tmp_path: Path, body: str, number: int) -> None:
    write(tmp_path, {"test_x.py": f"async def test_x(self):\n    {body}\n"})
    assert read(tmp_path / "test_x.py").functions["test_x"].assertions == number


def _loss(tmp_path: Path, id_: str, before: dict[str, str], after: dict[str, str]) -> str:
    return loss(id_, write(tmp_path / "before", before), write(tmp_path / "after", after))


CLASS = "class TestX:\n    def test_x(self):\n        assert a\n        assert b\n"


def test_the_same_amount_and_more_is_no_loss(tmp_path: Path) -> None:
    more = CLASS + "        assert c\n"
    assert _loss(tmp_path, "test_x.py::TestX::test_x", {"test_x.py": CLASS}, {"test_x.py": more}) == ""


def test_a_parametrized_test_is_found_by_its_function(tmp_path: Path) -> None:
    less = CLASS.replace("        assert b\n", "")
    reason = _loss(tmp_path, "test_x.py::TestX::test_x[a::b]", {"test_x.py": CLASS}, {"test_x.py": less})
    assert reason == "it asserts less: 1 instead of 2"


def test_an_inherited_test_is_found_in_its_base(tmp_path: Path) -> None:
    child = "class TestY(TestX):\n    pass\n"
    less = CLASS.replace("        assert b\n", "") + child
    reason = _loss(tmp_path, "test_x.py::TestY::test_x", {"test_x.py": CLASS + child}, {"test_x.py": less})
    assert reason == "it asserts less: 1 instead of 2"


def test_a_body_emptied_by_a_bare_return_or_a_constant_assertion_is_empty(tmp_path: Path) -> None:
    before = {"test_x.py": "def test_x():\n    client.get('/')\n"}
    for body in ("pass", "...", "'''Text.'''", "return", "return None", "assert True"):
        assert (
            _loss(tmp_path, "test_x.py::test_x", before, {"test_x.py": f"def test_x():\n    {body}\n"})
            == "its body is empty"
        )


def test_a_conftest_above_the_test_counts_as_its_helper(tmp_path: Path) -> None:
    test = {"a/test_x.py": "def test_x(page):\n    assert page\n"}
    before = test | {"conftest.py": "def page():\n    assert 1 + 1 == 2\n"}
    assert _loss(
        tmp_path, "a/test_x.py::test_x", before, test | {"conftest.py": "def page():\n    pass\n"}
    ) == ("the helpers of conftest.py assert less: 0 instead of 1")


def test_a_helper_of_another_file_is_not_its_business(tmp_path: Path) -> None:
    test = {"a/test_x.py": "def test_x():\n    assert x\n"}
    before = test | {"b/conftest.py": "def page():\n    assert x\n"}
    assert _loss(tmp_path, "a/test_x.py::test_x", before, test | {"b/conftest.py": ""}) == ""
