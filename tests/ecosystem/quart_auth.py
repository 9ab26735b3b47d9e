"""quart-auth's own tests, with our manager installed beside it: ``python -m tests.ecosystem.quart_auth``.

They come out of the pinned source distribution and run in this interpreter, where quart-auth is installed anyway, once
with our manager set up before quart-auth's and once after it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from .__main__ import alone, default_cache
from .environments import plain_environment
from .manifest import REPOSITORY, Sdist
from .staging import sdist_file, unpack

SDIST = Sdist("quart-auth", "0.12.0", "245e0e52417f29a344cbbd59028b0728a43c035b0795eeab08acb1e84ae1e728")
EXPECTED = 21

_CONFTEST = '''"""Every application that quart-auth serves has our manager too."""

import quart_auth

from quart_app.auth import LoginManager

_init_app = quart_auth.QuartAuth.init_app


def init_app(self, app):
    if {first}:
        LoginManager(app)
    _init_app(self, app)
    if not {first}:
        LoginManager(app)
    assert app.login_manager is not None


quart_auth.QuartAuth.init_app = init_app
'''
#: The one warning let through is quart-auth's own, about a test client that speaks no https.
_INI = """\
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
filterwarnings =
    error
    ignore:Secure cookies will be ignored:UserWarning
"""


def run(tests: Path, *, first: bool) -> tuple[int, str]:
    """Run the tests in ``tests``; return how many passed (-1 if any did not), and what pytest said."""
    (tests / "conftest.py").write_text(_CONFTEST.format(first=first), encoding="utf-8")
    (tests / "pytest.ini").write_text(_INI, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--rootdir={tests}",
        str(tests),
    ]
    environment = {**plain_environment(), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, cwd=tests, env=environment, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)
    return (int(passed[1]) if passed and done.returncode == 0 else -1), done.stdout + done.stderr


def main() -> int:
    """Return 0 when all pass in both orders."""
    if version(SDIST.name) != SDIST.version:
        print(
            f"error: {SDIST.name} {version(SDIST.name)} is installed, its tests are those of {SDIST.version}"
        )
        return 2
    cache = default_cache().expanduser().resolve()
    cache.mkdir(parents=True, exist_ok=True)
    failed = False
    with alone(cache), tempfile.TemporaryDirectory() as folder:
        source = unpack(sdist_file(SDIST, cache), Path(folder) / "sdist")
        for first in (True, False):
            tests = Path(folder) / f"first-{first}"
            shutil.copytree(source / "tests", tests)
            passed, said = run(tests, first=first)
            order = "before" if first else "after"
            print(f"our manager set up {order} quart-auth's: {max(passed, 0)} of {EXPECTED} pass")
            if passed != EXPECTED:
                failed = True
                print(said)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
