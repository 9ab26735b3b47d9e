"""What was guarded before the migration is guarded after it, and the tool would say if it were not."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from migrate_tool import pipeline
from migrate_tool.guarding import hold
from migrate_tool.model.guarded import inventory
from migrate_tool.report import json as json_report
from migrate_tool.report.text import summary
from tests.migrate_tool.fakes import replacing
from tests.migrate_tool.programs import migrated, project

SOURCE = """
from functools import wraps
from flask import Flask, Blueprint, abort, redirect, session
from flask.views import MethodView, View
from flask_login import current_user, fresh_login_required, login_required
from flask_principal import Permission, RoleNeed
from somewhere import auth
import flask_login

app = Flask(__name__)
bp = Blueprint("bp", __name__)
admin = Permission(RoleNeed("admin"))

def own(view):
    @wraps(view)
    def guarded(*args):
        if "user_id" not in session:
            return redirect("/login")
        return view(*args)
    return guarded

@app.route("/decorated")
@login_required
def decorated():
    return ""

@app.route("/twice")
@login_required
@own
def twice():
    return ""

@app.route("/by-module")
@flask_login.fresh_login_required
def by_module():
    return ""

@bp.get("/permission")
@admin.require(403)
def permission():
    return ""

@bp.post("/inside")
def inside():
    with admin.require():
        return ""

@bp.route("/itself")
def itself():
    if not current_user.is_authenticated:
        abort(401)
    return ""

@app.route("/unknown")
@auth.login_required
def unknown():
    return ""

@bp.before_request
@login_required
def all_of_it():
    pass

def check():
    if not current_user.is_admin:
        abort(403)

bp.before_request(check)

class Page(MethodView):
    decorators = [login_required]

class Profile(Page):
    def get(self):
        return ""
    @own
    def post(self):
        return ""

class Old(View):
    def dispatch_request(self):
        return ""

app.add_url_rule("/profile", view_func=Profile.as_view("profile"))
view = fresh_login_required(Old.as_view("old"))
app.add_url_rule("/old", view_func=login_required(Old.as_view("old")))
app.add_url_rule("/late", "late", login_required(decorated))

@app.route("/open")
def open_page():
    return ""
"""

EXPECTED = {
    "decorated": {"flask_login.login_required"},
    "twice": {"flask_login.login_required", "app.py::own"},
    "by_module": {"flask_login.fresh_login_required"},
    "permission": {"flask_principal.Permission.require"},
    "inside": {"flask_principal.Permission.require"},
    "itself": {"flask_login.current_user"},
    "unknown": {"login_required"},
    "all_of_it": {"flask_login.login_required"},
    "check": {"flask_login.current_user"},
    "Profile": {"flask_login.login_required"},
    "Profile.post": {"app.py::own"},
    "Old": {"flask_login.login_required"},
}


def names(text: str) -> dict[str, set[str]]:
    return {item.name: set(item.guards) for item in inventory(project({"app.py": text}))}


def test_every_kind_of_guard_is_found() -> None:
    assert names(SOURCE) == EXPECTED


def test_every_guard_is_there_after_the_migration() -> None:
    assert names(migrated({"app.py": SOURCE})[0]["app.py"]) == EXPECTED


LOSSES = [
    ("@login_required\ndef decorated", "def decorated", "decorated"),
    ('@app.route("/twice")\n@login_required\n', '@login_required\n@app.route("/twice")\n', "twice"),
    ("@own\ndef twice", "def twice", "twice"),
    ("@admin.require(403)\n", "", "permission"),
    ("    with admin.require():\n        return", "    if True:\n        return", "inside"),
    ("        abort(401)\n", "        pass\n", "itself"),
    ("@auth.login_required\n", "", "unknown"),
    ("@bp.before_request\n@login_required\n", "@login_required\n", "all_of_it"),
    ("bp.before_request(check)\n", "", "check"),
    ("    decorators = [login_required]\n", "    pass\n", "Profile"),
    ("    @own\n", "", "Profile.post"),
    ('view_func=login_required(Old.as_view("old"))', 'view_func=Old.as_view("old")', "Old"),
    ('            return redirect("/login")\n', "            pass\n", "twice"),
]


@pytest.mark.parametrize(("old", "new", "lost"), LOSSES, ids=[name for _, _, name in LOSSES])
def test_a_guard_that_gets_lost_is_found(old: str, new: str, lost: str) -> None:
    assert SOURCE.count(old) == 1
    before = project({"app.py": SOURCE})
    kept = hold(before, {PurePosixPath("app.py"): SOURCE.replace(old, new)}, {})
    assert lost in {item.guarded.name for item in kept if item.lost}


def test_a_file_that_gets_another_name_keeps_its_guards() -> None:
    before = project({"app.py": SOURCE})
    kept = hold(before, {}, {PurePosixPath("app.py"): PurePosixPath("main.py")})
    assert len(kept) >= len(EXPECTED)
    assert not any(item.lost for item in kept)


def test_a_lost_guard_is_an_error_of_the_run_and_stands_in_every_report(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(SOURCE)
    fake = replacing(("@login_required\ndef decorated", "def decorated"))
    from migrate_tool.model import understand

    outcome = pipeline.check(tmp_path, pipeline.Stages(understand, fake.solve, fake.rewrite, hold))
    assert outcome.exit_code == 1
    (problem,) = outcome.work
    assert "decorated was guarded by flask_login.login_required and is not any more" in problem.reason
    assert "FQ205 security" in summary(outcome)
    assert '"lost": [\n        "flask_login.login_required"\n      ]' in json_report.report(outcome)


def test_a_migration_says_how_many_guards_it_kept(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(SOURCE)
    outcome = pipeline.check(tmp_path)
    assert any("keep their guards" in note for note in outcome.notes)
    assert not any(item.lost for item in outcome.guards)


def test_a_wrapper_of_every_view_is_not_guarded_by_what_one_of_them_refuses() -> None:
    views = "\n".join(
        f"def view{number}():\n    return 'page'\n\nroute('/{number}', view{number})\n" for number in range(6)
    )
    source = f"""
from flask import Flask, abort, session

app = Flask(__name__)

def route(rule, view):
    def wrapper(**arguments):
        return view(**arguments)
    app.add_url_rule(rule, rule, wrapper)

{views}
def private():
    if "user" not in session:
        abort(403)
    return "secret"

route("/private", private)
"""
    assert names(source) == {}
