"""A decorator that is called like a function: what it decorates is what the ``@`` would decorate."""

from __future__ import annotations

from tests.migrate_tool.programs import after

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
