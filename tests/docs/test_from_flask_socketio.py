"""The page "From Flask-SocketIO": every row is what the codemod writes, and the right side means what the page says."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated

from .side_by_side import rows_of

START = """\
from flask import Flask
from flask_socketio import SocketIO, close_room, disconnect, emit, join_room, leave_room, rooms, send

app = Flask(__name__)
socketio = SocketIO(app)


def work(number):
    socketio.emit("worked", number)


@socketio.on("row")
def row(data):
    return {}
"""


@pytest.mark.parametrize(("before", "after"), rows_of("from-flask-socketio.md"))
def test_each_row_is_what_the_codemod_writes(before: str, after: str) -> None:
    texts, findings = migrated({"app.py": START.format(before)})
    assert f"    return {after}\n" in texts["app.py"]
    assert not [finding for finding in findings if finding.action in ("left", "marked")]
