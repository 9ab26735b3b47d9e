"""The same program gets the same report in every run, whatever order the sets of a process have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """\
from flask import Flask
from sqlalchemy.orm import Session, scoped_session, sessionmaker

app = Flask(__name__)


class Shelf:
    def remove(self):
        return Session().commit()


class Drawer:
    def remove(self):
        return Session().rollback()


def opened(kind):
    if kind == "one":
        return Session()
    if kind == "shared":
        return scoped_session(sessionmaker())
    return Shelf() if kind == "shelf" else Drawer()


@app.route("/<kind>")
def index(kind):
    session = opened(kind)
    session.execute("SELECT 1")
    session.remove()
    call = session.commit if kind else session.remove
    app.logger.info(call())
    for row in opened(kind).query(1):
        print(row)
    return "done"
"""

REPORT = """
import sys
from pathlib import Path
from migrate_tool.pipeline import check
outcome = check(Path(sys.argv[1]))
print(*outcome.findings, *outcome.notes, *outcome.marks, *(change.new for change in outcome.changes), sep="\\n")
"""


def test_the_report_does_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(PROGRAM)

    def report(seed: int) -> str:
        done = subprocess.run(
            [sys.executable, "-c", REPORT, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    first = report(1)
    assert "FQ304" in first
    for seed in range(2, 5):
        assert report(seed) == first
