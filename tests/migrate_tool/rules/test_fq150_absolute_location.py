"""When a project was written for absolute Location headers, and when it was not."""

from __future__ import annotations

from pathlib import Path

import pytest

from .trees import migrate

APP = "from flask import Flask\n\napp = Flask(__name__)\n"
LINE = "app.response_class.autocorrect_location_header = True"


def app_after(root: Path, test: str = "", requirements: str = "flask\n", app: str = APP) -> str:
    tree = {
        "app.py": app,
        "requirements.txt": requirements,
        "test_app.py": f"def test_it(client, r):\n    {test or 'pass'}\n",
    }
    return migrate(tree, root / "project")[0]["app.py"]


@pytest.mark.parametrize(
    "test",
    [
        "assert r.headers['Location'] == 'http://localhost/x'",
        "assert 'http://localhost/x' == r.headers.get('location')",
        "assert r.location == f'http://localhost/{r.status}'",
        "assert r.location == 'http://localhost/' + r.status",
        "assert r.location == 'http://localhost/{}'.format(1)",
        "self.assertEqual(r.location, url_for('x', _external=True))",
        "url = r.headers['Location']; assert url == 'http://localhost/x'",
    ],
)
def test_a_comparison_with_a_url_asks_for_absolute_ones(test: str, tmp_path: Path) -> None:
    assert f"app = Quart(__name__)\n{LINE}" in app_after(tmp_path, test)


@pytest.mark.parametrize(
    "test",
    [
        "assert r.headers['Location'] == '/x'",
        "assert r.location == url_for('x')",
        "assert r.headers['Link'] == 'http://localhost/x'",
        "assert r.location != 'http://localhost/x'",
        "assert r.location.endswith('/x')",
        "pass",
    ],
)
def test_anything_else_does_not(test: str, tmp_path: Path) -> None:
    assert "autocorrect" not in app_after(tmp_path, test)


@pytest.mark.parametrize("requirements", ["Flask==1.1.2\n", "werkzeug<2.1\n", "flask~=2.0.1\n"])
def test_old_pins_ask_for_absolute_ones_unless_a_test_says_otherwise(
    requirements: str, tmp_path: Path
) -> None:
    assert LINE in app_after(tmp_path, "pass", requirements)
    (tmp_path / "other").mkdir()
    assert LINE not in app_after(tmp_path / "other", "assert r.location == '/x'", requirements)


@pytest.mark.parametrize("requirements", ["flask>=1.0\n", "flask==2.1.0\n", "flask==3.0.3\nwerkzeug>=2.0\n"])
def test_pins_that_allow_new_versions_do_not(requirements: str, tmp_path: Path) -> None:
    assert LINE not in app_after(tmp_path, "pass", requirements)


def test_the_line_goes_behind_the_application_wherever_it_is_made(tmp_path: Path) -> None:
    app = "import flask\n\n\ndef make():\n    app = flask.Flask(__name__)  # ours\n    return app\n"
    text = app_after(tmp_path, "assert r.location == 'http://localhost/'", app=app)
    assert f"    app = quart_app.Quart(__name__)  # ours\n    {LINE}" in text.replace(
        "= Quart(", "= quart_app.Quart("
    )


def test_a_project_that_says_it_itself_is_left_alone(tmp_path: Path) -> None:
    app = APP + "app.response_class.autocorrect_location_header = False\n"
    assert LINE not in app_after(tmp_path, "assert r.location == 'http://localhost/'", app=app)


def test_the_pins_of_a_setup_script_count(tmp_path: Path) -> None:
    setup = 'from setuptools import setup\n\nNEEDS = ["Flask", "werkzeug==0.16.1"]\nsetup(name="shop", install_requires=NEEDS)\n'
    tree = {"app.py": APP, "setup.py": setup}
    assert f"app = Quart(__name__)\n{LINE}" in migrate(tree, tmp_path / "project")[0]["app.py"]
