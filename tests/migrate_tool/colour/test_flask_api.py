"""Flask-API: its application becomes ours, and what it calls the request's data is awaited."""

from __future__ import annotations

from tests.migrate_tool.programs import migrated

BEFORE = """\
from flask_api import FlaskAPI, exceptions, status
from flask_api.exceptions import ParseError
from flask import request


def create_app():
    app = FlaskAPI(__name__)

    @app.route("/names", methods=["POST"])
    def names():
        name = str(request.data.get("name", ""))
        if not name:
            raise ParseError("name?")
        if name == "nobody":
            raise exceptions.NotFound()
        return {"name": name}, status.HTTP_201_CREATED

    return app
"""
AFTER = """\
from quart_app.compat.flask_api import FlaskAPI, exceptions, status
from quart_app.compat.flask_api.exceptions import ParseError
from quart import request


def create_app():
    app = FlaskAPI(__name__)

    @app.route("/names", methods=["POST"])
    async def names():
        name = str((await request.data).get("name", ""))
        if not name:
            raise ParseError("name?")
        if name == "nobody":
            raise exceptions.NotFound()
        return {"name": name}, status.HTTP_201_CREATED

    return app
"""


def test_its_application_is_ours_and_its_data_is_awaited() -> None:
    texts, findings = migrated({"app.py": BEFORE})
    assert texts["app.py"] == AFTER
    assert not [finding for finding in findings if finding.action in ("left", "marked")]
    again, _ = migrated(texts)
    assert again == texts
