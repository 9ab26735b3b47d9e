"""Functions that calls of a dataclass put into its fields are what the fields call."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated

_CODE = """\
from dataclasses import dataclass
from typing import Callable, NamedTuple

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)


def count_users():
    return User.query.count()


def nothing():
    return 0


"""


@pytest.mark.parametrize(
    "declared",
    [
        "@dataclass\nclass Job:\n    title: str\n    work: object\n",
        "@dataclass(frozen=True)\nclass Job:\n    title: str\n    work: Callable[[], int] = nothing\n",
        "@dataclass\nclass Base:\n    title: str\n\n\n@dataclass\nclass Job(Base):\n    work: Callable\n",
        "class Job(NamedTuple):\n    title: str\n    work: Callable\n",
    ],
)
@pytest.mark.parametrize("made", ['Job("users", count_users)', 'Job(title="users", work=count_users)'])
def test_what_a_field_holds(declared: str, made: str) -> None:
    code = (
        f"{_CODE}{declared}\n\njobs = [{made}]\n\n\ndef run():\n    return [job.work() + 1 for job in jobs]\n"
    )
    texts, _ = migrated({"app.py": code})
    assert "async def run():" in texts["app.py"]
    assert "await job.work()" in texts["app.py"] or "await maybe_await(job.work())" in texts["app.py"]
    assert migrated(texts)[0] == texts


def test_what_another_field_holds_and_a_class_with_an_init_of_its_own() -> None:
    declared = (
        "@dataclass\nclass Job:\n    work: Callable\n    other: Callable\n\n\n"
        "class Kept:\n    work: Callable\n\n    def __init__(self, given):\n        self.work = nothing\n"
    )
    code = (
        f"{_CODE}{declared}\n\nJob(nothing, count_users)\nKept(count_users)\n\n\n"
        "def run(job: Job, kept: Kept):\n    return job.work() + kept.work()\n"
    )
    texts, _ = migrated({"app.py": code})
    assert "def run(job: Job, kept: Kept):\n    return job.work() + kept.work()\n" in texts["app.py"]
    assert "async def run" not in texts["app.py"]
