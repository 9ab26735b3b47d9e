"""Who is signed in, whatever library says so: what its loaders give has the methods that must be awaited."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import migrated

START = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
db = SQLAlchemy(app)

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)

    def friends(self):
        return User.query.count()
"""

JWT = """
from flask_jwt_extended import JWTManager, current_user, get_current_user, jwt_required
jwt = JWTManager(app)
"""

LOADER_3 = """
def load(identity):
    return User.query.get(identity)

jwt.user_loader_callback_loader(load)

@app.route("/")
@jwt_required
def view():
    return str(current_user.friends())
"""

LOADER_4 = """
@jwt.user_lookup_loader
def load(header, payload):
    return User.query.get(payload["sub"])

@app.route("/")
@jwt_required()
def view():
    return str(current_user.friends() + get_current_user().friends())
"""

BASIC = """
from flask_httpauth import HTTPBasicAuth
auth = HTTPBasicAuth()

@auth.verify_password
def verify(name, password):
    return User.query.filter_by(id=name).first()

@app.route("/")
@auth.login_required
def view():
    return str(auth.current_user().friends())
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (JWT + LOADER_3, "str(await current_user.friends())"),
        (JWT + LOADER_4, "str(await current_user.friends() + await get_current_user().friends())"),
        (BASIC, "str(await auth.current_user().friends())"),
    ],
    ids=["jwt 3", "jwt 4", "basic"],
)
def test_methods_of_the_signed_in_user_are_awaited(code: str, expected: str) -> None:
    assert expected in migrated({"app.py": START + code})[0]["app.py"]
