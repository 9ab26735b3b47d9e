"""pytest's settings go where pytest reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .trees import FLASK_TEST, around

LINES = (
    "asyncio_mode = auto\nasyncio_default_fixture_loop_scope = session\n"
    "asyncio_default_test_loop_scope = session\nquart_app_bridge = true\n"
)
TOML_LINES = (
    'asyncio_mode = "auto"\nasyncio_default_fixture_loop_scope = "session"\n'
    'asyncio_default_test_loop_scope = "session"\nquart_app_bridge = true\n'
)
TREE = {"requirements.txt": "flask\npytest\n", "tests/test_app.py": FLASK_TEST}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("pytest.ini", "", f"[pytest]\n{LINES}"),
        ("pytest.ini", "[pytest]\naddopts = -q\n    -x\n", f"[pytest]\naddopts = -q\n    -x\n{LINES}"),
        ("pytest.ini", "[pytest]\nasyncio_mode = strict\n", f"[pytest]\n{LINES}"),
        (
            "setup.cfg",
            "[tool:pytest]\ntestpaths = tests\n\n[x]\ny = 1\n",
            f"[tool:pytest]\ntestpaths = tests\n{LINES}\n[x]\ny = 1\n",
        ),
        ("tox.ini", "[pytest]", f"[pytest]\n{LINES}"),
        (
            "pyproject.toml",
            '[tool.pytest.ini_options]\nfilterwarnings = [\n    "error",\n]\n\n[tool.x]\n',
            f'[tool.pytest.ini_options]\nfilterwarnings = [\n    "error",\n]\n{TOML_LINES}\n[tool.x]\n',
        ),
        (
            "pyproject.toml",
            '[tool.pytest.ini_options]\nasyncio_mode = "strict"  # why\n',
            f"[tool.pytest.ini_options]\n{TOML_LINES}".replace('"auto"\n', '"auto"  # why\n'),
        ),
    ],
)
def test_settings_are_put_into_the_file_that_decides(
    name: str, before: str, after: str, tmp_path: Path
) -> None:
    result = around({**TREE, name: before}, tmp_path)
    assert result[name] == after
    assert ("pytest.ini" in result) == (name == "pytest.ini")


def test_the_first_file_in_pytests_own_order_decides(tmp_path: Path) -> None:
    result = around({**TREE, "setup.cfg": "[tool:pytest]\n", "pytest.ini": "[pytest]\n"}, tmp_path)
    assert result["pytest.ini"] == f"[pytest]\n{LINES}"
    assert result["setup.cfg"] == "[tool:pytest]\n"


def test_without_any_a_new_file_stands_in_the_root(tmp_path: Path) -> None:
    assert (
        around({**TREE, "setup.cfg": "[metadata]\nname = x\n"}, tmp_path)["pytest.ini"]
        == f"[pytest]\n{LINES}"
    )


def test_a_project_without_awaited_tests_needs_none(tmp_path: Path) -> None:
    assert "pytest.ini" not in around(
        {"requirements.txt": "flask\n", "test_sum.py": "def test_sum():\n    assert 1\n"}, tmp_path
    )


def test_a_file_beside_the_tests_does_not_serve_a_run_that_is_started_at_the_root(tmp_path: Path) -> None:
    result = around({**TREE, "tests/pytest.ini": "[pytest]\nxfail_strict = true\n"}, tmp_path)
    assert result["tests/pytest.ini"] == f"[pytest]\nxfail_strict = true\n{LINES}"
    assert result["pytest.ini"] == f"[pytest]\n{LINES}"
