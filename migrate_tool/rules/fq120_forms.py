"""Forms of Flask-WTF read the request when they are made, so making one waits."""

from __future__ import annotations

import ast

from migrate_tool.model.types import ClassRef, External

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ120",
    name="awaited-forms",
    summary="Forms are made with create_form and validated with await.",
    why=(
        "A form takes its data from the request's body, which arrives while the view runs. "
        "Validators named validate_<field> may be async; the form awaits them."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask, render_template\n"
                "from flask_wtf import FlaskForm\n\n"
                "app = Flask(__name__)\n\n\n"
                "class SearchForm(FlaskForm):\n    pass\n\n\n"
                '@app.route("/")\n'
                "def search():\n"
                "    form = SearchForm()\n"
                "    if form.validate_on_submit():\n"
                '        return "found"\n'
                '    return render_template("search.html", form=form)\n'
            ),
            after=(
                "from quart import render_template\n"
                "from quart_app import Quart\n"
                "from quart_app.forms import FlaskForm\n\n"
                "app = Quart(__name__)\n\n\n"
                "class SearchForm(FlaskForm):\n    pass\n\n\n"
                '@app.route("/")\n'
                "async def search():\n"
                "    form = await SearchForm.create_form()\n"
                "    if await form.validate_on_submit():\n"
                '        return "found"\n'
                '    return await render_template("search.html", form=form)\n'
            ),
        ),
    ),
)


def python(file: PythonFile) -> None:
    """``SomeForm(...)`` becomes ``SomeForm.create_form(...)``; the colour writer awaits it."""
    for node in file.nodes(ast.Call):
        decision = file.colouring.decision(node, "call")
        if decision is None or decision.site.what != "flask_wtf.FlaskForm":
            continue
        if any(isinstance(item, ClassRef | External) for item in file.types(node.func)):
            _, end = file.place(node.func)
            file.insert(end, ".create_form", origin=RULE.code)
