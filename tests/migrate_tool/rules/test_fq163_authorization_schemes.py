"""Which projects were written for an authorization that is None for tokens."""

from __future__ import annotations

from pathlib import Path

import pytest

from .trees import migrate

APP = "from flask import Flask\n\napp = Flask(__name__)\n"
GUARD = "from flask import request\n\n\ndef check():\n    return request.authorization is None\n"
LINE = "app.request_class.only_passwords_authorize = True"


def app_after(root: Path, requirements: str, guard: str = GUARD, app: str = APP) -> str:
    tree = {"app.py": app, "requirements.txt": requirements, "guard.py": guard}
    return migrate(tree, root / "project")[0]["app.py"]


@pytest.mark.parametrize("pins", ["flask==1.1.2\n", "flask\nwerkzeug==2.2.3\n", "flask<2.2\n"])
def test_pins_of_before(pins: str, tmp_path: Path) -> None:
    assert LINE in app_after(tmp_path, pins)


@pytest.mark.parametrize("pins", ["flask\n", "flask==3.1.3\n", "flask==2.2.5\nwerkzeug==2.3.8\n"])
def test_pins_that_know_every_scheme(pins: str, tmp_path: Path) -> None:
    assert LINE not in app_after(tmp_path, pins)


def test_who_does_not_ask_or_says_it_himself_is_left_alone(tmp_path: Path) -> None:
    assert LINE not in app_after(tmp_path / "unasked", "flask==1.1.2\n", "x = 1\n")
    own = f"{APP}app.request_class.only_passwords_authorize = False\n"
    assert LINE not in app_after(tmp_path / "own", "flask==1.1.2\n", app=own)
