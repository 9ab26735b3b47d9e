"""The Python on the pages: what is shown "On Flask" becomes what is shown "On Quart"; everything else runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrate_tool.programs import migrated

from .console import REPOSITORY

#: It shows fragments, which its own test completes.
_ELSEWHERE = {"from-flask-login.md"}
PAGES = [
    page
    for page in sorted((REPOSITORY / "docs").glob("**/*.md"))
    if page.parent.name not in {"rules", "reference"} and page.name not in _ELSEWHERE
]
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FLASK, _QUART = "# On Flask\n", "# On Quart\n"


def blocks(page: Path) -> list[str]:
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


PAIRS = [
    pytest.param(before, after, id=page.stem)
    for page in PAGES
    for before, after in zip(blocks(page), blocks(page)[1:], strict=False)
    if before.startswith(_FLASK)
]
PROGRAMS = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, block in enumerate(blocks(page))
    if not block.startswith((_FLASK, _QUART))
]


def test_the_pages_have_pairs_and_programs() -> None:
    assert len(PAIRS) >= 5
    assert len(PROGRAMS) >= 5
    assert all(
        sum(block.startswith(_FLASK) for block in blocks(page))
        == sum(block.startswith(_QUART) for block in blocks(page))
        for page in PAGES
    )


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_codemod_writes_what_is_shown_on_quart(before: str, after: str) -> None:
    name = "test_app.py" if "def test_" in before else "app.py"
    assert after.startswith(_QUART)
    assert migrated({name: before.removeprefix(_FLASK)})[0][name] == after.removeprefix(_QUART)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_on_a_page_runs(program: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # A coroutine that is lost is only written down, whatever -W says: it is found where nothing can be raised.
    assert "was never awaited" not in done.stderr, done.stderr
