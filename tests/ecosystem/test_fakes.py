"""The measure cannot be flattered by a fake tool: each of these scores 0, and the honest one scores full."""

from __future__ import annotations

import pytest

from .tiny import ALL, FLASK, INDEX, METHOD, QUART, Bench, Here, changed

TESTS = "tests/test_shop.py"

EMPTIED = """\
import unittest
import pytest

def test_index():
    pass

async def test_add():
    '''Nothing.'''

@pytest.mark.parametrize("path", ["/nowhere", "/add/more"])
def test_missing(path):
    assert True

class OldStyle(unittest.TestCase):
    def test_method(self):
        ...
"""


def test_an_honest_migration_scores_full(bench: Bench) -> None:
    marked = changed(QUART, "shop.py", ("stock = [", "# migrate: FQ000 look\nstock = ["))
    result = bench.measure(bench.tool(marked, exit_code=1), expected=5)
    assert (result.error, result.zero, result.losses) == ("", "", {})
    assert (result.passed, result.total, result.score) == (5, 5, 1.0)
    assert (result.suspects, result.insensitive, result.slips) == ([], [], [])
    assert result.migration is not None
    assert result.migration.idempotent is True
    assert result.native is not None
    assert (result.native.marks, result.native.views, result.native.share_of_views) == (1, 2, 1.0)


def test_a_tool_that_does_nothing_scores_0(bench: Bench) -> None:
    result = bench.measure(bench.tool({}))
    assert (result.passed, result.total) == (0, 5)
    assert result.zero == "the tool changed nothing"
    assert set(result.losses) == ALL


def test_a_tool_that_leaves_the_application_on_flask_scores_0(bench: Bench) -> None:
    result = bench.measure(bench.tool({"README.md": "Migrated!\n"}))
    assert result.passed == 0
    assert "flask.Flask.__init__ was used after the migration" in result.losses[INDEX]


@pytest.mark.parametrize("base", [FLASK, QUART], ids=["on flask", "on quart"])
def test_a_tool_that_empties_the_tests_scores_0(bench: Bench, base: dict[str, str]) -> None:
    result = bench.measure(bench.tool(base | {TESTS: EMPTIED}))
    assert result.passed == 0
    assert result.losses[METHOD] == "it sends no request any more (1 on Flask)"


def test_a_tool_that_deletes_the_tests_scores_0(bench: Bench) -> None:
    result = bench.measure(bench.tool(QUART, delete=(TESTS,)))
    assert result.passed == 0
    assert set(result.losses) == ALL


def test_a_tool_that_renames_the_tests_scores_0(bench: Bench) -> None:
    result = bench.measure(bench.tool(changed(QUART, TESTS, ("def test_", "def test_new_"))))
    assert result.passed == 0
    assert result.losses[METHOD] == "vanished: no test of this id was collected"


@pytest.mark.parametrize("exit_code", [2, 3, 120])
def test_exit_code_2_or_more_scores_0(bench: Bench, exit_code: int) -> None:
    result = bench.measure(bench.tool(QUART, exit_code=exit_code, code="print('usage')"))
    assert (result.passed, len(result.losses)) == (0, 5)
    assert result.zero == f"the tool ended with exit code {exit_code}: usage"


def test_a_tool_that_is_killed_scores_0(bench: Bench) -> None:
    result = bench.measure(bench.tool(QUART, code="import os; os.kill(os.getpid(), 9)"))
    assert result.passed == 0
    assert result.zero.startswith("the tool ended with exit code -9")


def test_a_tool_that_crashes_after_writing_scores_0(bench: Bench) -> None:
    result = bench.measure(bench.tool(QUART, code="raise KeyError('x')"))
    assert (result.passed, result.zero) == (0, "the tool crashed: KeyError: 'x'")


def test_requirements_that_do_not_install_score_0(bench: Bench) -> None:
    result = bench.measure(Here(bench.tool(QUART), installs=False))
    assert (result.passed, len(result.losses)) == (0, 5)
    assert result.zero.startswith("its requirements do not install: ERROR: No matching distribution")


def test_requirements_that_are_gone_score_0(bench: Bench) -> None:
    result = bench.measure(bench.tool(QUART, delete=("requirements.txt",)))
    assert result.passed == 0
    assert "says nothing about what it needs" in result.zero


def test_no_pytest_is_lent_where_the_original_named_one(bench: Bench) -> None:
    here = Here(bench.tool(QUART | {"requirements.txt": "quart\n"}))
    result = bench.measure(here)
    assert result.passed == 0
    assert "names pytest" in result.zero
    assert here.asked == []


def test_a_module_that_does_not_parse_any_more_says_so(bench: Bench) -> None:
    result = bench.measure(
        bench.tool(changed(QUART, TESTS, ("async def test_index", "async deaf test_index")))
    )
    assert result.passed == 0
    assert result.migration is not None
    assert result.migration.unparsable == [TESTS]
    assert result.losses[INDEX].startswith("not collected: ")
    assert "SyntaxError" in result.losses[INDEX]


def test_a_plugin_that_is_kept_from_loading_scores_0(bench: Bench) -> None:
    blocked = {"pytest.ini": "[pytest]\nasyncio_mode = auto\naddopts = --no-such-option\n"}
    result = bench.measure(bench.tool(QUART | blocked))
    assert result.passed == 0
    assert "the test run did not start" in result.zero


def test_a_second_run_that_changes_something_is_told(bench: Bench) -> None:
    # It marks each of its runs; nothing is left of the tests, so that this self-test is quick.
    growing = "(tree / f'run {len(list(tree.iterdir()))}').write_text('')"
    result = bench.measure(bench.tool(QUART, delete=(TESTS,), code=growing))
    assert result.migration is not None
    assert result.migration.idempotent is False
