"""A tiny Flask application, its honest migration by hand, and fake tools: what the self-tests measure.

Environments are the running interpreter, so that nothing is installed.
"""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from .environments import InstallFailed
from .manifest import Application
from .measure import Result, measure
from .requirements import Needs

FLASK = {
    "requirements.txt": "flask\npytest\n",
    "shop.py": """\
from flask import Flask, request

app = Flask(__name__)
stock = ["tea"]


@app.route("/")
def index():
    return ", ".join(stock)


@app.route("/add", methods=["POST"])
def add():
    stock.append(request.form["name"])
    return "added", 201
""",
    "tests/__init__.py": "",
    "tests/test_shop.py": """\
import unittest

import pytest

from shop import app, stock


@pytest.fixture
def client():
    del stock[1:]
    return app.test_client()


def test_index(client):
    assert client.get("/").get_data(as_text=True) == "tea"


def test_add(client):
    assert client.post("/add", data={"name": "milk"}).status_code == 201
    assert "milk" in stock


@pytest.mark.parametrize("path", ["/nowhere", "/add/more"])
def test_missing(client, path):
    assert client.get(path).status_code == 404


class OldStyle(unittest.TestCase):
    def setUp(self):
        self.client = app.test_client()

    def test_method(self):
        self.assertEqual(self.client.get("/add").status_code, 405)
""",
}

QUART = FLASK | {
    "requirements.txt": "quart\npytest\npytest-asyncio\n",
    "pytest.ini": "[pytest]\nasyncio_mode = auto\n",
    "shop.py": """\
from quart import Quart, request

app = Quart(__name__)
stock = ["tea"]


@app.route("/")
async def index():
    return ", ".join(stock)


@app.route("/add", methods=["POST"])
async def add():
    stock.append((await request.form)["name"])
    return "added", 201
""",
    "tests/test_shop.py": """\
import unittest

import pytest

from shop import app, stock


@pytest.fixture
def client():
    del stock[1:]
    return app.test_client()


async def test_index(client):
    assert await (await client.get("/")).get_data(as_text=True) == "tea"


async def test_add(client):
    assert (await client.post("/add", form={"name": "milk"})).status_code == 201
    assert "milk" in stock


@pytest.mark.parametrize("path", ["/nowhere", "/add/more"])
async def test_missing(client, path):
    assert (await client.get(path)).status_code == 404


class OldStyle(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.client = app.test_client()

    async def test_method(self):
        self.assertEqual((await self.client.get("/add")).status_code, 405)
""",
}

#: Plugins of the running interpreter that a tiny application has no use for, and that take a second to load.
_QUICK = ("-p", "no:hypothesispytest", "-p", "no:quart_app")

INDEX = "tests/test_shop.py::test_index"
ADD = "tests/test_shop.py::test_add"
MISSING = ["tests/test_shop.py::test_missing[/nowhere]", "tests/test_shop.py::test_missing[/add/more]"]
METHOD = "tests/test_shop.py::OldStyle::test_method"
ALL = {INDEX, ADD, *MISSING, METHOD}


@dataclass
class Here:
    """Environments that are the running interpreter."""

    command: list[str]
    installs: bool = True
    #: What was asked for: the requirements of the migrated tree, and what was lent.
    asked: list[tuple[set[str], list[str]]] = field(default_factory=list)

    def baseline(self, application: Application, tree: Path) -> Path:
        """The running interpreter."""
        return Path(sys.executable)

    def after(self, application: Application, needs: Needs, lent: list[str]) -> Path:
        """The running interpreter, or what pip would say."""
        self.asked.append((needs.names(), lent))
        if not self.installs:
            raise InstallFailed("ERROR: No matching distribution found for nothing-like-it")
        return Path(sys.executable)

    def tool(self) -> list[str]:
        """The fake."""
        return self.command


def write(tree: Path, files: dict[str, str]) -> Path:
    """Write a tree of texts."""
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tree


def changed(files: dict[str, str], file: str, *replacements: tuple[str, str]) -> dict[str, str]:
    """Return ``files`` with texts replaced in one of them; a text that is not there is a mistake of the self-test."""
    text = files[file]
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return files | {file: text}


class Bench:
    """A place to measure fake tools in; the frozen baseline of one source is shared between them."""

    def __init__(self, cache: Path, name: str = "tiny", files: dict[str, str] = FLASK) -> None:
        self.cache = cache
        self.name = name
        self.source = write(cache / f"source of {name}", files)

    def tool(
        self, files: dict[str, str], delete: tuple[str, ...] = (), exit_code: int = 0, code: str = ""
    ) -> list[str]:
        """Make a tool that writes ``files`` over the tree and deletes others, then runs ``code``."""
        script = self.cache / "fake tool.py"
        script.write_text(
            textwrap.dedent(
                f"""
                import json, pathlib, sys

                assert sys.argv[1] == "migrate" and sys.argv[3:] == ["--write"], sys.argv
                tree = pathlib.Path(sys.argv[2])
                for name, text in json.loads({json.dumps(files)!r}).items():
                    (tree / name).write_text(text, encoding="utf-8")
                for name in {delete!r}:
                    (tree / name).unlink(missing_ok=True)
                """
            )
            + f"{code}\nsys.exit({exit_code})\n"
        )
        return [sys.executable, str(script)]

    def application(self, **changes: object) -> Application:
        """The manifest of the tiny application."""
        values: dict[str, object] = {"name": self.name, "path": self.source, "timeout": 30.0, "tests": _QUICK}
        return Application(**(values | changes))  # type: ignore[arg-type]

    def measure(self, tool: list[str] | Here, **changes: object) -> Result:
        """Measure one tool."""
        environments = tool if isinstance(tool, Here) else Here(tool)
        return measure(self.application(**changes), environments, self.cache)
