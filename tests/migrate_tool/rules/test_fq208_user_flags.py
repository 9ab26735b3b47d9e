"""The flags of a user are read where they were called."""

from __future__ import annotations

from pathlib import Path

from .trees import migrate

APP = """\
from flask import Flask
from flask.ext.login import LoginManager, UserMixin, current_user

app = Flask(__name__)


class User(UserMixin):
    pass
"""
PAGE = (
    "{% if current_user.confirmed and current_user.is_authenticated() %}{{ current_user.is_active( ) }}{% endif %}\n"
    "{{ form.current_user.is_active() }}{# current_user.is_active() #}{% raw %}{{ current_user.is_active() }}{% endraw %}\n"
    "{{ current_user.can(1) }}\n"
)


def changed(root: Path, app: str, page: str = PAGE) -> tuple[str, str]:
    texts = migrate({"app.py": app, "templates/page.html": page}, root / "first")[0]
    assert migrate(texts, root / "second")[0] == texts
    return texts["app.py"], texts["templates/page.html"]


def test_templates_read_the_current_user_s_flags(tmp_path: Path) -> None:
    _, page = changed(tmp_path, APP)
    assert page.splitlines() == [
        "{% if current_user.confirmed and current_user.is_authenticated %}{{ current_user.is_active }}{% endif %}",
        "{{ form.current_user.is_active() }}{# current_user.is_active() #}{% raw %}{{ current_user.is_active() }}{% endraw %}",
        "{{ current_user.can(1) }}",
    ]


def test_code_reads_a_user_s_flags(tmp_path: Path) -> None:
    code, _ = changed(
        tmp_path,
        f"{APP}\n\ndef flags(user):\n    return user.is_authenticated(), User().is_active(), user.is_active()\n",
    )
    assert "return user.is_authenticated, User().is_active, user.is_active()" in code


def test_a_method_that_cannot_be_a_property_stays_with_its_calls(tmp_path: Path) -> None:
    own = "class Account:\n    def is_authenticated(self, way='any'):\n        return True\n\n    def get_id(self):\n        return '1'\n"
    code, page = changed(tmp_path, f"{APP}\n\n{own}\n\ndef read(user):\n    return user.is_authenticated()\n")
    assert "@property" not in code
    assert "return user.is_authenticated()" in code
    assert "current_user.is_authenticated() %}{{ current_user.is_active }}" in page


def test_without_flask_login_nothing_is_touched(tmp_path: Path) -> None:
    app = "from flask import Flask\n\napp = Flask(__name__)\n\n\ndef read(user):\n    return user.is_authenticated()\n"
    code, page = changed(tmp_path, app)
    assert "user.is_authenticated()" in code
    assert page == PAGE
