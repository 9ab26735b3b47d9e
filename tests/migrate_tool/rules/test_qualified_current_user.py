"""``flask_login.current_user``, read several times: awaited once under its new name."""

from __future__ import annotations

from tests.migrate_tool.programs import migrated

CODE = """
import flask_login
from flask import Flask
app = Flask(__name__)
@app.get("/")
@flask_login.login_required
def show():
    if flask_login.current_user.locked:
        return "no", 403
    return str(flask_login.current_user.id)
"""


def test_no_name_is_left_without_its_import() -> None:
    texts, _ = migrated({"app.py": CODE})
    assert "flask_login" not in texts["app.py"]
    assert "    user = await auth.current_user\n    if user.locked:" in texts["app.py"]


def test_import_quart_stays_where_qualified_names_use_it() -> None:
    program = "import flask\n\n\ndef path() -> str:\n    return flask.request.path + flask.g.x\n"
    once = migrated({"app.py": program})[0]["app.py"]
    assert once.startswith("import quart\n")
    assert "quart.request.path + quart.g.x" in once
    assert migrated({"app.py": once})[0]["app.py"] == once
