"""Runs a small program in a process of its own: as it is, on Flask, and as the codemod leaves it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate_tool.report.outcome import Outcome
from tests.migrate_tool.rules.trees import migrate

_SCENE = """
import inspect, json, sys
sys.path.insert(0, ".")
import scene
found = scene.scene()
if inspect.isawaitable(found):
    from quart_app.bridge import run
    found = run(found)
print("@@" + json.dumps(found))
"""


#: Libraries that start work elsewhere, as far as the programs use them.
STUBS = Path(__file__).parents[1] / "fixtures" / "libraries"
PATHS = (str(STUBS), str(Path(__file__).parents[2]))


@dataclass(frozen=True)
class Program:
    """One side: a folder with the program's files."""

    folder: Path
    files: dict[str, str]
    outcome: Outcome | None = None

    def python(
        self, code: str, *options: str, database: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run code in the folder, with the URL of a database in its environment; a coroutine that is never awaited fails it."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PYTEST", "FLASK", "QUART"))
        }
        if database is not None:
            kept["DATABASE_URL"] = database
        return subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", *options, "-c", textwrap.dedent(code)],
            cwd=self.folder,
            env={**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": os.pathsep.join(PATHS)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def scene(self, code: str = _SCENE, *, database: str | None = None) -> Any:
        """What ``scene.scene()`` returns; it goes through JSON."""
        done = self.python(code, database=database)
        found = re.search("^@@(.*)$", done.stdout, re.MULTILINE)
        assert found is not None, done.stdout + done.stderr
        assert "never awaited" not in done.stderr, done.stderr
        return json.loads(found[1])

    def tests(self) -> tuple[int, int, str]:
        """How many of the program's own tests pass and how many do not, and pytest's output."""
        done = self.python(
            "import sys, pytest; sys.path.insert(0, '.')\n"
            "sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', '-p', 'no:xdist', '-W', 'error::RuntimeWarning']))"
        )
        counted = {
            word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout)
        }
        bad = counted.get("failed", 0) + counted.get("error", 0)
        return counted.get("passed", 0), bad, done.stdout + done.stderr


def both(files: dict[str, str], folder: Path) -> tuple[Program, Program]:
    """The program on Flask, and after the migration; a second migration changes nothing."""
    plain = {name: textwrap.dedent(text).lstrip("\n") for name, text in files.items()}
    plain.setdefault("requirements.txt", "flask\nflask-sqlalchemy\nflask-login\npytest\n")
    flask = _written(plain, folder / "flask")
    after, outcome = migrate(plain, folder / "source")
    again, _ = migrate(after, folder / "again")
    assert again == after
    return flask, _written(after, folder / "quart", outcome)


def _written(files: dict[str, str], folder: Path, outcome: Outcome | None = None) -> Program:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Program(folder, files, outcome)
