"""Tables of a page with two columns of code: both are run and compared, and the codemod must write the right one."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

from tests.migrate_tool.programs import migrated

from .console import REPOSITORY

Answer = tuple[int, str]


def rows_of(page: str) -> list[tuple[str, str]]:
    """Return the rows of a page of the guide."""
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", text, re.MULTILINE)
    assert len(rows) == text.count("\n| `"), "a row that is not two pieces of code"
    return [(left.replace("\\|", "|"), right.replace("\\|", "|")) for left, right in rows]


@dataclass(frozen=True)
class Table:
    """How the expressions of a table are run: each in a view of one module."""

    #: The page in ``docs/``.
    page: str
    #: The legacy module that the expressions stand in; it has an ``app``.
    start: str
    #: Asks a test client, Flask's or ours, for a path.
    ask: Callable[[Any, str], Any]

    @cached_property
    def rows(self) -> list[tuple[str, str]]:
        """The left and the right sides."""
        return rows_of(self.page)

    @cached_property
    def before(self) -> str:
        """The legacy module."""
        view = '@app.route("/row{0}", methods=["GET", "POST"])\ndef row{0}():\n    return repr({1})\n'
        return self.start.lstrip() + "".join(
            view.format(*row) for row in enumerate(left for left, _ in self.rows)
        )

    @cached_property
    def after(self) -> str:
        """What the codemod makes of it."""
        return migrated({"app.py": self.before})[0]["app.py"]

    @cached_property
    def on_flask(self) -> Any:
        """The legacy application."""
        return module(self.before).app

    @cached_property
    def here(self) -> Any:
        """The migrated application."""
        return module(self.after).app

    def written(self, number: int) -> str:
        """Return what the codemod writes for the expression of a row."""
        view = self.after.partition(f"def row{number}():\n    return repr(")[2]
        return view.partition("\n")[0][:-1]

    def answer_on_flask(self, number: int) -> Answer:
        """Ask the legacy application."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            response = self.ask(self.on_flask.test_client(), f"/row{number}")
        return response.status_code, response.text

    async def answer_here(self, number: int) -> Answer:
        """Ask the migrated application."""
        response = await self.ask(self.here.test_client(), f"/row{number}")
        return response.status_code, response.text


def module(text: str) -> Any:
    """Import a module from its text."""
    made: Any = ModuleType("app")
    made.__file__ = str(REPOSITORY / "app.py")
    exec(compile(text, "app.py", "exec"), made.__dict__)
    return made
