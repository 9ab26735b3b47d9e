"""``make demo``: the bundled Flask application, from its own tests on Flask to a signed-in user on hypercorn.

Run as ``python -m tests.demo [--serve]``. Everything it makes is under ``build/demo``; a second run uses the environments
of the first again and starts from a fresh copy of the application.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parent.parent
LEGACY = REPOSITORY / "tests" / "legacy" / "bookshelf"
WORK = REPOSITORY / "build" / "demo"
#: The account that ``quart seed`` makes (see the application's README).
ACCOUNT = ("reader@example.com", "reader-password")
_PASSED = re.compile(r"(\d+) passed")
_BAD = re.compile(r"\b\d+ (?:failed|errors?)\b")


class Failed(Exception):
    """A step that did not work; the message says which and why."""


def say(text: str) -> None:
    """One line of what happens now."""
    print(f"demo: {text}", flush=True)


def call(step: str, *command: str | Path, cwd: Path = REPOSITORY, allowed: tuple[int, ...] = (0,)) -> str:
    """Run a command to its end; return what it printed.

    Raises:
        Failed: it ended with another exit code than ``allowed``.
    """
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode not in allowed:
        print(done.stdout[-4000:])
        raise Failed(f"{step} ended with exit code {done.returncode}")
    return done.stdout


def environment() -> dict[str, str]:
    """The caller's environment without what belongs to another application."""
    dropped = ("FLASK_", "QUART_", "DATABASE_URL", "PYTHONPATH", "VIRTUAL_ENV", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


def virtual_environment(name: str, requirements: Path, *options: str, wheels: Path | None = None) -> Path:
    """An environment with these requirements, and ours from ``wheels``, made anew when they change; returns its interpreter."""
    texts = [path.read_bytes() for path in sorted(requirements.parent.glob("requirements*.txt"))]
    if wheels is not None:
        options = (*options, "--find-links", str(wheels))
        # What is in them and not their bytes: those hold the time at which they were built.
        for path in sorted(wheels.glob("*.whl")):
            with zipfile.ZipFile(path) as content:
                texts += [f"{item.filename} {item.CRC}".encode() for item in content.infolist()]
    key = hashlib.sha256(b"\0".join([*texts, *(option.encode() for option in options)])).hexdigest()
    folder = WORK / name
    python = folder / "bin" / "python"
    stamp = folder / ".requirements"
    if not (stamp.exists() and stamp.read_text() == key):
        shutil.rmtree(folder, ignore_errors=True)
        call(f"making {name}", sys.executable, "-m", "venv", folder)
        call(
            f"installing {requirements.name} in {name}",
            python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options, "-r", requirements,
            cwd=requirements.parent,
        )  # fmt: skip
        stamp.write_text(key)
    return python


def wheel() -> Path:
    """The distribution that migrated applications import, built from this checkout; returns its folder."""
    folder = WORK / "wheels"
    shutil.rmtree(folder, ignore_errors=True)
    call(
        "building the distribution",
        sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "-w", folder, ".",
    )  # fmt: skip
    return folder


def tests(label: str, python: Path, tree: Path) -> int:
    """Run an application's own tests; return how many passed.

    Raises:
        Failed: one failed, or none ran.
    """
    output = call(f"the tests on {label}", python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tree)
    summary = output.strip().splitlines()[-1]
    passed = _PASSED.search(summary)
    if passed is None or _BAD.search(summary):
        raise Failed(f"the tests on {label}: {summary}")
    say(f"tests on {label}: {summary}")
    return int(passed[1])


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def served(python: Path, tree: Path, port: int) -> Iterator[str]:
    """The application on hypercorn with an embedded database, until the block ends; gives its address."""
    settings = {
        "QUART_APP": "wsgi:app",
        "SECRET_KEY": "demo",
        "DATABASE_URL": f"sqlite:///{tree / 'demo.db'}",
        "VISITS_DATABASE": str(tree / "demo-visits.db"),
    }
    prepared = {**environment(), **settings}
    for command in ("init-db", "seed"):
        done = subprocess.run(
            [str(python), "-m", "quart", command],
            cwd=tree,
            env=prepared,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"quart {command}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    log = (WORK / "hypercorn.log").open("w")
    command_line = [str(python), "-m", "hypercorn", "--bind", f"127.0.0.1:{port}", "wsgi:app"]
    server = subprocess.Popen(command_line, cwd=tree, env=prepared, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield wait_for(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> str:
    """Return ``address`` once it answers.

    Raises:
        Failed: the server stopped, or did not answer within 30 seconds.
    """
    for _ in range(300):
        if server.poll() is not None:
            raise Failed(f"hypercorn stopped: {(WORK / 'hypercorn.log').read_text()[-2000:]}")
        try:
            httpx.get(f"{address}/health", timeout=2)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return address
    raise Failed("hypercorn did not answer within 30 seconds")


def sign_in(address: str) -> str:
    """Sign in over HTTP as a browser would; return the name that the site then shows.

    Raises:
        Failed: the site does not know the visitor afterwards.
    """
    with httpx.Client(base_url=address, follow_redirects=True, timeout=10) as browser:
        page = browser.get("/auth/login").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        form = {"email": ACCOUNT[0], "password": ACCOUNT[1], "csrf_token": token[1] if token else ""}
        answer = browser.post("/auth/login", data=form)
        me = browser.get("/api/v1/me")
    if answer.status_code != 200 or me.status_code != 200:
        raise Failed(f"signing in: {answer.status_code}, then /api/v1/me: {me.status_code}")
    say(f"GET /api/v1/me: {me.text.strip()}")
    return str(me.json()["name"])


def run(serve: bool) -> str:
    """All steps in order; returns the last line."""
    say(f"the legacy application is {LEGACY.relative_to(REPOSITORY)}")
    tree = WORK / "bookshelf"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(LEGACY, tree, ignore=shutil.ignore_patterns("__pycache__", "*.db", "instance"))
    flask = tests("Flask", virtual_environment("flask-env", LEGACY / "requirements-dev.txt"), tree)
    page = WORK / "changes.html"
    print(
        call(
            "the migration",
            sys.executable, "-m", "migrate_tool", "migrate", "--write", "--allow-dirty", "--html", page, tree,
            allowed=(0, 1),
        )
    )  # fmt: skip
    say(f"every change, by file: {page}")
    python = virtual_environment("quart-env", tree / "requirements-dev.txt", wheels=wheel())
    quart = tests("Quart", python, tree)
    with served(python, tree, 8000 if serve else free_port()) as address:
        name = sign_in(address)
        if serve:
            say(f"serving {address}; sign in as {ACCOUNT[0]} with {ACCOUNT[1]}; Ctrl-C stops it")
            with_patience()
    return f"demo: ok flask={flask} quart={quart} signed-in={name}"


def with_patience() -> None:
    """Wait for Ctrl-C."""
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print()


def main() -> int:
    """Run the demo; the exit code says whether it worked."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument(
        "--serve", action="store_true", help="leave the migrated application running on port 8000"
    )
    arguments = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    try:
        print(run(arguments.serve))
    except Failed as error:
        print(f"demo: FAILED {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
