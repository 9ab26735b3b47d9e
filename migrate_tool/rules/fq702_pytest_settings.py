"""How pytest runs tests that are awaited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from migrate_tool.files import pytest_settings
from migrate_tool.model.symbols import Imported

from .awaited_tests import awaited_tests
from .project_files import ProjectFiles, Text
from .rule import Example, Rule, Safety

_BEFORE = (
    'from app import app\n\n\ndef test_index():\n    assert app.test_client().get("/").status_code == 200\n'
)
_AFTER = (
    "from app import app\n\n\n"
    "async def test_index():\n"
    '    assert (await app.test_client().get("/")).status_code == 200\n'
)
_WITH_FIXTURE = (
    "import pytest\nfrom flask import url_for\n\nfrom app import app as application\n\n\n"
    "@pytest.fixture\ndef app():\n    return application\n\n\n"
    'def test_index(client):\n    assert client.get(url_for("index")).status_code == 200\n'
)
_WITH_FIXTURE_AFTER = (
    "import pytest\nfrom quart import url_for\n\nfrom app import app as application\n\n\n"
    "@pytest.fixture\ndef app():\n    return application\n\n\n"
    'async def test_index(client):\n    assert (await client.get(url_for("index"))).status_code == 200\n'
)
_REQUIREMENTS = "quart>=0.22,<0.23\nflask-to-quart>=0.1\npytest>=8.4\npytest-asyncio>=1.3\n"
_OTHERS = {"test_index.py": (_BEFORE, _AFTER), "requirements.txt": (_REQUIREMENTS, _REQUIREMENTS)}

RULE = Rule(
    code="FQ702",
    name="pytest-settings",
    summary="pytest awaits the tests, all on one event loop, in the bridge.",
    why=(
        "An async test that no plugin awaits is an error. Fixtures and tests share one loop for the whole session, "
        "as they shared one thread before, so that a database connection made in one can be used in another. "
        "quart_app_bridge lets synchronous code below a test wait. Where pytest-flask was asked for, quart_app_pytest_flask "
        "provides its fixtures, and a request context in every test that uses the application."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before="[pytest]\ntestpaths = .\n\n[flake8]\nmax-line-length = 100\n",
            after=(
                "[pytest]\ntestpaths = .\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = session\n"
                "asyncio_default_test_loop_scope = session\nquart_app_bridge = true\n\n[flake8]\nmax-line-length = 100\n"
            ),
            path="tox.ini",
            others=_OTHERS,
        ),
        Example(
            before='[tool.pytest.ini_options]\ntestpaths = ["."]\nfilterwarnings = ["error"]\n\n[tool.other]\na = 1\n',
            after=(
                '[tool.pytest.ini_options]\ntestpaths = ["."]\nfilterwarnings = ["error"]\nasyncio_mode = "auto"\n'
                'asyncio_default_fixture_loop_scope = "session"\nasyncio_default_test_loop_scope = "session"\n'
                "quart_app_bridge = true\n\n[tool.other]\na = 1\n"
            ),
            path="pyproject.toml",
            others=_OTHERS,
        ),
        Example(
            before=_REQUIREMENTS,
            after=_REQUIREMENTS,
            path="requirements.txt",
            others={
                "test_index.py": (_BEFORE, _AFTER),
                "pytest.ini": (
                    None,
                    "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = session\n"
                    "asyncio_default_test_loop_scope = session\nquart_app_bridge = true\n",
                ),
            },
        ),
        Example(
            before="flask\npytest-flask==1.3.0\n",
            after="quart>=0.22,<0.23\nflask-to-quart>=0.1\npytest>=8.4\npytest-asyncio>=1.3\n",
            path="requirements.txt",
            others={
                "test_index.py": (_WITH_FIXTURE, _WITH_FIXTURE_AFTER),
                "pytest.ini": (
                    "[pytest]\n",
                    "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = session\n"
                    "asyncio_default_test_loop_scope = session\nquart_app_bridge = true\nquart_app_pytest_flask = true\n",
                ),
            },
        ),
    ),
    references=(
        "https://pytest-flask.readthedocs.io/en/latest/features.html",
        "https://pytest-asyncio.readthedocs.io/en/stable/reference/configuration.html",
    ),
)

SETTINGS = {
    "asyncio_mode": "auto",
    "asyncio_default_fixture_loop_scope": "session",
    "asyncio_default_test_loop_scope": "session",
    "quart_app_bridge": "true",
}
_TEST_FOLDERS = {"test", "tests"}
_FIXTURES = {"quart_app_pytest_flask": "true"}
_PLUGIN = re.compile(r"(?<![\w-])pytest[-_.]flask(?![\w-])", re.IGNORECASE)


def project(files: ProjectFiles) -> None:
    """Put the settings where pytest looks for the tests that are awaited."""
    folders = {
        PurePosixPath(function.module.path).parent
        for function in awaited_tests(files.project, files.colouring)
    }
    if not folders or files.project.is_quart:
        return
    wanted = {**SETTINGS, **(_FIXTURES if _asks_for_pytest_flask(files) else {})}
    configured = [text for text in files.texts() if pytest_settings.configures(text.path, text.text)]
    chosen: dict[PurePosixPath, Text] = {}
    for folder in sorted(folders):
        found = _for(folder, configured)
        if found is None:
            _create(files, wanted)
            return
        chosen[found.path] = found
    for path, text in chosen.items():
        new = pytest_settings.with_settings(path, text.text, wanted)
        if new != text.text:
            files.change(path, new)
            files.report(path, 1, RULE.code, "the tests are awaited, on one event loop")
    if all(path.parent.name in _TEST_FOLDERS for path in chosen):
        # ``pytest tests`` reads the file in that folder, ``pytest`` alone reads none: it must not run tests that nobody awaits.
        _create(files, wanted)


def _for(folder: PurePosixPath, configured: list[Text]) -> Text | None:
    """The configuration that holds for tests in ``folder`` when pytest is started at the root.

    pytest takes the first one it meets on its way up from the tests; which those are depends on how it is called, so
    the one nearest to the root is the one that a whole run uses.
    """
    above = [text for text in configured if text.path.parent == folder or text.path.parent in folder.parents]
    order = pytest_settings.NAMES
    return min(above, key=lambda text: (len(text.path.parts), order.index(text.path.name)), default=None)


def _asks_for_pytest_flask(files: ProjectFiles) -> bool:
    """Whether a file of requirements or settings named the plugin before the migration, or a test imports it."""
    return any(_PLUGIN.search(files.original(text.path)) for text in files.configuration_texts()) or any(
        item.module.partition(".")[0] == "pytest_flask"
        for module in files.project.modules.values()
        for bindings in module.scope.bindings.values()
        for item in bindings
        if isinstance(item, Imported)
    )


def _create(files: ProjectFiles, wanted: Mapping[str, str]) -> None:
    path = PurePosixPath("pytest.ini")
    lines = [f"{key} = {value}\n" for key, value in wanted.items()]
    files.create(path, "".join(["[pytest]\n", *lines]))
    files.report(path, 1, RULE.code, "is new: the tests are awaited, on one event loop")
