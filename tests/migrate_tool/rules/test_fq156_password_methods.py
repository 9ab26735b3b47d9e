"""Hashes of passwords fit into the columns they go into."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migrate_tool.programs import migrated

from .trees import FLASK_APP, migrate

_MODELS = """\
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    password = db.Column("pw", db.String({length}))


class Door(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    password = db.Column(db.String(255))
"""
_CODE = "from models import Door, User\nfrom werkzeug.security import generate_password_hash\n\n\n"


@pytest.mark.parametrize(
    ("length", "before", "after"),
    [
        (128, "User(password=generate_password_hash(p))", 'p, method="pbkdf2:sha256"'),
        (103, "User(password=generate_password_hash(p,))", 'p, method="pbkdf2:sha256"'),
        (100, "User(password=generate_password_hash(p))", 'p, method="pbkdf2:sha256:600000", salt_length=8'),
        (128, "User(password=generate_password_hash(p, 'sha256'))", 'p, "pbkdf2:sha256"'),
        (128, "user.password = generate_password_hash(p)", 'p, method="pbkdf2:sha256"'),
        (128, "h = generate_password_hash(p)\n    User(password=h)", 'p, method="pbkdf2:sha256"'),
        (162, "User(password=generate_password_hash(p))", None),
        (80, "User(password=generate_password_hash(p))", None),
        (128, "Door(password=generate_password_hash(p))", None),
        (128, "User(password=generate_password_hash(p, method='scrypt'))", None),
        (128, "User(name=generate_password_hash(p))", None),
    ],
)
def test_hashes_of_columns(length: int, before: str, after: str | None) -> None:
    code = f"{_CODE}def make(user, p):\n    {before}\n"
    texts, findings = migrated({"models.py": _MODELS.format(length=length), "views.py": code})
    if after is None:
        assert texts["views.py"] == code
    else:
        assert f"generate_password_hash({after}" in texts["views.py"]
        assert any(item.code == "FQ156" and "scrypt" in item.hint for item in findings)
    assert migrated(texts)[0] == texts


@pytest.mark.parametrize(
    "use", ["User(password=hashed(p))", "user.password = hashed(p)", "h = hashed(p)\n    user.password = h"]
)
def test_hashes_that_another_function_makes(use: str) -> None:
    maker = "from werkzeug.security import generate_password_hash\n\n\ndef hashed(p):\n    return generate_password_hash(p)\n"
    code = f"from hashes import hashed\nfrom models import User\n\n\ndef make(user, p):\n    {use}\n"
    files = {"models.py": _MODELS.format(length=128), "hashes.py": maker, "views.py": code}
    texts, _ = migrated(files)
    assert 'generate_password_hash(p, method="pbkdf2:sha256")' in texts["hashes.py"]
    assert migrated(texts)[0] == texts
    elsewhere = files | {"views.py": code.replace("from hashes import hashed", "hashed = str")}
    assert migrated(elsewhere)[0]["hashes.py"] == maker


def test_hash_that_is_made_in_a_thread() -> None:
    code = (
        "from flask import Flask\n" + _CODE + "app = Flask(__name__)\n\n\n"
        "@app.route('/')\ndef index():\n    User(password=generate_password_hash('p'))\n    return ''\n"
    )
    texts, _ = migrated({"models.py": _MODELS.format(length=128), "views.py": code})
    moved = "await asyncio.to_thread(generate_password_hash, 'p', method=\"pbkdf2:sha256\")"
    assert f"User(password={moved})" in texts["views.py"]
    assert migrated(texts)[0] == texts


@pytest.mark.parametrize(
    ("asked", "shortened"), [("flask==2.2.5\n", True), ("flask\n", True), ("flask==3.0.0\n", False)]
)
def test_application_that_made_scrypt_already(asked: str, shortened: bool, tmp_path: Path) -> None:
    code = f"{_CODE}def make(user, p):\n    user.password = generate_password_hash(p)\n"
    tree = {"requirements.txt": asked, "models.py": _MODELS.format(length=128), "views.py": code}
    first, _ = migrate({"app.py": FLASK_APP, **tree}, tmp_path / "first")
    assert ('method="pbkdf2:sha256"' in first["views.py"]) == shortened
    assert migrate(first, tmp_path / "second")[0] == first
