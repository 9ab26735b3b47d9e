"""Make an environment, install the extensions and this project, try each, print a table: ``python -m tests.extensions [NAME ...]``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tests.docs.console import REPOSITORY

from . import old as _old  # noqa: F401  (they put themselves on the list)
from .probes import PROBES


def main(names: list[str]) -> int:
    """Return 1 if an extension that is called kept does not work."""
    chosen = [PROBES[name] for name in names or sorted(PROBES)]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        wanted = sorted({requirement for probe in chosen for requirement in probe.requires})
        install = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            f"{REPOSITORY}",
        ]
        subprocess.run([*install, *wanted], check=True)
        tried = [str(python), "-m", "tests.extensions.old", *(probe.name for probe in chosen)]
        return subprocess.run(tried, cwd=REPOSITORY, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
