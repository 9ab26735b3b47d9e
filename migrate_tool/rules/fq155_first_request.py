"""What blueprints call before the first request."""

from __future__ import annotations

import ast

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ155",
    name="first-request",
    summary="before_app_first_request of a blueprint becomes a function of quart_app.compat.",
    why=(
        "Flask 2.3 took before_first_request away, and Quart never had it. The application class of quart_app keeps it "
        "for applications; blueprints register through a function. New code uses before_serving, which test clients do "
        "not run unless they enter the application."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Blueprint\n\n"
                'part = Blueprint("part", __name__)\n\n\n'
                "@part.before_app_first_request\n"
                "def prepare():\n"
                '    print("ready")\n'
            ),
            after=(
                "from quart import Blueprint\n"
                "from quart_app.compat.first_request import before_app_first_request\n\n"
                'part = Blueprint("part", __name__)\n\n\n'
                "@before_app_first_request(part)\n"
                "def prepare():\n"
                '    print("ready")\n'
            ),
        ),
    ),
    left_alone=(
        "from quart_app import Quart\n\n"
        "app = Quart(__name__)\n\n\n"
        "@app.before_first_request\n"
        "def prepare():\n"
        '    print("ready")\n',
    ),
    references=("https://flask.palletsprojects.com/en/stable/changes/#version-2-3-0",),
)

_OF_BLUEPRINT = "flask.Blueprint.before_app_first_request"


def python(file: PythonFile) -> None:
    """``@part.before_app_first_request`` and ``part.before_app_first_request(f)``."""
    for node in file.nodes(ast.Attribute):
        if node.attr != "before_app_first_request" or _OF_BLUEPRINT not in file.names(node):
            continue
        name = file.need("quart_app.compat.first_request", "before_app_first_request")
        file.replace(node, f"{name}(", file.span(node.value), ")", origin=RULE.code)
        file.report(node, RULE.code, "a blueprint's function is called before the first request")
