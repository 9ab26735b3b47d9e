"""Extensions without a way to Quart are marked once, where they are imported."""

from __future__ import annotations

import pytest

from migrate_tool.catalog.extensions import EXTENSIONS, Verdict
from tests.migrate_tool.programs import migrated

NO_WAY = {
    module: extension.advice
    for module, extension in EXTENSIONS.items()
    if extension.verdict is Verdict.MARKED
}
APP = "from flask import Flask\n{}\napp = Flask(__name__)\n"


@pytest.mark.parametrize("module", sorted(NO_WAY))
@pytest.mark.parametrize("line", ["import {}", "from {} import X", "from {}.part import X"])
def test_an_import_is_marked(module: str, line: str) -> None:
    texts, findings = migrated({"app.py": APP.format(line.format(module))})
    assert f"# migrate: FQ191 {NO_WAY[module]}\n{line.format(module)}\n" in texts["app.py"]
    assert [f.action for f in findings if f.code == "FQ191"] == ["marked"]


def test_a_mark_is_not_made_twice() -> None:
    once, _ = migrated({"app.py": APP.format("import flask_appbuilder")})
    again, _ = migrated(once)
    assert again == once


def test_the_toolbar_is_reported_and_leaves_an_empty_place() -> None:
    code = "from flask_debugtoolbar import DebugToolbarExtension\nDebugToolbarExtension(app)"
    texts, findings = migrated({"app.py": APP.format(code)})
    assert "from quart_app.compat.debugtoolbar import DebugToolbarExtension\n" in texts["app.py"]
    assert "# migrate" not in texts["app.py"]
    assert [f.action for f in findings if f.code == "FQ191"] == ["rewritten", "left"]


def test_a_module_of_the_project_with_the_same_name_is_not_marked() -> None:
    texts, _ = migrated({"app.py": APP.format("import flask_appbuilder"), "flask_appbuilder.py": "X = 1\n"})
    assert "# migrate" not in texts["app.py"]


def test_an_extension_that_nobody_has_tried_is_named() -> None:
    texts, findings = migrated({"app.py": APP.format("from flask_nobody_knows import It")})
    assert "# migrate" not in texts["app.py"]
    found = [finding for finding in findings if finding.code == "FQ191"]
    assert [finding.action for finding in found] == ["left"]
    assert "flask_nobody_knows is not known" in found[0].message


OLD = {module for module, extension in EXTENSIONS.items() if extension.old}


@pytest.mark.parametrize("module", sorted(OLD))
def test_what_asks_for_names_that_are_gone_finds_them_in_force(module: str) -> None:
    code = f"import os\nfrom {module} import It\nfrom {module}.part import That\n"
    texts, findings = migrated({"app.py": APP.format("it = 1"), "extensions.py": code})
    expected = code.replace("import os\n", "import os\nimport quart_app.compat.installed  # noqa: F401\n")
    assert texts["extensions.py"] == expected
    assert [finding.action for finding in findings if finding.code == "FQ191"] == ["rewritten"]
    again, _ = migrated(texts)
    assert again == texts


def test_the_old_spelling_of_an_old_extension() -> None:
    texts, _ = migrated({"app.py": APP.format("from flaskext.markdown import Markdown")})
    assert "import quart_app.compat.installed  # noqa: F401\nfrom flaskext.markdown" in texts["app.py"]


@pytest.mark.parametrize("module", sorted(set(EXTENSIONS) - set(NO_WAY) - OLD - {"flask_debugtoolbar"}))
def test_an_extension_with_a_way_is_not_spoken_of(module: str) -> None:
    _, findings = migrated({"app.py": APP.format(f"import {module}")})
    assert [finding for finding in findings if finding.code == "FQ191"] == []


def test_a_module_inside_a_package_that_is_none() -> None:
    texts, _ = migrated(
        {"app.py": APP.format("from elasticapm.contrib.flask import ElasticAPM\nimport elasticapm")}
    )
    assert texts["app.py"].count("# migrate: FQ191") == 1


def test_a_guard_of_an_admin_s_view_stays_synchronous_and_waits() -> None:
    code = (
        "from flask_admin.contrib.sqla import ModelView\n"
        "from flask_login import current_user\n"
        "class Guarded(ModelView):\n"
        "    def is_accessible(self):\n"
        "        return current_user.is_authenticated and current_user.is_admin\n"
    )
    texts, findings = migrated({"app.py": APP.format(code)})
    assert "# migrate" not in texts["app.py"]
    assert "    def is_accessible(self):\n" in texts["app.py"]
    assert "wait(current_user).is_authenticated" in texts["app.py"]
    assert "async def" not in texts["app.py"]
    assert [f for f in findings if f.code == "FQ191"] == []
