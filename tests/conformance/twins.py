"""A synchronous program and the twin that the codemod makes of it, run on the same rows."""

from __future__ import annotations

import asyncio
import functools
import inspect
import re
import sqlite3
import sys
import textwrap
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from quart_app import bridge
from tests.conformance.shelf import FLASK
from tests.conformance.stores import Rows, Store
from tests.migrate_tool.programs import migrated

BRIDGE = re.compile(r"\b(?:wait|run|sync_iter|sync_context|sync_decorator)\(")


@dataclass(frozen=True, slots=True)
class Text:
    """A small application in two modules: the models, and one program that imports them all."""

    models: str
    program: str


@dataclass(frozen=True, slots=True)
class Program:
    """One construct.

    Attributes:
        name: What it is called in the table.
        text: The synchronous application.
        bridged: Whether the twin may lean on the bridge; all others run without it, so that they must await.
        only: The one database it is for.
    """

    name: str
    text: Text
    bridged: bool = False
    only: str = ""

    @property
    def twin(self) -> Text:
        """The migrated application."""
        return twin(self.text)

    @property
    def alone(self) -> bool:
        """Whether it changes the models or the application, so that no other program may have the same ones."""
        return ALONE.search(self.text.program) is not None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program did: the value or the error, and the rows afterwards."""

    value: Any
    error: tuple[str, str] | None
    rows: Rows


MISTAKES = {"NameError", "TypeError", "SyntaxError", "AttributeError"}
ALONE = re.compile(r"\bapp\.|\bevents?\.|db\.Model|\bBase\b|query_class|session_options|SQLAlchemy\(")


def table(text: str, gaps: Mapping[str, str] | None = None, models: str = FLASK) -> list[Any]:
    """The programs of a text: each begins with ``=== name``, followed by ``[bridged]`` or the name of a database.

    Without a ``def program`` the lines are its body. What is named in ``gaps`` is known to fail, for that reason.
    """
    gaps = dict(gaps or {})
    programs = []
    for part in re.split(r"^=== ", textwrap.dedent(text), flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        name, _, flags = head.partition(" [")
        if not re.search(r"^def program\(", body, re.MULTILINE):
            body = "def program():\n" + textwrap.indent(body.strip("\n"), "    ")
        options = {flag.strip(" ]") for flag in flags.split(",") if flag.strip(" ]")}
        only = next((flag for flag in options if flag in {"sqlite", "postgresql"}), "")
        text_of_it = Text(f"{models.strip()}\n", f"from shop import *\n\n\n{body.strip()}\n")
        program = Program(name, text_of_it, "bridged" in options, only)
        reason = gaps.pop(name, None)
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
        programs.append(pytest.param(program, id=name.replace(" ", "-"), marks=marks))
    assert not gaps, f"gaps without a program: {sorted(gaps)}"
    return programs


@functools.cache
def twin(text: Text) -> Text:
    """The migrated application."""
    after = migrated({"shop.py": text.models, "code.py": text.program})[0]
    return Text(after["shop.py"], after["code.py"])


def conforms(program: Program, store: Store) -> None:
    """Run both and compare the result, the error and every row."""
    assert program.only in ("", store.kind)
    before = synchronous(program, store)
    assert before.error is None or before.error[0] not in MISTAKES, before
    after_text = program.twin.program
    if not program.bridged:
        leaning = BRIDGE.findall(after_text)
        assert not leaning, f"leans on the bridge: {leaning}\n{after_text}"
    after = asyncio.run(awaited(program, store))
    assert (after.value, after.error) == (before.value, before.error), f"the twin:\n{after_text}"
    assert after.rows == before.rows, f"the twin:\n{after_text}"


def synchronous(program: Program, store: Store) -> Outcome:
    """Run the program as it is."""
    store.fill()
    value, error = None, None
    with (
        loaded(program.text, store.url, program.alone) as module,
        closed_afterwards(),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", DeprecationWarning)
        with module.app.app_context():
            try:
                value = tame(module.program())
            except Exception as caught:
                error = described(caught)
            finally:
                if hasattr(module, "session"):
                    module.session.remove()
                engine = engine_of(module)
        if engine is not None:
            engine.dispose()
    return Outcome(value, error, store.rows())


async def awaited(program: Program, store: Store) -> Outcome:
    """Run the twin, in the bridge only where it leans on it."""
    store.fill()
    with loaded(program.twin, store.url, program.alone) as module:
        work = _awaited(module)
        value, error = await (bridge.drive(work) if program.bridged else work)
    return Outcome(value, error, store.rows())


async def _awaited(module: Any) -> tuple[Any, tuple[str, str] | None]:
    value, error = None, None
    with bridge.implicit_loading("allow"):
        async with module.app.app_context():
            try:
                result = module.program()
                value = tame(await result if inspect.isawaitable(result) else result)
            except Exception as caught:
                error = described(caught)
            engine = engine_of(module)
    if engine is not None:
        assert engine.pool.checkedout() == 0
        await engine.dispose()
    return value, error


def engine_of(module: Any) -> Any:
    """The engine of an application, whichever way it was made; ``None`` where it has none."""
    return getattr(module, "engine", None) or getattr(getattr(module, "db", None), "engine", None)


@contextmanager
def closed_afterwards() -> Iterator[None]:
    """Close the raw SQLite connections that a program leaves open."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def recorded(*args: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*args, **options))
        return opened[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", recorded)
        try:
            yield
        finally:
            for connection in opened:
                connection.close()


@functools.cache
def models_of(text: str, url: str) -> ModuleType:
    """The models as a module; made once, because that costs more than most programs."""
    return _executed("shop", text, url)


@contextmanager
def loaded(text: Text, url: str, alone: bool = False) -> Iterator[Any]:
    """The program as a module, while its database is ``url``."""
    models = _executed("shop", text.models, url) if alone else models_of(text.models, url)
    sys.modules["shop"] = models
    try:
        yield _executed("code_of_program", text.program, url)
    finally:
        del sys.modules["shop"]


def _executed(name: str, text: str, url: str) -> ModuleType:
    module = ModuleType(name)
    sys.modules[name] = module
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        try:
            exec(compile(text, f"{name}.py", "exec"), module.__dict__)
        finally:
            del sys.modules[name]
    return module


def described(error: Exception) -> tuple[str, str]:
    """The class of an error, and its message unless a driver worded it."""
    if isinstance(error, DBAPIError):
        return type(error).__name__, ""
    message, _, _ = str(error).partition("Original exception was:")
    return type(error).__name__, re.sub(r"0x[0-9a-f]+", "0x", message)


def tame(value: Any) -> Any:
    """What a program gave, as something that two libraries can agree on."""
    state = sa.inspect(value, raiseerr=False)
    if isinstance(state, sa.orm.InstanceState):
        return f"<{type(value).__name__} {state.identity}>"
    if isinstance(value, sa.Row):
        return tuple(tame(item) for item in value)
    if isinstance(value, dict):
        return {key: tame(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [tame(item) for item in value]
    if isinstance(value, sa.RowMapping):
        return {str(key): tame(item) for key, item in value.items()}
    if value is None or isinstance(value, (str, int, float, bool, bytes, set)):
        return value
    if isinstance(value, Exception):
        return described(value)
    raise AssertionError(f"a program gives plain values, not {type(value)}: {value!r}")
