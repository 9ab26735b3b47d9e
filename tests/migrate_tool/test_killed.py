"""``migrate --write`` that is killed leaves the old tree, the new one, or one that the next run repairs and says so."""

from __future__ import annotations

import io
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from migrate_tool import cli
from migrate_tool.project.listing import OWN_FOLDER

from .fakes import write_tree
from .project.killing import killed_at, snapshot

FILES: dict[str, str | bytes] = {
    "shop/__init__.py": "from flask import Flask\n\n\ndef create_app():\n    return Flask(__name__)\n",
    "shop/views.py": (
        "from flask import Blueprint, render_template, request\n\nbp = Blueprint('shop', __name__)\n\n\n"
        "@bp.route('/', methods=['POST'])\ndef index():\n    return render_template('a.html', a=request.form['a'])\n"
    ),
    "shop/templates/a.html": "<p>{{ a }}</p>\n",
    "tests/test_shop.py": (
        "from shop import create_app\n\n\ndef test_index():\n    client = create_app().test_client()\n"
        "    assert client.post('/').status_code == 404\n"
    ),
    "wsgi.py": "from shop import create_app\n\napplication = create_app()\n",
    "requirements.txt": "Flask==2.3.3\r\nclick\r\n",
    "Procfile": "web: gunicorn -w 2 wsgi:application\n",
    "notes.txt": "not concerned\n",
}

#: More of them find nothing that killing at every step does not; they are here to distrust that.
KILLS = 6

Tree = dict[str, tuple[bytes, int]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "repo", FILES)


def migrate(root: Path) -> str:
    told = io.StringIO()
    with redirect_stdout(told), redirect_stderr(told):
        assert cli.main(["migrate", "--write", str(root)]) in (0, 1), told.getvalue()
    return told.getvalue()


def migrated(root: Path) -> Tree:
    """What an undisturbed run makes of a copy."""
    copy = root.parent / "undisturbed"
    shutil.copytree(root, copy)
    migrate(copy)
    return snapshot(copy)


def check_after_kill(root: Path, old: Tree, new: Tree) -> str:
    """The state that was left is one of the three; the next run ends at the new tree. Returns which it was."""
    left = {name: entry for name, entry in snapshot(root).items() if not name.startswith(OWN_FOLDER)}
    had_journal = (root / OWN_FOLDER).exists()
    told = migrate(root)
    assert snapshot(root) == new
    assert had_journal == ("an interrupted run was found" in told)
    if left in (old, new):
        return "old" if left == old else "new"
    assert "an interrupted run was found and completed" in told
    return "mixed"


def test_killed_at_every_step_that_touches_a_file(root: Path) -> None:
    old, new = snapshot(root), migrated(root)
    assert len({name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}) >= 3
    original = root.parent / "original"
    shutil.copytree(root, original)
    seen = set()
    step = 0
    while killed_at(step, lambda: cli.main(["migrate", "--write", str(root)])):
        seen.add(check_after_kill(root, old, new))
        shutil.rmtree(root)
        shutil.copytree(original, root)
        step += 1
    assert step > 30
    assert seen == {"old", "mixed", "new"}


def test_killed_at_random_moments(root: Path) -> None:
    old, new = snapshot(root), migrated(root)
    original = root.parent / "original"
    shutil.copytree(root, original)
    command = [sys.executable, "-m", "migrate_tool", "migrate", "--write", str(root)]
    start = time.monotonic()
    subprocess.run(command, check=False, capture_output=True)
    whole = time.monotonic() - start
    chance = random.Random(2)
    for _ in range(KILLS):
        shutil.rmtree(root)
        shutil.copytree(original, root)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * chance.uniform(0.4, 1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        check_after_kill(root, old, new)
