"""Contexts that code pushes where no loop runs are bound there, not in a copy of the context that run() makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .trees import migrate

_APP = """\
from flask import Flask, current_app

app = Flask(__name__)
app.config["SERVER_NAME"] = "localhost"


@app.route("/")
def index():
    return current_app.name
"""
_TEST = """\
import unittest

from flask import current_app, url_for

from app import app


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.context = app.app_context()
        cls.context.push()
        cls.client = app.test_client()

    @classmethod
    def tearDownClass(cls):
        cls.context.pop()


class First(Base):
    def test_one(self):
        assert self.client.get(url_for("index")).status_code == 200

    def test_two(self):
        assert current_app.name == "app"


class Second(Base):
    def test_three(self):
        assert self.client.get(url_for("index")).status_code == 200
"""
_SCRIPT = "from app import app\nfrom flask import current_app\n\napp.app_context().push()\nassert current_app.name\n"


def test_what_comes_after_sees_them(tmp_path: Path) -> None:
    tree = {"app.py": _APP, "test_app.py": _TEST, "script.py": _SCRIPT}
    after, _ = migrate(tree, tmp_path / "first")
    assert "cls.context.push_sync()\n" in after["test_app.py"]
    assert "cls.context.pop_sync()\n" in after["test_app.py"]
    assert "app.app_context().push_sync()\n" in after["script.py"]
    assert migrate(after, tmp_path / "second")[0] == after
    folder = tmp_path / "run"
    folder.mkdir()
    for name, text in after.items():
        (folder / name).write_text(text)
    for command in (["-m", "unittest", "-q", "test_app"], ["script.py"]):
        result = subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", *command],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
    assert (
        "Ran 3 tests"
        in subprocess.run(
            [sys.executable, "-m", "unittest", "test_app"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        ).stderr
    )
