"""The request's body is awaited: form, files, values, data, json."""

from __future__ import annotations

import ast

from migrate_tool.colour.by_name import awaited_by_name

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ104",
    name="awaited-request-body",
    summary="The request's body is awaited: form, files, values, data, json.",
    why=(
        "On Quart the body arrives while the view runs, so whatever reads it waits for it. hasattr(request, 'form') was "
        "always true, and would make a coroutine that nobody awaits: True says it."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask, request\n\n"
                "app = Flask(__name__)\n\n\n"
                '@app.route("/", methods=["POST"])\n'
                "def index():\n"
                '    if hasattr(request, "form") and "name" in request.form:\n'
                '        return request.form["name"]\n'
                '    return getattr(request, "json", None) or {}\n'
            ),
            after=(
                "from quart import request\n"
                "from quart_app import Quart\n\n"
                "app = Quart(__name__)\n\n\n"
                '@app.route("/", methods=["POST"])\n'
                "async def index():\n"
                '    if True and "name" in await request.form:\n'
                '        return (await request.form)["name"]\n'
                '    return await getattr(request, "json", None) or {}\n'
            ),
        ),
    ),
)


def python(file: PythonFile) -> None:
    """Say what ``hasattr`` says of attributes that are awaited."""
    for call in file.nodes(ast.Call):
        if len(call.args) != 2 or file.names(call.func) != {"builtins.hasattr"}:
            continue
        known = awaited_by_name(file.project, call, file.scope(call))
        if known is not None:
            file.replace(call, "True", origin=RULE.code)
            file.report(
                call, known[1].rule or RULE.code, f"{known[0]} is there: nothing has to be read for it"
            )
