"""The commands, run by a test runner and from a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from quart_app import Quart
from quart_app.bookshelf.cli import ACCOUNTS, SHELF


def test_accounts_are_listed(app: Quart) -> None:
    result = app.test_cli_runner().invoke(args=["user", "list"])
    assert result.output.splitlines() == sorted(f"{email}: {role}" for email, _, role in ACCOUNTS)


def test_an_account_is_created_once(app: Quart) -> None:
    runner = app.test_cli_runner()
    arguments = ["user", "create", "New@example.com", "--role", "librarian", "--password", "secret1"]
    assert runner.invoke(args=arguments).output == "New (librarian)\n"
    again = runner.invoke(args=arguments)
    assert again.exit_code == 1
    assert "is there already" in again.output


def test_a_filled_shelf_is_not_filled_again(app: Quart) -> None:
    assert app.test_cli_runner().invoke(args=["seed"]).output == "There is something already.\n"


def test_from_a_terminal(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"SECRET_KEY": "a secret", "PASSWORD_METHOD": "pbkdf2:sha256:1000"}
    said = [
        subprocess.run(
            [sys.executable, "-m", "quart", "--app", "quart_app", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for arguments in (["init-db"], ["seed"], ["init-db", "--drop"], ["user", "list"])
    ]
    assert said == ["The tables are there.\n", f"{len(SHELF)} books, {len(ACCOUNTS)} users.\n", said[0], ""]
