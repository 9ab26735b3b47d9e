"""Where several files have one name, an import means the nearest."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated

WAITING = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
db = SQLAlchemy(app)
class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
def found():
    return Note.query.count()
"""
PLAIN = "def found():\n    return 1\n"


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    "imports", ["from app import found", "from app import *", "import app\nfound = app.found"]
)
def test_a_script_means_the_file_beside_it(imports: str, turned: bool) -> None:
    one, two = (PLAIN, WAITING) if turned else (WAITING, PLAIN)
    use = f"{imports}\ndef use():\n    return found()\n"
    after = migrated({"one/app.py": one, "one/use.py": use, "two/app.py": two, "two/use.py": use})[0]
    assert "await found()" in after["two/use.py" if turned else "one/use.py"]
    assert "await" not in after["one/use.py" if turned else "two/use.py"]


def test_packages_of_one_name_and_their_relative_imports() -> None:
    use = "from app.notes import found\ndef use():\n    return found()\n"
    files: dict[str, str] = {}
    for folder, notes in (("one", PLAIN), ("two", WAITING)):
        files |= {
            f"{folder}/app/__init__.py": "",
            f"{folder}/app/notes.py": notes,
            f"{folder}/app/views.py": use.replace("app.notes", ".notes"),
            f"{folder}/tests/use.py": use,
        }
    after = migrated(files)[0]
    for name in ("app/views.py", "tests/use.py"):
        assert "await found()" in after[f"two/{name}"]
        assert "await" not in after[f"one/{name}"]


def test_whoever_stands_beside_none_of_them_gets_the_first() -> None:
    use = "from app import found\ndef use():\n    return found()\n"
    after = migrated({"one/app.py": WAITING, "two/app.py": PLAIN, "tests/use.py": use})[0]
    assert "await found()" in after["tests/use.py"]


def test_a_file_does_not_mean_itself() -> None:
    files = {"app.py": WAITING, "run/app.py": "from app import found\ndef use():\n    return found()\n"}
    assert "await found()" in migrated(files)[0]["run/app.py"]
