"""When a body of another content type was None, and who reads one."""

from __future__ import annotations

from pathlib import Path

import pytest

from .trees import migrate

APP = "from flask import Flask\n\napp = Flask(__name__)\n"
LINE = "app.request_class.json_needs_content_type = False"
PARSER = "from flask_restful import reqparse\n\nparser = reqparse.RequestParser()\n"


def app_after(root: Path, view: str, requirements: str = "flask==0.12\n") -> str:
    tree = {"app.py": APP, "requirements.txt": requirements, "views.py": view}
    return migrate(tree, root / "project")[0]["app.py"]


@pytest.mark.parametrize(
    "argument",
    ["'name', type=str", "'name', location='json'", "'name', location=('form', 'json')"],
)
def test_an_argument_that_is_looked_for_in_a_json_body(argument: str, tmp_path: Path) -> None:
    assert LINE in app_after(tmp_path, f"{PARSER}parser.add_argument({argument})\n")


@pytest.mark.parametrize(
    "view",
    [
        f"{PARSER}parser.add_argument('name', location='form')\n",
        f"{PARSER}parser.add_argument('name', location=['args', 'headers'])\n",
        "import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument('name')\n",
    ],
)
def test_an_argument_that_is_not(view: str, tmp_path: Path) -> None:
    assert LINE not in app_after(tmp_path, view)


def test_new_pins_get_the_error(tmp_path: Path) -> None:
    assert LINE not in app_after(tmp_path, f"{PARSER}parser.add_argument('name')\n", "flask==2.3\n")
