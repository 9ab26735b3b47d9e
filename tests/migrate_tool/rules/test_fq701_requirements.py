"""Requirements, in every kind of file that names them."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from migrate_tool.catalog.distributions import FLOORS, OURS

from .trees import FLASK_APP, FLASK_TEST, around, migrate

OURS_LINES = "quart>=0.22,<0.23\nflask-to-quart>=0.1\n"


def requirements(text: str, root: Path, **others: str) -> str:
    tree = {name.replace("__", "."): value for name, value in others.items()}
    return around({"requirements.txt": text, **tree}, root)["requirements.txt"]


def test_what_the_runtime_replaces_goes_and_unrelated_pins_stay(tmp_path: Path) -> None:
    before = (
        "Flask==1.1.2\nflask_login==0.5\nFlask-WTF\nFaker==1.0.0\nrequests[socks]>=2 ; python_version > '3'\n"
    )
    after = OURS_LINES + "Faker==1.0.0\nrequests[socks]>=2 ; python_version > '3'\n"
    assert requirements(before, tmp_path, people__py="import faker\n") == after


def test_comments_options_and_blank_lines_stay(tmp_path: Path) -> None:
    before = "# web\n-i https://index.example/simple\n\nFlask  # the framework\n-e .\ngit+https://example.com/x.git#egg=x\n"
    after = (
        "# web\n-i https://index.example/simple\n\nquart>=0.22,<0.23  # the framework\nflask-to-quart>=0.1\n-e .\n"
        "git+https://example.com/x.git#egg=x\n"
    )
    assert requirements(before, tmp_path) == after


def test_the_annotations_of_pip_compile_go_with_their_requirement(tmp_path: Path) -> None:
    before = "flask==3.0\n    # via -r requirements.in\nflask-login==0.6\n    # via\n    #   -r requirements.in\nzipp==3.8.1\n    # via x\n"
    quart, ours = OURS_LINES.splitlines(keepends=True)
    after = f"{quart}    # via -r requirements.in\n{ours}zipp==3.8.1\n    # via x\n"
    assert requirements(before, tmp_path, archive__py="import zipp\n") == after


def test_what_stands_beside_a_requirement_does_not_take_its_annotation(tmp_path: Path) -> None:
    """Else the second run would not know what asked for it, and would let other pins loose."""
    project = '[project]\nname = "shop"\ndependencies = []\n\n[dependency-groups]\ndev = ["pytest>=8.4"]\n'
    before = (
        "flask==3.0\niniconfig==2.1.0\n    # via pytest\npytest==8.4.2\n    # via shop (pyproject.toml)\n"
    )
    tree = {"pyproject.toml": project, "requirements.txt": before, "test_app.py": FLASK_TEST}
    after = around(tree | {"conftest.py": "import pytest\n"}, tmp_path)["requirements.txt"]
    lines = "iniconfig==2.1.0\n    # via pytest\npytest==8.4.2\n    # via shop (pyproject.toml)\npytest-asyncio>=1.3\n"
    assert after == OURS_LINES + lines


def test_a_comment_behind_a_requirement_that_goes_stays(tmp_path: Path) -> None:
    before = "[options]\ninstall_requires =\n    Flask\n    Flask-Login\n    # the rates\n    requests\n"
    after = around({"setup.cfg": before}, tmp_path)["setup.cfg"]
    assert "    # the rates\n    requests\n" in after


def test_a_requirement_that_a_file_still_imports_stays(tmp_path: Path) -> None:
    before = "Flask\npsycopg2-binary==2.9.9\ngunicorn==20.0\n"
    after = OURS_LINES + "psycopg2-binary==2.9.9\nhypercorn>=0.18,<0.19\n"
    assert requirements(before, tmp_path, load__py="import psycopg2\n") == after


def test_another_distribution_of_the_same_module_stays_where_it_is_imported(tmp_path: Path) -> None:
    before = "Flask\npy-bcrypt==0.4\n"
    assert requirements(before, tmp_path, people__py="import bcrypt\n") == OURS_LINES + "py-bcrypt==0.4\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("MySQL-python==1.2.5", "asyncmy>=0.2.10"),
        ("Cerberus==1.2", "Cerberus>=1.3.4"),
        ("sqlalchemy-schemadisplay==1.3", "sqlalchemy-schemadisplay>=2.0"),
        ("Werkzeug==2.0.3", "Werkzeug>=3.1"),
        ("Werkzeug>=2,<3", "Werkzeug>=3.1"),
        ("Werkzeug>=2", "Werkzeug>=2"),
        ("Werkzeug==3.1.3", "Werkzeug==3.1.3"),
        ("Werkzeug~=3.1", "Werkzeug~=3.1"),
        ("Werkzeug!=2.1", "Werkzeug!=2.1"),
        ("SQLAlchemy==1.4.54", "SQLAlchemy>=2.1,<2.2"),
        ("SQLAlchemy<2.1", "SQLAlchemy>=2.1,<2.2"),
        ("SQLAlchemy[asyncio]==2.0.30", "SQLAlchemy[asyncio]>=2.1,<2.2"),
        ("SQLAlchemy", "SQLAlchemy"),
        ("SQLAlchemy-Continuum~=1.5.2", "SQLAlchemy-Continuum>=1.8"),
        ("PyYAML==5.4.1", "PyYAML>=6.0.1"),
        ("PyYAML==3.13", "PyYAML>=6.0.1"),
        ("numpy==1.19.5", "numpy>=1.23.2,<2"),
        ("pycrypto==2.6.1", "pycryptodome"),
        ("request==0.0.26\nget==0.0.39\nrequests>=2.31", "requests>=2.31"),
        ("enum34==1.1.6; python_version < '3.4'", ""),
        ("PyYAML==5.3.1", "PyYAML==5.3.1"),
        ("PyYAML>=5.1,<6", "PyYAML>=6.0.1"),
        ("PyYAML<5.4", "PyYAML<5.4"),
        ("PyYAML>=5.1", "PyYAML>=5.1"),
        ("tox==2.5.0\nsix==1.13.0", "tox>=3.20\nsix>=1.14"),
        ("six==1.13.0", "six==1.13.0"),
        ("pytest-ordering==0.5\npyparsing==2.1.9", "pytest-ordering>=0.6\npyparsing>=2.4"),
        ("pyScss==1.2.0", "pyScss>=1.3.7"),
        ("Flask-HTTPAuth==3.2.3", "Flask-HTTPAuth>=4.8,<4.8.1"),
        ("Flask-HTTPAuth==4.8.1", "Flask-HTTPAuth>=4.8.1"),
        ("Flask-HTTPAuth", "Flask-HTTPAuth"),
        ("flask-smorest==0.40.0", "flask-smorest>=0.42.2"),
        ("PyJWT==1.4.2", "PyJWT>=1.7.1,<2"),
        ("PyJWT==1.7.1", "PyJWT==1.7.1"),
        ("PyJWT==2.9.0", "PyJWT==2.9.0"),
        ("PyJWT", "PyJWT"),
        ("Flask-JWT-Extended==3.24\nPyJWT==1.7.1", "Flask-JWT-Extended>=4.6,<4.7.2\nPyJWT>=2.8,<2.10"),
        ("Flask-JWT-Extended==4.4.4\nPyJWT==2.6.0", "Flask-JWT-Extended>=4.6,<4.7.2\nPyJWT>=2.8,<2.10"),
        ("Flask-JWT-Extended==4.6.0\nPyJWT==2.10.1", "Flask-JWT-Extended==4.6.0\nPyJWT==2.10.1"),
        ("flask-restx==0.1.0\nattrs==19.1.0", "flask-restx>=1.3\nattrs>=22.2"),
        ("bcrypt==3.1.2", "bcrypt>=4.0,<5"),
        ("Flask-Bcrypt==0.6.0\npy-bcrypt==0.4", "Flask-Bcrypt>=1.0.1\nbcrypt>=4.0,<5"),
        ("pybcrypt==0.4\nbcrypt==3.2.0", "bcrypt>=4.0,<5"),
        ("jsmin==2.2.2", "jsmin>=3.0"),
        ("celery==4.4.7\nvine==1.3.0", "celery>=5.2\nvine>=5.0"),
        ("Flask-PyMongo==2.3.0\npymongo==3.13.0", "Flask-PyMongo>=3.0\npymongo>=4.0"),
        ("pymongo==3.13.0", "pymongo==3.13.0"),
        ("Flask-PyMongo==2.3\nmongoengine==0.21.0", "Flask-PyMongo>=3.0\nmongoengine>=0.24"),
        (
            "marshmallow>=2.13.5,<3\nflask-marshmallow>=0.7,<0.8",
            "marshmallow>=3.0,<4\nflask-marshmallow>=1.2",
        ),
        ("Flask-Caching==1.10.1\ncachelib==0.1.1", "Flask-Caching>=2.1\ncachelib>=0.9"),
        ("flask-whooshee==0.7.0", "flask-whooshee>=0.9"),
        ("packaging~=23.1\nlimits~=3.5.0", "packaging>=24\nlimits>=3.11"),
        ("pycln==1.1.0\ntyper==0.4.0", "pycln>=2.1\ntyper>=0.4.1"),
        (
            "flask-restplus==0.12.1\nattrs==19.1.0\njsonschema==2.6.0",
            "flask-restx>=1.3\nattrs>=22.2\njsonschema>=4.18",
        ),
        ("flask-accepts==0.10.0\nmarshmallow==3.2.0", "flask-accepts>=0.18,<1\nmarshmallow==3.2.0"),
        ("flask-accepts\nmarshmallow", "flask-accepts\nmarshmallow>=3.0.1,<4"),
        (
            "flask-smorest==0.29.0\nmarshmallow==3.11.0\napispec==4.3.0\nwebargs==7.0.1",
            "flask-smorest>=0.42.2\nmarshmallow>=3.18,<4\napispec>=6.0\nwebargs>=8.0",
        ),
        ("apscheduler==3.7.0", "apscheduler>=3.10.2,<4"),
        ("google-api-python-client==2.0.2", "google-api-python-client>=2.35"),
        ("Flask-CSV==1.2.0", "Flask-CSV>=1.2.1"),
        (
            "Flask-APScheduler==1.12.3\nAPScheduler==3.9.1",
            "Flask-APScheduler>=1.13\nAPScheduler>=3.10.2",
        ),
        ("pkg-resources==0.0.0", ""),
        ("Pillow==8.0; sys_platform == 'linux'", "Pillow>=9.3,<10; sys_platform == 'linux'"),
    ],
)
def test_only_versions_that_cannot_work_are_lifted(before: str, after: str, tmp_path: Path) -> None:
    end = f"{after}\n" if after else ""
    used = "import flask_accepts, flask_jwt_extended, jwt, marshmallow, pymongo, six, werkzeug, yaml\n"
    assert requirements(f"flask\n{before}\n", tmp_path, used__py=used) == OURS_LINES + end


@pytest.mark.parametrize(
    ("listed", "code", "after"),
    [
        ("jwt==0.5.2\nPyJWT==1.7.1", "import jwt\njwt.encode({}, 'key')\n", "PyJWT==1.7.1"),
        ("jwt==1.3.1\nPyJWT==1.7.1", "from jwt import JWT\nJWT()\n", "jwt==1.3.1\nPyJWT==1.7.1"),
        ("jwt==1.3.1", "import jwt\njwt.JWT()\n", "jwt==1.3.1"),
    ],
)
def test_a_requirement_that_was_taken_for_another_goes(
    listed: str, code: str, after: str, tmp_path: Path
) -> None:
    assert requirements(f"flask\n{listed}\n", tmp_path, tokens__py=code) == OURS_LINES + f"{after}\n"


def test_constraints_are_lifted_and_nothing_is_added_to_them(tmp_path: Path) -> None:
    tree = {
        "requirements.txt": "-c constraints.txt\nflask\n",
        "constraints.txt": "flask==2.2\nwerkzeug==2.2\nfaker==1\n",
        "people.py": "import faker\n",
    }
    result = around(tree, tmp_path)
    assert result["constraints.txt"] == "flask>=3.1\nwerkzeug>=3.1\nfaker==1\n"
    assert result["requirements.txt"] == "-c constraints.txt\n" + OURS_LINES


def test_hashes_are_left_out_where_new_names_have_none_and_that_is_said(tmp_path: Path) -> None:
    before = "flask==2.3.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nzipp==3.1.0 \\\n    --hash=sha256:cc\n"
    tree = {"app.py": FLASK_APP, "archive.py": "import zipp\n", "requirements.txt": before}
    result, outcome = migrate(tree, tmp_path / "tree")
    assert result["requirements.txt"] == OURS_LINES + "zipp==3.1.0\n"
    assert any("hashes" in finding.message for finding in outcome.left)


def test_carriage_returns_stay(tmp_path: Path) -> None:
    assert (
        requirements("flask\r\nzipp\r\n", tmp_path) == "quart>=0.22,<0.23\r\nflask-to-quart>=0.1\r\nzipp\r\n"
    )


def test_included_files_are_followed_by_name_and_each_gets_its_part(tmp_path: Path) -> None:
    tree = {
        "requirements.txt": "-r requirements/prod.txt\n",
        "requirements/common.txt": "Flask==2.0\nFlask-Login\n",
        "requirements/prod.txt": "-r common.txt\ngunicorn==20.0.4\nuwsgi\n",
        "requirements/docs.txt": "sphinx\n",
    }
    result = around(tree, tmp_path)
    assert result["requirements/common.txt"] == OURS_LINES
    assert result["requirements/prod.txt"] == "-r common.txt\nhypercorn>=0.18,<0.19\n"
    assert result["requirements/docs.txt"] == "sphinx\n"
    assert result["requirements.txt"] == tree["requirements.txt"]


def test_a_list_may_be_named_after_the_version_of_python(tmp_path: Path) -> None:
    tree = {"requirements3.txt": "flask==1.1.1\ngevent==21.1.2\n", "requirements.in": "flask\n"}
    result = around(tree, tmp_path)
    assert result["requirements3.txt"] == OURS_LINES
    assert result["requirements.in"] == OURS_LINES


def test_awaited_tests_bring_pytest_asyncio_beside_pytest(tmp_path: Path) -> None:
    tree = {
        "requirements.txt": "flask\n",
        "requirements-dev.txt": "pytest==6.2.5\nblack\n",
        "test_app.py": FLASK_TEST,
    }
    result = around(tree, tmp_path)
    assert result["requirements-dev.txt"] == "pytest>=8.4\npytest-asyncio>=1.3\nblack\n"
    assert result["requirements.txt"] == OURS_LINES


def test_awaited_tests_without_a_named_pytest_bring_both(tmp_path: Path) -> None:
    result = around({"requirements.txt": "flask\n", "test_app.py": FLASK_TEST}, tmp_path)
    assert result["requirements.txt"] == OURS_LINES + "pytest>=8.4\npytest-asyncio>=1.3\n"


def test_tests_of_unittest_need_no_plugin(tmp_path: Path) -> None:
    test = (
        "import unittest\n\nfrom app import app\n\n\nclass IndexTest(unittest.TestCase):\n"
        '    def test_index(self):\n        self.assertEqual(app.test_client().get("/").status_code, 404)\n'
    )
    result = around({"requirements.txt": "flask\npytest\n", "test_app.py": test}, tmp_path)
    assert result["requirements.txt"] == OURS_LINES + "pytest\n"
    assert "pytest.ini" not in result


def test_a_project_that_named_nothing_gets_a_requirements_file(tmp_path: Path) -> None:
    assert around({}, tmp_path)["requirements.txt"] == "flask-to-quart>=0.1\n"


def test_a_project_without_flask_code_is_left_alone(tmp_path: Path) -> None:
    tree = {"tool.py": "import quart\n", "requirements.txt": "quart==0.18\nWerkzeug==2.0\n"}
    assert migrate(tree, tmp_path / "tree")[0] == tree


def test_a_lock_file_is_named_until_it_is_written_again(tmp_path: Path) -> None:
    tree = {"app.py": FLASK_APP, "Pipfile": '[packages]\nflask = "*"\n', "Pipfile.lock": "{}\n"}
    result, outcome = migrate(tree, tmp_path / "old")
    assert [finding.path for finding in outcome.left] == ["Pipfile.lock"]
    locked = {**result, "Pipfile.lock": '{"flask-to-quart": {}}\n'}
    assert not migrate(locked, tmp_path / "new")[1].left


def test_pyproject_extras_and_groups(tmp_path: Path) -> None:
    before = (
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">= 3.7, <4"\n'
        'dependencies = ["flask>=2", "flask-login"]\n\n'
        '[project.optional-dependencies]\ntest = ["pytest"]\npostgres = [\n    "psycopg2",  # driver\n]\n\n'
        '[dependency-groups]\ndev = ["gunicorn", {include-group = "x"}]\nx = []\n'
    )
    after = (
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11,<4"\n'
        'dependencies = ["quart>=0.22,<0.23", "flask-to-quart>=0.1"]\n\n'
        '[project.optional-dependencies]\ntest = ["pytest", "pytest-asyncio>=1.3"]\npostgres = [\n'
        '    "asyncpg>=0.30",  # driver\n]\n\n'
        '[dependency-groups]\ndev = ["hypercorn>=0.18,<0.19", {include-group = "x"}]\nx = []\n'
    )
    result = around({"pyproject.toml": before, "test_app.py": FLASK_TEST, "pytest.ini": ""}, tmp_path)
    assert result["pyproject.toml"] == after


def test_poetry(tmp_path: Path) -> None:
    before = (
        '[tool.poetry]\nname = "shop"\n\n[tool.poetry.dependencies]\npython = "^3.8"\nFlask = "^2.0"  # web\n'
        'Flask-SQLAlchemy = {version = "^2.5", optional = true}\nWerkzeug = {version = "~2.0", python = ">3"}\n'
        'requests = "^2.0"\nshared = {path = "../shared"}\n\n[tool.poetry.group.dev.dependencies]\npytest = "^6.0"\n'
    )
    after = (
        '[tool.poetry]\nname = "shop"\n\n[tool.poetry.dependencies]\npython = "^3.11"\nquart = ">=0.22,<0.23"\n'
        'flask-to-quart = ">=0.1"\nWerkzeug = {version = ">=3.1", python = ">3"}\n'
        'requests = "^2.0"\nshared = {path = "../shared"}\n\n[tool.poetry.group.dev.dependencies]\n'
        'pytest = ">=8.4"\npytest-asyncio = ">=1.3"\n'
    )
    result = around({"pyproject.toml": before, "test_app.py": FLASK_TEST, "pytest.ini": ""}, tmp_path)
    assert result["pyproject.toml"] == after


def test_pipfile(tmp_path: Path) -> None:
    before = (
        '[packages]\nflask = "==1.1.2"\nclick = "*"\n\n[dev-packages]\n"flake8" = "==3.7.9"\n\n'
        '[requires]\npython_version = "3.6"\n'
    )
    after = (
        '[packages]\nquart = ">=0.22,<0.23"\nflask-to-quart = ">=0.1"\nclick = "*"\n\n[dev-packages]\n'
        '"flake8" = ">=3.7.9"\n\n[requires]\npython_version = "3.11"\n'
    )
    assert around({"Pipfile": before}, tmp_path)["Pipfile"] == after


def test_setup_py(tmp_path: Path) -> None:
    before = (
        "from setuptools import setup\n\nREQUIRES = ['Flask>=1', 'Flask-Login', 'six']\n\nsetup(\n    name='shop',\n"
        "    python_requires='>=3.6',\n    install_requires=REQUIRES,\n"
        "    extras_require={\n        'test': [\n            'pytest',\n        ],\n    },\n)\n"
    )
    after = (
        "from setuptools import setup\n\nREQUIRES = ['quart>=0.22,<0.23', 'flask-to-quart>=0.1', 'six']\n\nsetup(\n"
        "    name='shop',\n    python_requires=\">=3.11\",\n    install_requires=REQUIRES,\n"
        "    extras_require={\n        'test': [\n            'pytest', 'pytest-asyncio>=1.3',\n        ],\n    },\n)\n"
    )
    result = around({"setup.py": before, "test_app.py": FLASK_TEST, "pytest.ini": ""}, tmp_path)
    assert result["setup.py"] == after


def test_tox_and_setup_cfg(tmp_path: Path) -> None:
    tox = "[testenv]\ndeps = pytest\ncommands = pytest\n\n[testenv:docs]\ndeps =\n    sphinx\n"
    cfg = "[options]\ninstall_requires =\n    Flask\n\n    six  # old\n\n[options.extras_require]\ntest =\n    pytest\n"
    result = around({"tox.ini": tox, "setup.cfg": cfg, "test_app.py": FLASK_TEST, "pytest.ini": ""}, tmp_path)
    assert result["tox.ini"] == (
        "[testenv]\ndeps = \n    pytest\n    pytest-asyncio>=1.3\ncommands = pytest\n\n[testenv:docs]\ndeps =\n    sphinx\n"
    )
    assert result["setup.cfg"] == (
        "[options]\ninstall_requires =\n    quart>=0.22,<0.23\n    flask-to-quart>=0.1\n\n    six  # old\n\n"
        "[options.extras_require]\ntest =\n    pytest\n    pytest-asyncio>=1.3\n"
    )


def test_what_builds_a_project_runs_beside_a_setuptools_of_today(tmp_path: Path) -> None:
    setup = "from setuptools import setup\n\nsetup(\n    install_requires=['Flask'],\n    setup_requires=['setuptools-scm==6.0.1'],\n)\n"
    cfg = "[options]\nsetup_requires =\n    wheel\n    setuptools_scm==6.0.1\ninstall_requires =\n    Flask\n"
    toml = '[build-system]\nrequires = ["setuptools>=42", "setuptools_scm[toml]==6.0.1"]\n'
    result = around({"setup.py": setup, "setup.cfg": cfg, "pyproject.toml": toml}, tmp_path)
    assert "setup_requires=['setuptools-scm>=7.1']" in result["setup.py"]
    assert "setup_requires =\n    wheel\n    setuptools_scm>=7.1\ninstall_requires" in result["setup.cfg"]
    assert result["pyproject.toml"] == toml.replace("==6.0.1", ">=7.1")


_PIPFILE_LOCK = (
    '{"default": {"marshmallow": {"version": "==3.14.1"}, "requests": {"version": "==2.26"}}, "develop": {}}'
)
_POETRY_LOCK = '[[package]]\nname = "marshmallow"\nversion = "3.14.1"\n\n[[package]]\nname = "Pillow"\nversion = "8.4.0"\n'


@pytest.mark.parametrize(
    ("path", "lock", "before", "after"),
    [
        ("Pipfile.lock", _PIPFILE_LOCK, "marshmallow>=3.5\nrequests\n", "marshmallow>=3.5,<4\nrequests\n"),
        ("Pipfile.lock", _PIPFILE_LOCK, "marshmallow>=3.5,<4\n", "marshmallow>=3.5,<4\n"),
        ("Pipfile.lock", _PIPFILE_LOCK.replace("3.14.1", "4.1"), "marshmallow\n", "marshmallow\n"),
        ("poetry.lock", _POETRY_LOCK, "marshmallow\nPillow\n", "marshmallow<4\nPillow<10\n"),
        ("uv.lock", _POETRY_LOCK, "marshmallow>=2\npillow>=8\n", "marshmallow>=2,<4\npillow>=8,<10\n"),
        ("uv.lock", "[[package]\n", "marshmallow\n", "marshmallow\n"),
    ],
)
def test_what_a_lock_file_held_back_is_held_back_by_the_open_requirement(
    path: str, lock: str, before: str, after: str, tmp_path: Path
) -> None:
    tree = {"app.py": FLASK_APP, "requirements.txt": f"Flask\n{before}", path: lock}
    first, _ = migrate(tree, tmp_path / "first")
    assert first["requirements.txt"] == OURS_LINES + after
    assert migrate(first, tmp_path / "second")[0]["requirements.txt"] == first["requirements.txt"]


def test_conda_environments_hand_to_pip_what_conda_lacks(tmp_path: Path) -> None:
    before = "name: shop\ndependencies:\n  - python=3.8\n  - flask=1.1.2\n  - numpy\n  - pip:\n    - Flask-Login==0.5\n"
    after = (
        "name: shop\ndependencies:\n  - python=3.11\n  - numpy\n  - pip:\n    - quart>=0.22,<0.23\n"
        "    - flask-to-quart>=0.1\n"
    )
    assert around({"environment.yml": before}, tmp_path)["environment.yml"] == after


def test_the_oldest_versions_are_those_that_our_own_dependencies_ask_for() -> None:
    """The data follow the distributions that are installed here: nothing we depend on asks for more than they say."""
    seen: set[str] = set()
    too_low: list[str] = []

    def walk(name: str, extras: frozenset[str]) -> None:
        try:
            lines = distribution(name).requires or []
        except PackageNotFoundError:
            return
        for line in lines:
            wanted = Requirement(line)
            if wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in (*extras, "")):
                continue
            key = canonicalize_name(wanted.name)
            lower = [Version(s.version) for s in wanted.specifier if s.operator in {">=", "~="}]
            floor = FLOORS.get(key)
            if lower and floor is not None and Version(floor.version) < max(lower):
                too_low.append(f"{name} needs {line}, the data say {floor.version}")
            if key not in seen:
                seen.add(key)
                walk(wanted.name, frozenset(wanted.extras))

    for root in ("flask-to-quart", "pytest-asyncio"):
        walk(root, frozenset())
    assert {"quart", "werkzeug", "sqlalchemy", "pytest"} <= seen
    assert not too_low


def test_what_a_migrated_project_asks_for_is_what_we_depend_on() -> None:
    own = {
        canonicalize_name(found.name): found.specifier
        for line in distribution("flask-to-quart").requires or []
        if not (found := Requirement(line)).marker
    }
    for name in ("quart", "hypercorn"):
        assert Requirement(name + OURS[name]).specifier == own[canonicalize_name(name)]


@pytest.mark.parametrize(
    ("extension", "used"),
    [
        ("flask-marshmallow", "from flask_marshmallow import Marshmallow\nma = Marshmallow(app)\n"),
        ("flask-admin", "from flask_admin.contrib.sqla import ModelView\n"),
    ],
)
def test_what_another_extension_looks_for_stays(extension: str, used: str, tmp_path: Path) -> None:
    tree = {"app.py": FLASK_APP + used, "requirements.txt": f"flask\n{extension}\nflask-sqlalchemy\n"}
    assert "flask-sqlalchemy\n" in migrate(tree, tmp_path / "project")[0]["requirements.txt"]


def test_an_extension_stays_below_the_version_that_took_arguments_away(tmp_path: Path) -> None:
    after = requirements("flask\nflask-admin==1.5.6\n", tmp_path)
    assert after == OURS_LINES + "flask-admin>=1.6.1,<2\n"


def test_what_stands_beside_another_is_kept_below_what_that_cannot_use(tmp_path: Path) -> None:
    after = requirements("Flask\nmarshmallow\nflask_apispec\n", tmp_path / "loose")
    assert after == OURS_LINES + "marshmallow>=2.20,<4\nflask_apispec\n"
    kept = "marshmallow==3.13.0\nflask_apispec==0.11.4\n"
    used = "import flask_apispec, marshmallow\n"
    assert requirements(f"Flask\n{kept}", tmp_path / "pinned", used__py=used) == OURS_LINES + kept
    assert requirements("Flask\nmarshmallow\n", tmp_path / "alone") == f"{OURS_LINES}marshmallow\n"
    unnamed = requirements("Flask\nflask-apispec\n", tmp_path / "unnamed")
    assert unnamed == OURS_LINES + "flask-apispec\nmarshmallow>=2.20,<4\n"


def test_what_extensions_that_are_lifted_need_is_lifted_with_them(tmp_path: Path) -> None:
    old = "Flask\nmarshmallow==2.20.2\nmarshmallow-sqlalchemy==0.17.0\n"
    lifted = "marshmallow>=3.10,<4\nmarshmallow-sqlalchemy>=1.0\n"
    assert requirements(old, tmp_path / "old") == OURS_LINES + lifted
    loose = requirements("Flask\nmarshmallow\nflask-apispec\nmarshmallow-sqlalchemy\n", tmp_path / "loose")
    assert loose == OURS_LINES + "marshmallow>=3.10,<4\nflask-apispec\nmarshmallow-sqlalchemy\n"
    new = "marshmallow==4.4.0\nmarshmallow-sqlalchemy==1.6.0\n"
    used = "import marshmallow, marshmallow_sqlalchemy\n"
    assert requirements(f"Flask\n{new}", tmp_path / "new", used__py=used) == OURS_LINES + new


@pytest.mark.parametrize(
    ("named", "code", "becomes"),
    [
        ("", "import pkg_resources\n", "setuptools<81\n"),
        ("", "def f():\n    from pkg_resources import parse_version\n", "setuptools<81\n"),
        ("Flask-RQ2\n", "", "Flask-RQ2\nsetuptools<81\n"),
        ("ydata-profiling\n", "", "ydata-profiling\nsetuptools<81\n"),
        ("setuptools\n", "import pkg_resources\n", "setuptools>=65.5,<81\n"),
        ("Flask-RQ2\nsetuptools>=40\n", "", "Flask-RQ2\nsetuptools>=65.5,<81\n"),
        ("setuptools==80.9.0\n", "import pkg_resources\n", "setuptools==80.9.0\n"),
        ("setuptools>=60,<70\n", "import pkg_resources\n", "setuptools>=60,<70\n"),
        ("setuptools\n", "import setuptools\n", "setuptools\n"),
        ("", "try:\n    import pkg_resources\nexcept ImportError:\n    pkg_resources = None\n", ""),
    ],
)
def test_what_reads_pkg_resources_gets_a_setuptools_that_has_it(
    named: str, code: str, becomes: str, tmp_path: Path
) -> None:
    assert requirements(f"flask\n{named}", tmp_path, used__py=code) == OURS_LINES + becomes


def test_what_only_builds_a_package_is_not_asked_for(tmp_path: Path) -> None:
    setup = "import pkg_resources\nfrom setuptools import setup\n\nsetup(name='shop')\n"
    assert requirements("flask\n", tmp_path, setup__py=setup) == OURS_LINES


def test_flask_that_is_kept_stays_flask_in_a_pipfile(tmp_path: Path) -> None:
    app = FLASK_APP + "\nfrom flask.signals import _signals\n"
    before = '[packages]\nflask = "*"\nrequests = "*"\n'
    first, _ = migrate({"app.py": app, "Pipfile": before}, tmp_path / "first")
    packages = tomllib.loads(first["Pipfile"])["packages"]
    assert sorted(packages) == ["flask", "flask-to-quart", "quart", "requests"]
    assert migrate(first, tmp_path / "second")[0] == first


@pytest.mark.parametrize(
    ("line", "is_refused"),
    [
        ("flask>=>=1", True),
        ("requests 2.31", True),
        ("requests==2.31, six", True),
        ("requests=2.31  # of conda", True),
        ("requests==2.31 --no-binary :all:", False),
        ("requests==2.31 ; python_version > '3'  # web", False),
        ("requests[security] >= 2", False),
        ("requests @ git+https://example.com/requests", False),
        ("git+https://example.com/requests@2#egg=requests", False),
        ("./wheels/requests-2.31-py3-none-any.whl", False),
        ("-r other.txt", False),
        ("-e .", False),
        ("{{ cookiecutter.name }}==1", False),
        ("# requests 2", False),
    ],
)
def test_lines_that_pip_refuses_are_named(line: str, is_refused: bool, tmp_path: Path) -> None:
    tree = {"app.py": FLASK_APP, "requirements.txt": f"six\n{line}\n", "other.txt": ""}
    after, outcome = migrate(tree, tmp_path / "project")
    said = [item for item in outcome.findings if "pip refuses" in item.message]
    assert [(str(item.path), item.line) for item in said] == [("requirements.txt", 2)] * is_refused
    assert (line in after["requirements.txt"]) or not is_refused


def test_a_setuptools_that_is_asked_for_explains_what_imports_it_at_once(tmp_path: Path) -> None:
    tree = {
        "app.py": FLASK_APP + "import pkg_resources\n",
        "setup.py": "from setuptools import setup\n\nsetup(name='shop', setup_requires=['setuptools_git==1.2'])\n",
        "requirements.txt": "flask\ntypes-setuptools==65.3.0\n",
    }
    first, _ = migrate(tree, tmp_path / "first")
    assert first["requirements.txt"] == OURS_LINES + "types-setuptools>=65.3.0\nsetuptools<81\n"
    assert migrate(first, tmp_path / "second")[0] == first
