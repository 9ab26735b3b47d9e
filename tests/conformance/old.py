"""Programs for libraries of years ago: what they gave there was recorded, and their twins must give it today.

SQLAlchemy 1.3 and 2.1 cannot be in one environment, so the synchronous side of these programs is run once, by
``python -m tests.conformance.old PYTHON`` with the interpreter of an environment that has :data:`LIBRARIES`; the answers, and
the rows that were in the tables afterwards, are kept in ``recorded.json``. A program that was changed since does not count.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import servers

from .shelf import FLASK
from .stores import PostgresStore, Rows, SqliteStore, Store
from .twins import BRIDGE, Program, Text, awaited, models_of

#: What the environment of the synchronous side needs, on Python 3.11.
LIBRARIES = (
    "Flask==1.1.4",
    "Werkzeug==1.0.1",
    "Jinja2==2.11.3",
    "MarkupSafe==2.0.1",
    "itsdangerous==1.1.0",
    "click==7.1.2",
    "Flask-SQLAlchemy==2.4.4",
    "SQLAlchemy==1.3.24",
    "psycopg2-binary",
)
RECORD = Path(__file__).with_name("recorded.json")


def recorded() -> dict[str, Any]:
    """What the old libraries gave, by program."""
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def key(text: Text) -> str:
    """What a program's answer is found by: changes with its text."""
    return hashlib.sha256(f"{text.models}\n{text.program}".encode()).hexdigest()[:16]


def gives_what_it_gave(program: Program, store: Store) -> None:
    """Run the twin and compare it with what the program gave on the old libraries."""
    before = recorded()[store.kind].get(key(program.text))
    assert before is not None, "not recorded: python -m tests.conformance.old PYTHON"
    after_text = program.twin.program
    if not program.bridged:
        leaning = BRIDGE.findall(after_text)
        assert not leaning, f"leans on the bridge: {leaning}\n{after_text}"
    after = asyncio.run(awaited(program, store))
    error = None if after.error is None else after.error[0]
    plain = json.loads(json.dumps(after.value))
    assert (plain, error) == (before["value"], before["error"]), f"{after.error}; the twin:\n{after_text}"
    assert plain_rows(after.rows) == before["rows"], f"the twin:\n{after_text}"


def plain_rows(rows: Rows) -> dict[str, list[list[Any]]]:
    """The rows as JSON has them."""
    return {name: [list(row) for row in found] for name, found in rows.items()}


def record(python: str) -> None:
    """Run every program with the interpreter ``python`` and write down what it gives."""
    from .test_old import PROGRAMS

    metadata = models_of(FLASK, "sqlite://").db.metadata
    answers: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = stack.enter_context(
            servers.fresh_postgres_database(stack.enter_context(servers.postgres_server()))
        )
        stores: tuple[Store, ...] = (SqliteStore(Path(folder), metadata), PostgresStore(url, metadata))
        for store in stores:
            answers[store.kind] = {}
            for parameter in PROGRAMS:
                program: Program = parameter.values[0]
                if program.only in ("", store.kind):
                    answers[store.kind][key(program.text)] = _on_old(python, program, store)
    RECORD.write_text(json.dumps(answers, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _on_old(python: str, program: Program, store: Store) -> dict[str, Any]:
    store.fill()
    done = subprocess.run(
        [python, str(Path(__file__).with_name("old_side.py"))],
        input=json.dumps([program.text.models, program.text.program]),
        env=os.environ
        | {"DATABASE_URL": sa.make_url(store.url).set(drivername=store.kind).render_as_string(False)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{program.name}: {done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    print(f"{store.kind:11} {program.name:45} {answer}")
    return answer | {"program": program.name, "rows": plain_rows(store.rows())}


if __name__ == "__main__":
    record(sys.argv[1])
