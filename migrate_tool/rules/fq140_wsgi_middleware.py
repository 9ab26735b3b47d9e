"""WSGI middleware around the application: ProxyFix has an ASGI twin, any other runs through the bridge."""

from __future__ import annotations

import ast

from migrate_tool.project.trees import walk

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ140",
    name="wsgi-middleware",
    summary="ProxyFix goes around asgi_app; other WSGI middleware stays and runs in the bridge.",
    why=(
        "A server calls a Quart application through asgi_app. quart_app.proxy.ProxyFix goes around it and takes Werkzeug's "
        "arguments. Around the wsgi_app of quart_app.Quart other WSGI middleware works as it did, at the price of two "
        "conversions per request; ASGI middleware around asgi_app costs none."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "from flask import Flask\n"
                "from werkzeug.middleware.proxy_fix import ProxyFix\n\n"
                "app = Flask(__name__)\n"
                "app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_host=1)\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.proxy import ProxyFix\n\n"
                "app = Quart(__name__)\n"
                "app.asgi_app = ProxyFix(app.asgi_app, x_for=1, x_host=1)\n"
            ),
        ),
        Example(
            before=(
                "from flask import Flask\n"
                "from somewhere import Middleware\n\n"
                "app = Flask(__name__)\n"
                "app.wsgi_app = Middleware(app.wsgi_app)\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from somewhere import Middleware\n\n"
                "app = Quart(__name__)\n"
                "app.wsgi_app = Middleware(app.wsgi_app)\n"
            ),
        ),
    ),
)

_PROXY_FIX = "werkzeug.middleware.proxy_fix.ProxyFix"


def python(file: PythonFile) -> None:
    """Look at every assignment to ``app.wsgi_app``."""
    for node in file.nodes(ast.Assign):
        for target in node.targets:
            if not (isinstance(target, ast.Attribute) and target.attr == "wsgi_app"):
                continue
            if "flask.Flask" not in file.classes(target.value):
                continue
            if isinstance(node.value, ast.Call) and _PROXY_FIX in file.names(node.value.func):
                for attribute in walk(node):
                    if isinstance(attribute, ast.Attribute) and attribute.attr == "wsgi_app":
                        _, end = file.place(attribute)
                        file.cut(end - len("wsgi_app"), end, "asgi_app", origin=RULE.code)
                file.report(node, RULE.code, "ProxyFix wraps asgi_app")
            else:
                file.report(node, RULE.code, "WSGI middleware runs in the bridge", "bridged")
