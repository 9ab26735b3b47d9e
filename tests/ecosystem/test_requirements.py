"""What a tree asks for, and which pytest it gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from .environments import RUNNER, InstallFailed
from .manifest import Application
from .measure import after_environment
from .requirements import needs
from .tiny import Here, write


def _asked(tree: Path, named: tuple[str, ...] | None = None) -> list[str]:
    return [part.replace(f"{tree}/", "") for part in needs(tree, named).arguments()]


def test_files_for_tests_and_development_are_installed_and_no_others(tmp_path: Path) -> None:
    names = ("requirements.txt", "requirements-dev.txt", "requirements-queue.txt", "requirements/test.txt")
    write(
        tmp_path,
        dict.fromkeys([*names, "requirements/docs.txt", "requirements/prod.txt", "notes.txt"], "x\n"),
    )
    expected = ["requirements.txt", "requirements-dev.txt", "requirements/test.txt"]
    assert _asked(tmp_path) == [part for name in expected for part in ("-r", name)]


def test_a_folder_of_requirements_without_a_main_file_is_installed_but_for_other_purposes(
    tmp_path: Path,
) -> None:
    write(tmp_path, {f"requirements/{name}.txt": "x\n" for name in ("common", "dev", "prod", "docs")})
    assert _asked(tmp_path) == ["-r", "requirements/common.txt", "-r", "requirements/dev.txt"]


def test_a_manifest_may_name_the_files(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "x\n", "requirements/dev.txt": "y\n"})
    assert _asked(tmp_path, ("requirements/dev.txt",)) == ["-r", "requirements/dev.txt"]


@pytest.mark.parametrize(
    "files",
    [
        {
            "pyproject.toml": "[project]\nname='x'\n[project.optional-dependencies]\ntest=['pytest']\ndocs=['y']\n"
        },
        {
            "setup.py": "from setuptools import setup\nsetup(extras_require={'test': ['pytest'], 'docs': []})\n"
        },
        {
            "setup.py": "",
            "setup.cfg": "[options]\ninstall_requires =\n    a\n[options.extras_require]\ntest =\n    pytest\n",
        },
    ],
    ids=["pyproject", "setup.py", "setup.cfg"],
)
def test_a_project_is_installed_with_its_extra_for_tests(tmp_path: Path, files: dict[str, str]) -> None:
    found = needs(write(tmp_path, files))
    assert found.arguments() == ["-e", ".[test]"]
    assert "pytest" in found.names()


def test_dependency_groups_are_followed(tmp_path: Path) -> None:
    groups = (
        "[dependency-groups]\ndev=['ruff', {include-group='test'}]\ntest=['pytest>=8']\ndocs=['sphinx']\n"
    )
    assert set(_asked(write(tmp_path, {"pyproject.toml": groups}))) == {"ruff", "pytest>=8"}


def test_a_poetry_project_that_is_no_package_is_what_it_depends_on(tmp_path: Path) -> None:
    poetry = """\
[tool.poetry]
package-mode = false
[tool.poetry.dependencies]
python = "^3.11"
flask = "^3.1"
small = "^0.2.3"
near = "~1.4.2"
exact = "2.0"
free = "*"
span = ">=1.2, <3"
rich = {version = "^1", extras = ["a", "b"]}
absent = {version = "1", optional = true}
[tool.poetry.group.dev.dependencies]
pytest = "^9.0"
[tool.poetry.group.docs.dependencies]
sphinx = "*"
"""
    assert _asked(write(tmp_path, {"pyproject.toml": poetry})) == [
        "flask>=3.1,<4",
        "small>=0.2.3,<0.3",
        "near>=1.4.2,<1.5",
        "exact==2.0",
        "free",
        "span>=1.2,<3",
        "rich[a,b]>=1,<2",
        "pytest>=9.0,<10",
    ]
    package = poetry.replace("package-mode = false\n", "")
    assert _asked(write(tmp_path, {"pyproject.toml": package})) == ["-e", ".", "pytest>=9.0,<10"]


def test_a_pipfile_is_read_when_there_is_nothing_else(tmp_path: Path) -> None:
    pipfile = {"Pipfile": "[packages]\nflask = '*'\n[dev-packages]\nfaker = '==4.0.2'\n"}
    assert _asked(write(tmp_path, pipfile)) == ["flask", "faker==4.0.2"]
    assert _asked(write(tmp_path, {"requirements.txt": "flask\n"})) == ["-r", "requirements.txt"]


def test_names_are_normalised_and_includes_followed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "requirements.txt": "-r more/base.txt\nPytest >= 8  # why\n",
            "more/base.txt": "Flask_SQLAlchemy==3\n",
        },
    )
    assert needs(tmp_path).names() == {"pytest", "flask-sqlalchemy"}


def test_a_change_in_an_included_file_changes_what_the_cache_is_keyed_by(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "-r base.txt\n", "base.txt": "a\n"})
    before = needs(tmp_path).texts()
    write(tmp_path, {"base.txt": "b\n"})
    assert needs(tmp_path).texts() != before


def test_a_tree_that_says_nothing_needs_nothing(tmp_path: Path) -> None:
    assert needs(write(tmp_path, {"app.py": "", "setup.cfg": "[flake8]\n"})).nothing


def test_the_runner_is_lent_only_where_the_original_tree_names_none(tmp_path: Path) -> None:
    def lent(before: str, after: str) -> list[str]:
        here = Here([])
        trees = [
            write(tmp_path / name, {"requirements.txt": text}) for name, text in (("a", before), ("b", after))
        ]
        after_environment(Application("x", path=tmp_path, lent=("faker",)), here, *trees)
        return here.asked[0][1]

    assert lent("flask\n", "quart\n") == [RUNNER, "faker"]
    assert lent("flask\npytest\n", "quart\npytest==9\n") == ["faker"]
    with pytest.raises(InstallFailed, match="names pytest"):
        lent("flask\npytest\n", "quart\npytest-asyncio\n")


def test_a_project_that_is_no_package_is_not_installed(tmp_path: Path) -> None:
    text = (
        '[project]\nname = "x"\nversion = "1"\ndependencies = ["quart"]\n'
        '[project.optional-dependencies]\ntest = ["pytest"]\ndocs = ["sphinx"]\n[tool.uv]\npackage = false\n'
    )
    assert set(_asked(write(tmp_path, {"pyproject.toml": text}))) == {"quart", "pytest"}
