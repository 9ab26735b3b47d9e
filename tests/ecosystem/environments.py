"""The environments: one per set of pins for the baseline, one for the tool, one per migrated tree."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .manifest import REPOSITORY, Application
from .requirements import Needs

DISTRIBUTION = "flask-to-quart"

#: The plain runner that the measure lends where the original tree names no pytest.
RUNNER = "pytest>=8.4,<10"


class InstallFailed(Exception):
    """Requirements that cannot be installed; the message is pip's."""


class Environments(Protocol):
    """Where the tool and the tests run. The self-tests stand in their own interpreter here."""

    def baseline(self, application: Application, tree: Path) -> Path:
        """Return the interpreter in which the original tests run."""

    def after(self, application: Application, needs: Needs, lent: list[str]) -> Path:
        """Return the interpreter made from the migrated tree's own requirements.

        Raises:
            InstallFailed: They do not install.
        """

    def tool(self) -> list[str]:
        """Return the command that migrates."""


def plain_environment() -> dict[str, str]:
    """The caller's environment without anything that could reach into the application or into Python."""
    dropped = (
        "PYTHON",
        "PYTEST",
        "FLASK",
        "QUART",
        "DATABASE",
        "FQ_",
        "COVERAGE",
        "SECRET_KEY",
        "VIRTUAL_ENV",
    )
    kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PYTHONUNBUFFERED": "1"}


@dataclass
class PipEnvironments:
    """Real virtual environments, cached below one folder by what they were made from."""

    cache: Path
    fresh: bool = False
    options: list[str] = field(default_factory=list)
    command: list[str] | None = None
    _wheel: Path | None = None

    def baseline(self, application: Application, tree: Path) -> Path:
        """Make or find the environment of the manifest's pins."""
        asked = [*application.baseline]
        for name in application.baseline_files:
            asked += ["-r", str(tree / name)]
        texts = [(tree / name).read_text(encoding="utf-8") for name in application.baseline_files]
        extra = [application.name] if application.install else []
        key = _key("baseline", application.python, [*sorted(application.baseline), *texts, *extra])
        arguments = [asked, ["--no-deps", "-e", str(tree)]] if application.install else [asked]
        return self._make(key, application.python, arguments, tree)

    def after(self, application: Application, needs: Needs, lent: list[str]) -> Path:
        """Make the environment of a migrated tree, our own wheel within reach of its requirements."""
        wheel = self.wheel()
        lines = [application.name] if needs.project else []
        key = _key("after", application.python, [*needs.texts(), *lent, *_dependencies(wheel), *lines])
        asked = ["--find-links", str(wheel.parent), *needs.arguments(), *lent]
        python = self._make(key, application.python, [asked], needs.tree)
        self._renew(python, wheel)
        return python

    def tool(self) -> list[str]:
        """Install this checkout, as a wheel and with what the codemod needs, in an environment of its own."""
        if self.command is not None:
            return self.command
        wheel = self.wheel()
        version = wheel.name.split("-")[1]
        asked = ["--find-links", str(wheel.parent), f"{DISTRIBUTION}[migrate]=={version}"]
        running = f"{sys.version_info.major}.{sys.version_info.minor}"
        python = self._make(_key("tool", running, _dependencies(wheel)), running, [asked], self.cache)
        self._renew(python, wheel)
        return [str(python.parent / DISTRIBUTION)]

    def wheel(self) -> Path:
        """Build the wheel of this checkout, once per run, from a copy: a build leaves files where it builds."""
        if self._wheel is None:
            target = self.cache / "wheel"
            shutil.rmtree(target, ignore_errors=True)
            with tempfile.TemporaryDirectory() as scratch:
                source = Path(scratch) / "checkout"
                source.mkdir()
                for name in ("pyproject.toml", "README.md", "LICENSE"):
                    shutil.copy(REPOSITORY / name, source / name)
                for package in ("quart_app", "migrate_tool"):
                    ignored = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(REPOSITORY / package, source / package, ignore=ignored)
                pip = [
                    sys.executable,
                    "-m",
                    "pip",
                    "wheel",
                    "--quiet",
                    "--no-deps",
                    "--wheel-dir",
                    str(target),
                ]
                _run([*pip, str(source)], self.cache)
            (self._wheel,) = target.glob("*.whl")
        return self._wheel

    def _renew(self, python: Path, wheel: Path) -> None:
        """Put today's wheel into a cached environment, if our distribution is in it at all."""
        stamp = python.parent.parent / "wheel.sha256"
        content = _content(wheel)
        if stamp.is_file() and stamp.read_text() == content:
            return
        # -I here and for pip: the folder it is run from must not be part of what is installed.
        probe = [str(python), "-I", "-c", f"import importlib.metadata as m; m.version({DISTRIBUTION!r})"]
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            forced = ["install", "--quiet", "--force-reinstall", "--no-deps", str(wheel)]
            _run([str(python), "-I", "-m", "pip", *forced], self.cache)
        stamp.write_text(content)

    def _make(self, key: str, version: str, arguments: list[list[str]], cwd: Path) -> Path:
        folder = self.cache / "environments" / key
        python, whole = folder / "bin" / "python", folder / "whole"
        if whole.is_file() and not self.fresh:
            return python
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._create(folder, version)
        for asked in arguments:
            _run([str(python), "-I", "-m", "pip", "install", "--quiet", *self.options, *asked], cwd)
        whole.touch()
        return python

    def _create(self, folder: Path, version: str) -> None:
        _run([interpreter(version), "-m", "venv", str(folder)], folder.parent)


def interpreter(version: str) -> str:
    """Find a Python of the version asked for: the running one, one on the path, or one of pyenv's.

    Raises:
        InstallFailed: There is none.
    """
    if sys.version_info[:2] == tuple(int(part) for part in version.split(".")):
        return sys.executable
    found = shutil.which(f"python{version}")
    pyenv = sorted(
        Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser().glob(f"versions/{version}.*/bin/python")
    )
    for candidate in [found, *map(str, pyenv)]:
        if candidate and subprocess.run([candidate, "-V"], capture_output=True, check=False).returncode == 0:
            return candidate
    raise InstallFailed(f"no Python {version} on this machine")


def _run(command: list[str], cwd: Path) -> None:
    result = subprocess.run(
        command, cwd=cwd, env=plain_environment(), capture_output=True, text=True, check=False
    )
    if result.returncode:
        lines = [line for line in (result.stderr or result.stdout).splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR:")] or lines
        raise InstallFailed(" | ".join(errors[:4])[:1000])


def _key(purpose: str, python: str, texts: list[str]) -> str:
    return f"{purpose}-{python}-{hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]}"


def _content(wheel: Path) -> str:
    """Hash what is in a wheel; the archive itself carries the time of its making."""
    with zipfile.ZipFile(wheel) as archive:
        parts = [(name, archive.read(name).hex()) for name in sorted(archive.namelist())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _dependencies(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        lines = archive.read(metadata).decode().splitlines()
    return [line for line in lines if line.startswith(("Requires-Dist", "Version:", "Provides-Extra"))]
