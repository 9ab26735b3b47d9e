"""The page "From Flask-SQLAlchemy": each row is run on both sides, and its right side is what the codemod writes."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from tests.conformance.shelf import FLASK
from tests.conformance.stores import SqliteStore, Store
from tests.conformance.twins import Program, Text, conforms, models_of, twin

from .console import REPOSITORY

PAGE = (REPOSITORY / "docs" / "from-flask-sqlalchemy.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", PAGE, re.MULTILINE)


@functools.cache
def written() -> dict[str, str]:
    """The right sides that the codemod writes, all in one run."""
    functions = [f"def row_{number}():\n    return {left}\n" for number, (left, _) in enumerate(ROWS)]
    after = twin(Text(f"{FLASK.strip()}\n", "from shop import *\n\n\n" + "\n\n".join(functions))).program
    found = re.findall(r"def row_(\d+)\(\):\n    return (.*)\n", after)
    return {ROWS[int(number)][0]: right for number, right in found}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return SqliteStore(tmp_path_factory.mktemp("page"), models_of(FLASK, "sqlite://").db.metadata)


def test_the_page_has_its_rows() -> None:
    assert len(ROWS) == PAGE.count("\n| `") >= 45


@pytest.mark.parametrize(("left", "right"), ROWS, ids=[left for left, _ in ROWS])
def test_the_codemod_writes_the_right_side(left: str, right: str) -> None:
    assert written()[left] == right


@pytest.mark.parametrize("left", [left for left, _ in ROWS])
def test_both_sides_of_a_row_do_the_same(left: str, store: Store) -> None:
    text = Text(f"{FLASK.strip()}\n", f"from shop import *\n\n\ndef program():\n    return {left}\n")
    conforms(Program(left, text), store)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"SQLALCHEMY_[A-Z_]+", PAGE))))
def test_every_setting_on_the_page_is_read(name: str) -> None:
    folder: Path = REPOSITORY / "quart_app" / "db"
    assert any(f'"{name}"' in path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
