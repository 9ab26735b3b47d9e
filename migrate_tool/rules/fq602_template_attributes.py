"""Macros that Python code takes out of a template."""

from __future__ import annotations

import ast

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ602",
    name="template-attributes",
    summary="A macro that get_template_attribute takes out of a template waits in the bridge.",
    why=(
        "In Jinja's asynchronous mode a macro gives a coroutine, and a template has no module that synchronous code could read. The templates "
        "of quart_app.Quart have one, whose macros wait. To do without the bridge, render a template that imports the macro, with "
        "render_template or render_template_string, and give it what the macro needs."
    ),
    safety=Safety.SAFE,
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
                '    hello = get_template_attribute("macros.html", "hello")\n    return hello("World")\n'
            ),
        ),
    ),
    references=("https://github.com/pallets/quart/issues/290",),
)


def python(file: PythonFile) -> None:
    """Say of every call that it waits."""
    for call in file.nodes(ast.Call):
        if {"flask.get_template_attribute"} & file.names(call.func):
            file.report(call, RULE.code, "a macro of a template waits when it is called", "bridged")
