"""The command line: what is chosen, what is shown, when it fails."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from .__main__ import alone, main, verdict
from .baseline import freeze
from .measure import Result
from .report import details, document, table
from .tiny import FLASK, INDEX, QUART, Bench, changed


def test_an_unknown_name_is_a_usage_error_that_names_the_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing-like-it"]) == 2
    assert "there are bluelog, bookshelf, flask-login" in capsys.readouterr().err


def test_a_local_path_that_is_not_there_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--local", str(tmp_path / "none")]) == 2
    assert "neither a manifest nor a folder" in capsys.readouterr().err


def test_the_quick_part_and_local_applications_are_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--quick", "--list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "bookshelf  (quick)",
        "fsa-flaskr  (quick)",
        "tutorial  (quick)",
    ]
    assert main(["--list", "--local", str(tmp_path), "--baseline", "flask==2.2.5"]) == 0
    assert capsys.readouterr().out.splitlines() == [tmp_path.name]


def test_two_measurements_never_share_a_cache_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = []

    def second() -> None:
        with alone(tmp_path):
            order.append("second")

    with alone(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
    assert "another measurement uses" in capsys.readouterr().err


def test_the_verdict_holds_each_application_and_the_pool_to_the_minimum() -> None:
    good, weak = Result("good", total=100, passed=100), Result("weak", total=10, passed=9)
    assert verdict([good], 0.95) == 0
    assert verdict([good, weak], 0.95) == 1
    assert verdict([good, weak], 0.9) == 0
    assert verdict([good, Result("unmeasured", error="no baseline")], 0.0) == 1
    assert verdict([], 0.95) == 1


def test_the_report_names_each_loss_and_its_reason() -> None:
    result = Result("shop", total=2, passed=1, losses={INDEX: "failed: shop.py:3: boom"})
    assert table([result]).splitlines()[-2].split()[:4] == ["shop", "2", "1", "50.0%"]
    assert INDEX in details([result])
    assert "failed: shop.py:3: boom" in details([result])
    shown = json.loads(json.dumps(document([result])))
    assert shown["pooled"] == {"total": 2, "passed": 1, "score": 0.5}
    assert shown["applications"][0]["losses"] == {INDEX: "failed: shop.py:3: boom"}


def test_a_baseline_smaller_than_expected_is_an_error_and_no_score(tmp_path: Path) -> None:
    failing = changed(FLASK, "tests/test_shop.py", ('== "tea"', '== "coffee"'))
    result = Bench(tmp_path, "small", failing).measure([], expected=5)
    assert (result.error, result.passed) == ("the baseline is 4, the manifest expects 5", 0)
    assert result.failing_on_flask.keys() == {INDEX}


def test_a_test_that_passes_once_of_twice_is_listed_as_flaky_and_left_out(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    flaky = f"""
from pathlib import Path

def test_flaky():
    counter = Path({str(counter)!r})
    counter.write_text("x" + (counter.read_text() if counter.exists() else ""))
    assert len(counter.read_text()) == 1

def test_firm():
    assert len("tea") == 3
"""
    bench = Bench(tmp_path, "flaky", FLASK | {"tests/test_shop.py": flaky})
    result = bench.measure(bench.tool({}))
    assert result.flaky == ["tests/test_shop.py::test_flaky"]
    assert result.total == 1


def test_reasons_for_unknown_tests_are_an_error(bench: Bench) -> None:
    result = bench.measure(
        bench.tool(QUART), reasons={"tests/test_shop.py::test_gone": "its subject is Flask"}
    )
    assert result.error == "reasons for tests that are not in the baseline: ['tests/test_shop.py::test_gone']"


def test_a_frozen_baseline_is_used_until_the_tree_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from . import baseline
    from .running import Suite, SuiteRun
    from .tiny import write

    runs: list[Suite] = []

    def run_suite(suite: Suite) -> SuiteRun:
        runs.append(suite)
        return SuiteRun()

    monkeypatch.setattr(baseline, "run_suite", run_suite)
    original = write(tmp_path / "original", FLASK)
    suite = Suite(Path("python"), tmp_path / "before", tmp_path / "work", (), {}, 1.0, stage="flask")
    freeze(original, suite)
    assert [run.sabotage for run in runs] == [False, False, True]
    freeze(original, suite)
    assert len(runs) == 3
    write(original, {"shop.py": "changed"})
    freeze(original, suite)
    assert len(runs) == 6
    freeze(original, suite, fresh=True)
    assert len(runs) == 9
