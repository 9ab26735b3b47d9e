"""What happens when a server is given ``module:create_app``, with and without the parentheses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from quart_app import Quart, application_factory, create_app
from tests.servers import free_port

ADVICE = 'hypercorn "quart_app:create_app()"'


def hypercorn(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start a server in an empty folder; the process and its address."""
    address = f"127.0.0.1:{free_port()}"
    settings = {"SECRET_KEY": "a secret", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "hypercorn", "--bind", address, *arguments],
        cwd=folder,
        env={**{key: value for key, value in os.environ.items() if key != "DATABASE_URL"}, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return process, f"http://{address}"


def answer(process: subprocess.Popen[str], url: str) -> httpx.Response:
    """What the server answers, as soon as it does."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return httpx.get(url, timeout=10)
        except httpx.TransportError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError(process.communicate()[0])


@pytest.mark.parametrize("workers", ["1", "2"])
def test_with_parentheses_it_serves_from_an_empty_folder(tmp_path: Path, workers: str) -> None:
    process, url = hypercorn(tmp_path, "--workers", workers, "quart_app:create_app()")
    try:
        page = answer(process, url)
        assert page.status_code == 200
        assert "Hello, stranger!" in page.text
        assert {httpx.get(f"{url}/health").status_code for _ in range(10)} == {200}
    finally:
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=30)[0]
    assert "Traceback" not in said
    assert (tmp_path / "bookshelf.db").exists()


@pytest.mark.parametrize("workers", ["0", "1", "2"])
def test_without_parentheses_it_stops_and_says_what_to_write(tmp_path: Path, workers: str) -> None:
    process, _ = hypercorn(tmp_path, "--workers", workers, "quart_app:create_app")
    # hypercorn's own exit code is 0 even when all its workers failed, so that it ended is all there is to see
    said = process.communicate(timeout=40)[0]
    assert ADVICE in said.splitlines()[-1]


async def test_a_server_without_lifespan_gets_the_same_words() -> None:
    call: Any = create_app
    with pytest.raises(TypeError, match="Write the parentheses"):
        await call({"type": "http"}, None, None)


def test_a_wsgi_server_gets_the_same_words() -> None:
    call: Any = create_app
    with pytest.raises(TypeError, match="Write the parentheses"):
        call({"wsgi.version": (1, 0)}, None)


def test_a_programmer_gets_the_application() -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://", "TESTING": True})
    assert isinstance(app, Quart)
    assert app.config["TESTING"]
    assert app.config["IMPLICIT_LOADING"] == "raise"


@pytest.mark.parametrize(("config", "warned"), [({}, True), ({"SECRET_KEY": "a secret"}, False)])
def test_a_missing_secret_is_told(
    config: dict[str, str],
    warned: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://", **config})
    assert ("SECRET_KEY is not set" in caplog.text) is warned


def test_any_factory_can_say_it() -> None:
    @application_factory
    def make(name: str, *, debug: bool = False) -> tuple[str, bool]:
        return name, debug

    assert make("shop", debug=True) == ("shop", True)
    call: Any = make
    with pytest.raises(TypeError, match=r":make\(\)"):
        call({"wsgi.version": (1, 0)}, None)


@pytest.mark.parametrize("module", ["auth", "db", "forms", "tasks", "bridge", "testing"])
def test_the_library_loads_nothing_of_the_bookshelf(module: str) -> None:
    code = (
        f"import sys, quart_app, quart_app.{module};"
        "print([name for name in sys.modules if name.startswith('quart_app.bookshelf')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_auth_and_db_load_neither_the_bookshelf_nor_each_other() -> None:
    code = (
        "import sys, quart_app.auth; assert 'quart_app.db' not in sys.modules;"
        "import quart_app.db;"
        "assert not [name for name in sys.modules if name.startswith('quart_app.bookshelf')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
