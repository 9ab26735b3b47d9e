"""The three bookshelves as processes: how each is prepared, started, asked and stopped.

``flask`` is the legacy application on Flask's own server; ``migrated`` is a copy of it after
``flask-to-quart migrate --write``, started with the very commands its rewritten Procfile says;
``quart_app`` is the one written by hand. All run in this interpreter's environment, on a free
port, with the same secret and the same settings, so that their cookies are worth the same.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.servers import free_port

LEGACY_TREE = Path(__file__).parents[1] / "legacy" / "bookshelf"
APPLICATIONS = ("flask", "migrated", "quart_app")
SECRET_KEY = "one secret for all of them"
START_SECONDS = 40
STOP_SECONDS = 15

# What an asynchronous application must never write to its log.
LOST_COROUTINE = re.compile(r"was never awaited|Task exception was never retrieved|Task was destroyed")


@dataclass(frozen=True)
class Database:
    """A database for a bookshelf: the main one, and the small SQLite file for the page counts."""

    url: str
    visits: Path

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.url, "VISITS_DATABASE": str(self.visits)}


@dataclass(frozen=True)
class Site:
    """One running bookshelf."""

    application: str
    url: str
    database: Database
    log: Path

    @property
    def closed(self) -> bool:
        """Whether the holes of the legacy application are expected to be closed."""
        return self.application != "flask"


def environment(database: Database) -> dict[str, str]:
    """The environment of every bookshelf process, whatever the caller's own says."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("FLASK_", "QUART_"))}
    return {
        **inherited,
        **database.environment(),
        "SECRET_KEY": SECRET_KEY,
        "PASSWORD_METHOD": "pbkdf2:sha256:1000",
        "DEBUG_ROUTES": "1",
        "IMPORT_BYTES": "524288",  # as much as the Flask application takes
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }


def migrate(tree: Path) -> Path:
    """Copy the legacy application to ``tree`` and migrate the copy."""
    shutil.copytree(LEGACY_TREE, tree, ignore=shutil.ignore_patterns("__pycache__", "*.db", ".pytest_cache"))
    command = [sys.executable, "-m", "migrate_tool", "migrate", "--write", str(tree)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # 1 says that marks are left for a human; the tests will tell whether they matter
    if done.returncode not in (0, 1):
        raise AssertionError(f"the migration failed with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return tree


def procfile(tree: Path) -> dict[str, str]:
    """Read the commands of a Procfile by their names."""
    lines = (tree / "Procfile").read_text().splitlines()
    return dict(re.split(r":\s*", line, maxsplit=1) for line in lines if line.strip())


def serving_command(application: str, tree: Path, port: int) -> list[str]:
    """What starts the application on the port."""
    if application == "flask":
        return ["flask", "run", "--port", str(port)]
    if application == "quart_app":
        return ["hypercorn", "--bind", f"127.0.0.1:{port}", "quart_app:create_app()"]
    words = shlex.split(procfile(tree)["web"])
    assert words[0] == "hypercorn", f"the migrated Procfile does not start hypercorn: {words}"
    return ["hypercorn", "--bind", f"127.0.0.1:{port}", words[-1]]


def preparing_commands(application: str, tree: Path) -> list[list[str]]:
    """What makes the tables and fills them."""
    if application == "quart_app":
        return [["quart", "--app", "quart_app:create_app", name] for name in ("init-db", "seed")]
    words = shlex.split(procfile(tree)["release"])
    return [words, [*words[:-1], "seed"]]


def prepare(application: str, tree: Path, database: Database) -> None:
    """Make the tables of the application in an empty database and fill them, with its own commands."""
    for command in preparing_commands(application, tree):
        done = subprocess.run(
            command, cwd=tree, env=environment(database), capture_output=True, text=True, check=False
        )
        output = f"{done.stdout}\n{done.stderr}"
        if done.returncode or LOST_COROUTINE.search(output):
            raise AssertionError(f"{shlex.join(command)} failed with {done.returncode}:\n{output}")


@contextmanager
def serve(application: str, tree: Path, database: Database, log: Path) -> Iterator[Site]:
    """Run the application until the block is left; its log must be free of lost coroutines."""
    port = free_port()
    command = serving_command(application, tree, port)
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=tree,
            env=environment(database),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    site = Site(application, f"http://127.0.0.1:{port}", database, log)
    try:
        _wait_until_it_answers(site, process)
        yield site
    finally:
        _stop(process)
    said = log.read_text(errors="replace")
    assert not LOST_COROUTINE.search(said), f"{application} lost a coroutine:\n{said}"


def _wait_until_it_answers(site: Site, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if httpx.get(f"{site.url}/health", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > deadline:
            state = "ended" if process.poll() is not None else f"did not answer in {START_SECONDS} s"
            raise AssertionError(
                f"{site.application} {state}; its log:\n{site.log.read_text(errors='replace')}"
            )
        time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise AssertionError(f"the server did not stop within {STOP_SECONDS} s of SIGTERM") from None
