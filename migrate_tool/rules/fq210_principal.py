"""Flask-Principal's roles and permissions, awaited."""

from __future__ import annotations

import ast

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ210",
    name="awaited-permissions",
    summary="Identities and permissions come from quart_app.auth.principal and are awaited.",
    why="Receivers of identity signals ask for the user, which may wait; so sending them and testing permissions waits too.",
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask, current_app\n"
                "from flask_principal import Identity, identity_changed\n\n"
                "app = Flask(__name__)\n\n\n"
                '@app.route("/in")\n'
                "def sign_in():\n"
                "    identity_changed.send(current_app._get_current_object(), identity=Identity(1))\n"
                '    return "in"\n'
            ),
            after=(
                "from quart import current_app\n"
                "from quart_app import Quart\n"
                "from quart_app.auth.principal import Identity, identity_changed\n\n"
                "app = Quart(__name__)\n\n\n"
                '@app.route("/in")\n'
                "async def sign_in():\n"
                "    await identity_changed.send_async(current_app._get_current_object(), identity=Identity(1))\n"
                '    return "in"\n'
            ),
        ),
    ),
)


def python(file: PythonFile) -> None:
    """``identity_changed.send`` becomes ``send_async``."""
    for node in file.nodes(ast.Call):
        decision = file.colouring.decision(node, "call")
        if decision is None or decision.site.what != "flask_principal.Signal.send":
            continue
        if isinstance(node.func, ast.Attribute):
            _, end = file.place(node.func)
            file.cut(end - len(node.func.attr), end, "send_async", origin=RULE.code)
