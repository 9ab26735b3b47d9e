"""Macros that Python code takes out of a template."""

from __future__ import annotations

import ast

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ602",
    name="template-attributes",
    summary="get_template_attribute is marked: an asynchronous template has no module that it could read.",
    why=(
        'Jinja refuses with "Module is not available in async mode". Render a template that imports the macro, with '
        "render_template or render_template_string, and give it what the macro needs."
    ),
    safety=Safety.MANUAL,
    examples=(
        Example(
            before=(
                "from flask import Flask, get_template_attribute\n\napp = Flask(__name__)\n\n\n"
                '@app.route("/")\ndef index():\n'
                '    hello = get_template_attribute("macros.html", "hello")\n    return hello("World")\n'
            ),
            after=(
                "from quart import get_template_attribute\nfrom quart_app import Quart\n\napp = Quart(__name__)\n\n\n"
                '@app.route("/")\nasync def index():\n'
                "    # migrate: FQ602 render a template that imports the macro: an asynchronous template has no module\n"
                '    hello = get_template_attribute("macros.html", "hello")\n    return hello("World")\n'
            ),
        ),
    ),
    references=("https://github.com/pallets/quart/issues/290",),
)


def python(file: PythonFile) -> None:
    """Mark every call."""
    for call in file.nodes(ast.Call):
        if {"flask.get_template_attribute"} & file.names(call.func):
            file.mark(
                call,
                RULE.code,
                "render a template that imports the macro: an asynchronous template has no module",
            )
