"""A deliberately broken example of each kind makes the tests of the guide red."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_guide import test_every_command_prints_what_the_page_says as check_commands
from .test_programs import test_a_program_on_a_page_runs as check_program
from .test_programs import test_the_codemod_writes_what_is_shown_on_quart as check_pair

FLASK = "# On Flask\nfrom flask import request\n\n\ndef name():\n    return request.form['name']\n"
QUART = (
    "# On Quart\nfrom quart import request\n\n\nasync def name():\n    return (await request.form)['name']\n"
)


@pytest.mark.parametrize(
    "block",
    [
        "$ echo one\ntwo\n",
        "$ false\n",
        "$ flask-to-quart no-such-command\n...\n",
        "$ exit 3\n",
        "$ echo never; kill $$\nnever\n$ echo ended\nended\n",
    ],
)
def test_a_command_that_prints_something_else_or_fails(block: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n```console\n{block}```\n", encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    with pytest.raises(AssertionError):
        check_commands(page, work)


def test_a_command_that_does_what_the_page_says(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n\n```console\n$ echo one\none\n```\n", encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    check_commands(page, work)


@pytest.mark.parametrize(
    "program", ["import quart_app.no_such_module\n", "assert 1 == 2\n", "async def f(): ...\nf()\n"]
)
def test_a_program_that_fails_or_loses_a_coroutine(program: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        check_program(program, tmp_path)


def test_a_pair_that_the_codemod_does_not_write() -> None:
    check_pair(FLASK, QUART)
    with pytest.raises(AssertionError):
        check_pair(FLASK, QUART.replace("(await request.form)", "request.form"))
