"""Exact pins of what a project does not use itself: they give way, all others stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate_tool.pipeline import analyse

from .trees import FLASK_APP, around, migrate

OURS_LINES = "quart>=0.22,<0.23\nflask-to-quart>=0.1\n"


def after(text: str, root: Path, code: str = "", **others: str) -> str:
    """What becomes of a list behind the lines that every migrated one has."""
    tree = {"requirements.txt": f"flask\n{text}", "used.py": code, **others}
    result = around(tree, root)["requirements.txt"]
    assert result.startswith(OURS_LINES)
    return result.removeprefix(OURS_LINES)


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("PyGithub==1.55", "import github\n"),
        ("python-dateutil==2.8.2", "from dateutil import parser\n"),
        ("beautifulsoup4==4.9", "def f():\n    from bs4 import BeautifulSoup\n"),
        ("PyYAML==5.3.1", "try:\n    import yaml\nexcept ImportError:\n    yaml = None\n"),
        ("google-cloud-storage==1.4", "from google.cloud import storage\n"),
        ("zope.event==4.4", "import zope.event\n"),
        ("python-json-logger==2.0.1", 'FORMATTER = "pythonjsonlogger.jsonlogger.JsonFormatter"\n'),
        ("raven==6.10", 'import importlib\n\nraven = importlib.import_module("raven")\n'),
        ("redis==4.5.1", 'URL = "redis://localhost:6379/0"\n'),
        ("pyodbc==5.1", 'URL = "mssql+pyodbc://localhost/shop"\n'),
        ("six===1.16.0", "from six.moves import range\n"),
        ("setuptools==80.9.0", ""),
        ("somewhere==1.*", ""),
        ("somewhere~=1.0", ""),
        ("somewhere>=1,<2", ""),
        ("somewhere @ https://example.com/somewhere-1.0.tar.gz", ""),
        ("-e git+https://example.com/somewhere.git@v1#egg=somewhere", ""),
    ],
)
def test_what_the_project_uses_and_what_is_no_exact_pin_stays(pin: str, code: str, tmp_path: Path) -> None:
    assert after(f"{pin}\n", tmp_path, code) == f"{pin}\n"


@pytest.mark.parametrize(
    ("pin", "becomes"),
    [
        ("idna==2.10", "idna>=2.10"),
        ("idna===2.10", "idna>=2.10"),
        ("idna == 2.10  # names", "idna>=2.10  # names"),
        (
            "coverage[toml]==7.2 ; python_version >= '3.8'",
            "coverage[toml]>=7.2; python_version >= '3.8'",
        ),
        ("torch==2.2.0+cu121", "torch>=2.2.0"),
        ("numpy==1.26.4", "numpy>=1.26.4,<2"),
        ("numpy==2.1.0", "numpy>=2.1.0"),
        ("marshmallow==3.20.1", "marshmallow>=3.20.1,<4"),
        ("PyJWT==2.9.0\nFlask-JWT-Extended", "PyJWT>=2.9.0,<2.10\nFlask-JWT-Extended"),
    ],
)
def test_what_no_module_imports_gets_a_floor(pin: str, becomes: str, tmp_path: Path) -> None:
    assert after(f"{pin}\n", tmp_path) == f"{becomes}\n"


def test_what_pip_compile_says_asked_for_a_pin_keeps_it_where_it_stays_itself(tmp_path: Path) -> None:
    text = (
        "anyio==3.6.2\n    # via httpx\nclick==8.1.7\n    # via\n    #   black\n    #   flask\n"
        "httpx==0.25.0  # via openai, pytest-httpx\nopenai==1.3.0\n    # via -r requirements.in\n"
        "tqdm==4.66.1\n    # via openai\n"
    )
    expected = text.replace("anyio==", "anyio>=").replace("click==8.1.7", "click>=8.1.7")
    expected = expected.replace("httpx==0.25.0", "httpx>=0.25.0,<0.28")
    assert after(text, tmp_path / "some", "import openai\n") == expected
    alone = text.replace(", pytest-httpx", "")
    assert after(alone, tmp_path / "all", "import openai\n") == alone.replace("click==8.1.7", "click>=8.1.7")
    assert "tqdm>=4.66.1" in after(text, tmp_path / "none")


def test_a_text_that_is_a_part_of_a_name_is_no_use_of_it(tmp_path: Path) -> None:
    pins = "configobj==5.0.6\nflask-config-helpers==0.1\n"
    assert after(pins, tmp_path, 'FILES = ["config.ini", "cord.txt"]\n') == pins.replace("==", ">=")


def test_a_file_that_does_not_parse_uses_what_it_imports(tmp_path: Path) -> None:
    tree = {
        "app.py": FLASK_APP,
        "requirements.txt": "flask\nxlrd==1.2.0\nxlwt==1.3.0\n",
        "old.py": "import xlrd\nprint 'x'\n",
    }
    (tmp_path / "tree").mkdir()
    for name, text in tree.items():
        (tmp_path / "tree" / name).write_text(text)
    outcome, _ = analyse(tmp_path / "tree", "migrate")
    (changed,) = [change.new for change in outcome.changes if str(change.path) == "requirements.txt"]
    assert changed == OURS_LINES + "xlrd==1.2.0\nxlwt>=1.3.0\n"


def test_it_is_said_once_for_a_list(tmp_path: Path) -> None:
    tree = {"app.py": FLASK_APP, "requirements.txt": "flask\nidna==2.10\nsix==1.13.0\ncertifi==2021.5.30\n"}
    _, outcome = migrate(tree, tmp_path / "tree")
    said = [finding for finding in outcome.findings if "become floors" in finding.message]
    assert [finding.line for finding in said] == [2]
    assert "certifi, idna, six" in said[0].message


def test_what_a_file_holds_that_is_not_here_is_asked_for_by_name(tmp_path: Path) -> None:
    here = tmp_path / "shared-1.0.tar.gz"
    here.touch()
    text = (
        "certifi @ file:///opt/conda/conda-bld/certifi_1655968806487/work/certifi\n"
        "numpy @ file:///C:/ci/numpy_and_numpy_base_1642/work ; python_version >= '3.8'\n"
        f"shared @ file://{here}\nWerkzeug @ file:///home/conda/werkzeug\n"
    )
    expected = f"certifi\nnumpy; python_version >= '3.8'\nshared @ file://{here}\nWerkzeug\n"
    assert after(text, tmp_path / "tree") == expected


def test_pins_in_other_kinds_of_lists(tmp_path: Path) -> None:
    result = around(
        {
            "Pipfile": '[packages]\nflask = "*"\n\n[dev-packages]\nblack = "==22.3.0"\nmypy = {version = "==1.4.0"}\n',
            "environment.yml": "dependencies:\n  - flask\n  - openssl=1.1.1k=h27cfd23_0\n  - tzdata=2021a\n  - pip:\n    - idna==2.10\n",
        },
        tmp_path,
    )
    assert '"black' not in result["Pipfile"]
    assert 'black = ">=22.3.0"\nmypy = {version = ">=1.4.0"}\n' in result["Pipfile"]
    assert "    - idna>=2.10\n" in result["environment.yml"]
