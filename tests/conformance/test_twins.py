"""The comparison itself: a twin that does something else is found out."""

from __future__ import annotations

import pytest

from . import twins
from .shelf import FLASK
from .stores import Store
from .twins import Program, Text, conforms, table

COUNT = "=== count\nNote.query.filter_by(id=1).delete()\ndb.session.commit()\nreturn Note.query.count()"


def spoiled(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> Program:
    program: Program = table(COUNT)[0].values[0]
    right = program.twin
    assert old in right.program
    monkeypatch.setattr(twins, "twin", lambda _: Text(right.models, right.program.replace(old, new)))
    return program


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("await Note.query.count()", "Note.query.session is None"),
        ("await Note.query.count()", "1 + await Note.query.count()"),
        ("await db.session.commit()", "pass"),
        ("await Note.query.count()", "await Note.query.one()"),
        ("await Note.query.count()", "__import__('quart_app.bridge').bridge.wait(Note.query.count())"),
    ],
    ids=["other type", "other value", "other rows", "error", "bridge"],
)
def test_a_wrong_twin_is_found(monkeypatch: pytest.MonkeyPatch, store: Store, old: str, new: str) -> None:
    program = spoiled(monkeypatch, old, new)
    with pytest.raises(AssertionError):
        conforms(program, store)


def test_a_right_twin_is_not(store: Store) -> None:
    conforms(table(COUNT)[0].values[0], store)


def test_a_program_that_does_not_run_proves_nothing(store: Store) -> None:
    with pytest.raises(AssertionError):
        conforms(table("=== typo\nreturn Tagg.query.count()")[0].values[0], store)


def test_a_gap_without_a_program_is_an_error() -> None:
    with pytest.raises(AssertionError, match="gaps without a program"):
        table(COUNT, {"sum": "no such program"}, FLASK)
