"""Each promise of the auth layer is broken on purpose, in a copy, and its tests must notice.

A sample runs every time; ``FLASK_TO_QUART_MUTATIONS=all`` runs the whole table (some minutes).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .mutations import MUTATIONS, Mutation

ROOT = Path(__file__).resolve().parents[2]
ALL = os.environ.get("FLASK_TO_QUART_MUTATIONS") == "all"
CHOSEN = [mutation for mutation in MUTATIONS if ALL or mutation.sample]
#: What pytest ends with: 1 when tests fail; 2 and above when it did not come to that.
FAILED = 1


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code and the tests that may be spoiled."""
    target = tmp_path_factory.mktemp("spoiled")
    shutil.copy(ROOT / "pyproject.toml", target)
    ignored = shutil.ignore_patterns(
        "__pycache__", "legacy", "programs", "ecosystem", "bookshelf", "blackbox"
    )
    for name in ("quart_app", "tests"):
        shutil.copytree(ROOT / name, target / name, ignore=ignored)
    return target


def run(copy: Path, tests: tuple[str, ...], seconds: float = 60) -> subprocess.CompletedProcess[str]:
    names = [f"tests/auth/{name.replace('::', '.py::', 1)}" for name in tests]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *names]
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",
        "FLASK_TO_QUART_THROWS": "30",
        "FLASK_TO_QUART_CROWD_SECONDS": "0",
    }
    try:
        return subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        # A test that waits for what no longer comes has noticed too.
        return subprocess.CompletedProcess(command, FAILED, "timed out", "")


@pytest.mark.parametrize("mutation", CHOSEN, ids=[mutation.line.replace(" ", "-") for mutation in CHOSEN])
def test_a_weakness_is_noticed(mutation: Mutation, copy: Path) -> None:
    file = copy / mutation.file
    good = file.read_text(encoding="utf-8")
    assert good.count(mutation.old) >= 1, f"{mutation.file} has changed: the mutation finds no place"
    file.write_text(good.replace(mutation.old, mutation.new, 1), encoding="utf-8")
    try:
        done = run(copy, mutation.tests)
    finally:
        file.write_text(good, encoding="utf-8")
    assert done.returncode == FAILED, (
        f"{mutation.weakness}: not noticed\n{done.stdout[-2000:]}{done.stderr[-500:]}"
    )


def test_the_unspoiled_copy_passes(copy: Path) -> None:
    names = {name for mutation in CHOSEN for name in mutation.tests}
    done = run(copy, tuple(sorted(names)), seconds=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]
    # And it is the copy that was tested.
    where = subprocess.run(
        [sys.executable, "-c", "import quart_app; print(quart_app.__file__)"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(copy))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[str(number) for number in range(len(MUTATIONS))])
def test_every_mutation_finds_its_place(mutation: Mutation) -> None:
    assert mutation.old in (ROOT / mutation.file).read_text(encoding="utf-8")
    assert mutation.old != mutation.new
