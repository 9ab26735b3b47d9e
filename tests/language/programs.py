"""Small programs in every corner of the language, run before and after the migration.

A program is one or more modules beside ``lib.py``, whose ``ask(value)`` gives the value back by way of the database and writes it into
``log``. ``main()`` gives a result. Before and after must agree on the result, on the error, and on the log: what was asked, in which
order, and what was not asked at all.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import inspect
import re
import sys
import tempfile
import textwrap
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.sansio.app import App

from quart_app import bridge
from tests.migrate_tool.programs import migrated

LIB = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.secret_key = "a key"
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app)
log = []


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)


def ask(value):
    log.append(value)
    return db.session.execute(db.select(db.literal(value))).scalar_one()


def true(value):
    return ask(value) == value


def false(value):
    return ask(value) != value
"""
LEANS = re.compile(r"\b(?:wait|run|sync_iter|sync_context|sync_decorator)\(")


@dataclass(frozen=True)
class Program:
    """One construct.

    Attributes:
        name: What it is called.
        files: Its modules beside ``lib.py``; ``main.py`` has ``main()``.
        flags: ``bridged``: the twin may lean on the bridge. ``same``: it must be left exactly as it is. ``marked``: the tool must mark
            a place, so the twin is not run.
    """

    name: str
    files: Mapping[str, str]
    flags: frozenset[str] = field(default_factory=frozenset)


def programs(text: str, gaps: Mapping[str, str] | None = None) -> list[Any]:
    """The programs of a text: each begins with ``=== name [flags]``; ``--- path`` begins a further module.

    Args:
        text: The programs.
        gaps: By name: what is known to fail, and why.
    """
    left = dict(gaps or {})
    found = []
    for part in re.split(r"^=== ", textwrap.dedent(text), flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        name, _, flags = head.partition(" [")
        first, *others = re.split(r"^--- (.+)\n", body, flags=re.MULTILINE)
        files = {"main.py": f"from lib import app, ask, db, false, log, true, User\n\n{first.strip()}\n"}
        for path, module in zip(others[::2], others[1::2], strict=True):
            files[path] = f"{module.strip()}\n"
        reason = left.pop(name, None)
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
        program = Program(
            name, files, frozenset(flag.strip(" ]") for flag in flags.split(",") if flag.strip(" ]"))
        )
        found.append(pytest.param(program, id=name.replace(" ", "-"), marks=marks))
    assert not left, f"gaps without a program: {sorted(left)}"
    return found


def agrees(program: Program) -> None:
    """Run both and compare."""
    files = {"lib.py": LIB.lstrip(), **program.files}
    after, findings = migrated(files)
    shown = "\n".join(f"--- {path}\n{text}" for path, text in after.items() if path != "lib.py")
    marks = [text for text in after.values() if "# migrate: FQ" in text]
    if "marked" in program.flags:
        assert marks, shown
        return
    assert not marks, shown
    if "same" in program.flags:
        for path, text in program.files.items():
            assert after[path] == text, shown
    elif "bridged" not in program.flags:
        assert not LEANS.search(shown), shown
    assert migrated(after)[0] == after, "the second run changes something"
    before = outcome(files, synchronous)
    assert before[1] is None or before[1][0] not in {
        "NameError",
        "TypeError",
        "SyntaxError",
        "AttributeError",
    }, before
    got = outcome(after, awaited)
    assert got == before, f"{shown}\n{findings}"


def outcome(files: Mapping[str, str], run: Any) -> tuple[Any, tuple[str, str] | None, list[Any]]:
    """Result, error and log of a program."""
    with loaded(files), warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        log = sys.modules["lib"].log
        value, error = run(sys.modules["main"])
        gc.collect()
        return value, error, log


def synchronous(module: Any) -> tuple[Any, tuple[str, str] | None]:
    """Call ``main()`` in an application context."""
    value, error = None, None
    with module.app.app_context():
        try:
            value = module.main()
        except Exception as caught:
            error = described(caught)
        module.db.session.remove()
    for app in applications(module):
        with app.app_context():
            module.db.engine.dispose()
    return value, error


def awaited(module: Any) -> tuple[Any, tuple[str, str] | None]:
    """Await ``main()``, driven as a request is."""

    async def work() -> tuple[Any, tuple[str, str] | None]:
        value, error = None, None
        async with module.app.app_context():
            try:
                result = module.main()
                value = await result if inspect.isawaitable(result) else result
            except Exception as caught:
                error = described(caught)
                if error[0] in {"NameError", "TypeError", "SyntaxError", "AttributeError"}:
                    traceback.print_exc()
            finally:
                # The session uses the engine until it is closed.
                await module.db.session.remove()
        for app in applications(module):
            async with app.app_context():
                await module.db.engine.dispose()
        return value, error

    async def driven() -> tuple[Any, tuple[str, str] | None]:
        return await bridge.drive(work())

    return asyncio.run(driven())


def applications(module: Any) -> list[Any]:
    """The applications of a program that have the database: each has an engine of its own."""
    found = [value for value in vars(module).values() if isinstance(value, App)]
    return [app for app in found if "sqlalchemy" in app.extensions]


def described(error: Exception) -> tuple[str, str]:
    """The class and the message of an error."""
    return type(error).__name__, re.sub(r"0x[0-9a-f]+", "0x", str(error))


@contextmanager
def loaded(files: Mapping[str, str]) -> Iterator[None]:
    """Import the modules of a program; they are gone afterwards."""
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in files}
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            for name in ("lib", "main"):
                importlib.import_module(name)
            yield
        finally:
            sys.path.remove(folder)
            for name in modules:
                sys.modules.pop(name, None)
