"""A decorator that is called like a function: what it decorates is what the ``@`` would decorate."""

from __future__ import annotations

import pytest

from tests.migrate_tool.programs import after, migrated, with_app

SHOW = "def show(error=None):\n    return render_template('x.html'), 404\n\n"
HEAD = "from flask import render_template\n"
ASYNC = "async def show(error=None):\n    return await render_template('x.html'), 404"


def test_a_handler_that_is_registered_in_a_loop_is_awaited() -> None:
    text = after(
        HEAD
        + SHOW
        + "def register(app):\n    for code in (401, 404):\n        app.errorhandler(code)(show)\n"
    )
    assert "async def show" not in text  # of an application that nothing says is one, nothing is known
    text = after(
        HEAD + SHOW + "app = Flask('x')\nfor code in (401, 404):\n    app.errorhandler(code)(show)\n"
    )
    assert ASYNC in text


def test_a_view_that_is_routed_by_hand_is_awaited() -> None:
    text = after("def show():\n    return 'x'\n\napp = Flask('x')\napp.route('/x')(show)\n")
    assert "async def show():\n    return 'x'" in text


def test_what_a_decorator_of_nobody_known_gets_waits_in_the_bridge() -> None:
    text = after(HEAD + "from somewhere import handler\n" + SHOW + "handler(404)(show)\n")
    assert "wait(render_template" in text


PROJECTS_OWN = """
from functools import wraps
{imports}

def counted(f):
    @wraps(f)
    def inner(*args, **kwargs):
        User.query.count()
        return f(*args, **kwargs)
    return {applied}

@app.route('/')
@counted
def show():
    return 'x'
"""


@pytest.mark.parametrize(
    ("imports", "applied", "expected"),
    [
        (
            "from apifairy import arguments, response",
            "arguments(Page)(response(Pages)(inner))",
            "sync_decorator(arguments(Page))(sync_decorator(response(Pages))(inner))",
        ),
        (
            "from flask_limiter import Limiter\nlimiter = Limiter(str)",
            "limiter.limit('5/hour')(inner)",
            "sync_decorator(limiter.limit('5/hour'))(inner)",
        ),
        (
            "from flask_httpauth import HTTPBasicAuth\nauth = HTTPBasicAuth()",
            "auth.login_required(inner)",
            "sync_decorator(auth.login_required)(inner)",
        ),
    ],
)
def test_a_library_s_decorator_around_a_wrapper_gets_a_function_that_waits(
    imports: str, applied: str, expected: str
) -> None:
    text = after(PROJECTS_OWN.format(imports=imports, applied=applied))
    assert "    async def inner(*args, **kwargs):\n        await User.query.count()\n" in text
    assert "        return await f(*args, **kwargs)\n" in text
    assert f"    return {expected}\n" in text
    assert "@counted\nasync def show():" in text
    again, _ = migrated(
        {"app.py": migrated(with_app(""))[0]["app.py"], "code.py": f"from app import *\n{text}"}
    )
    assert again["code.py"] == f"from app import *\n{text}"


def test_a_plain_wrapper_is_decorated_as_it_is() -> None:
    plain = PROJECTS_OWN.replace("        User.query.count()\n", "").replace("@app.route('/')\n", "")
    plain = plain.format(
        imports="from flask_limiter import Limiter\nlimiter = Limiter(str)",
        applied="limiter.limit('5/hour')(inner)",
    )
    assert after(plain) == plain.strip("\n")


def test_a_wrapper_that_nobody_known_decorates_waits_in_the_bridge() -> None:
    text = after(PROJECTS_OWN.format(imports="from somewhere import limit", applied="limit('5/hour')(inner)"))
    assert "        wait(User.query.count())\n        return wait(f(*args, **kwargs))\n" in text
    assert "    return limit('5/hour')(inner)\n" in text


WRAPPERS = """
from functools import wraps

def counted(f):
    def inner(*args, **kwargs):
        User.query.count()
        return f(*args, **kwargs)
    {applied}

@app.route('/')
@counted
def show():
    return str(User.query.count())
"""


@pytest.mark.parametrize(
    "applied", ["return wraps(f)(inner)", "decorate = wraps(f)\n    return decorate(inner)"]
)
def test_what_wraps_makes_is_a_decorator_and_not_the_function_it_was_given(applied: str) -> None:
    text = after(WRAPPERS.format(applied=applied))
    assert f"    {applied}\n" in text
    assert "async def inner" in text
    assert "return await f(*args, **kwargs)" in text
    assert "bridge" not in text


def test_a_lambda_that_is_wrapped_in_place_waits_in_the_bridge() -> None:
    text = after(
        "from functools import wraps\n\n"
        "def passed(f):\n    return wraps(f)(lambda *args: f(*args))\n\n"
        "@app.route('/')\n@passed\ndef show():\n    return str(User.query.count())\n"
    )
    assert "    return wraps(f)(lambda *args: wait(f(*args)))\n" in text


def test_what_a_template_is_handed_it_awaits() -> None:
    code = (
        "from flask import render_template, render_template_string\n"
        "@app.route('/user/<name>')\n"
        "def user(name):\n"
        "    return render_template('user.html', user=User.query.first())\n"
        "def count():\n"
        "    return User.query.count()\n"
        "@app.route('/')\n"
        "def index():\n"
        "    return render_template('index.html', user=user)\n"
        "@app.route('/count')\n"
        "def counted():\n"
        "    return render_template_string('{{ count() }}', count=count)\n"
    )
    text = after(code)
    assert "async def user(name):\n" in text
    assert "async def count():\n    return await User.query.count()\n" in text
    assert "wait(" not in text.replace("await (", "")
