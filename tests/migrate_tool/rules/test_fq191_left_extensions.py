"""Extensions without a way to Quart are marked once, where they are imported."""

from __future__ import annotations

import pytest

from migrate_tool.rules.fq191_left_extensions import NO_WAY
from tests.migrate_tool.programs import migrated

APP = "from flask import Flask\n{}\napp = Flask(__name__)\n"


@pytest.mark.parametrize("module", sorted(NO_WAY))
@pytest.mark.parametrize("line", ["import {}", "from {} import X", "from {}.part import X"])
def test_an_import_is_marked(module: str, line: str) -> None:
    texts, findings = migrated({"app.py": APP.format(line.format(module))})
    assert f"# migrate: FQ191 {NO_WAY[module]}\n{line.format(module)}\n" in texts["app.py"]
    assert [f.action for f in findings if f.code == "FQ191"] == ["marked"]


def test_a_mark_is_not_made_twice() -> None:
    once, _ = migrated({"app.py": APP.format("import flask_admin")})
    again, _ = migrated(once)
    assert again == once


def test_the_toolbar_is_reported_and_leaves_an_empty_place() -> None:
    code = "from flask_debugtoolbar import DebugToolbarExtension\nDebugToolbarExtension(app)"
    texts, findings = migrated({"app.py": APP.format(code)})
    assert "from quart_app.compat.debugtoolbar import DebugToolbarExtension\n" in texts["app.py"]
    assert "# migrate" not in texts["app.py"]
    assert [f.action for f in findings if f.code == "FQ191"] == ["rewritten", "left"]


def test_a_module_of_the_project_with_the_same_name_is_not_marked() -> None:
    texts, _ = migrated({"app.py": APP.format("import flask_admin"), "flask_admin.py": "X = 1\n"})
    assert "# migrate" not in texts["app.py"]
