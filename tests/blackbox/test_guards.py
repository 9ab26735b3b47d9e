"""Every route that was guarded in the Flask application refuses a stranger after the migration."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migrate_tool.model import understand
from migrate_tool.model.guarded import inventory
from migrate_tool.project.discovery import discover
from tests.blackbox import sweep
from tests.blackbox.applications import LEGACY_TREE, Database, environment, prepare


@pytest.fixture(scope="session")
def answers(migrated_tree: Path, make_database: Callable[[str], Database]) -> list[dict[str, Any]]:
    """What each route and method of the migrated application answers somebody who is not signed in."""
    database = make_database("sqlite")
    prepare("migrated", migrated_tree, database)
    done = subprocess.run(
        [sys.executable, str(Path(sweep.__file__))],
        cwd=migrated_tree,
        env={**environment(database), "PYTHONPATH": str(migrated_tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def guarded_names() -> set[str]:
    """``file::name`` of everything that the Flask source guards by a decorator of its own or of a library."""
    return {
        f"{item.path}::{item.name}"
        for item in inventory(understand(discover(LEGACY_TREE)))
        if item.guards - {"flask_login.current_user"} and "before_" not in item.route
    }


def refused(answer: dict[str, Any]) -> bool:
    return answer["status"] in {401, 403} or (
        answer["status"] == 302 and answer["location"].startswith("/auth/login")
    )


def test_every_guarded_route_refuses_a_stranger(answers: list[dict[str, Any]]) -> None:
    guarded = guarded_names()
    asked = [answer for answer in answers if guarded.intersection(answer["names"])]
    assert [answer for answer in asked if not refused(answer)] == []
    # Not one of them was missed by the sweep, HEAD included.
    assert {name for answer in asked for name in answer["names"]} >= guarded
    assert any(answer["method"] == "HEAD" for answer in asked)
    assert len(guarded) > 15


def test_a_hook_that_guards_a_blueprint_guards_all_of_its_routes(answers: list[dict[str, Any]]) -> None:
    asked = [answer for answer in answers if answer["rule"].startswith("/loans")]
    assert len(asked) > 3
    assert [answer for answer in asked if not refused(answer)] == []


def test_the_sweep_tells_open_from_guarded(answers: list[dict[str, Any]]) -> None:
    opened = {answer["rule"] for answer in answers if answer["status"] == 200}
    assert {"/", "/health", "/auth/login"} <= opened
