"""Configuration that is read from variables with a prefix."""

from __future__ import annotations

import ast

from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ708",
    name="prefixed-environment",
    summary="config.from_prefixed_env() says the prefix that Flask assumed.",
    why="Quart assumes QUART_. The variables are set where the application runs, so their names stay.",
    safety=Safety.SAFE,
    examples=(
        Example(
            before="from flask import Flask\n\napp = Flask(__name__)\napp.config.from_prefixed_env()\n",
            after='from quart_app import Quart\n\napp = Quart(__name__)\napp.config.from_prefixed_env(prefix="FLASK")\n',
        ),
    ),
    left_alone=(
        'from quart_app import Quart\n\napp = Quart(__name__)\napp.config.from_prefixed_env("SHOP")\n',
    ),
)


def python(file: PythonFile) -> None:
    """Give the call the argument that it left out."""
    for call in file.nodes(ast.Call):
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "from_prefixed_env"):
            continue
        if argument(call, "prefix", 0) is not None or any(keyword.arg is None for keyword in call.keywords):
            continue
        if any(isinstance(item, ast.Starred) for item in call.args) or not _is_flask(file):
            continue
        _, end = file.source.span(call)
        start = file.source.text.index("(", file.source.span(call.func)[1]) + 1
        given = file.source.text[start : end - 1].strip()
        file.insert(start, 'prefix="FLASK"' + (", " if given else ""), origin=RULE.code)
        file.report(call, RULE.code, "the variables keep their names")


def _is_flask(file: PythonFile) -> bool:
    """Whether the project still runs on Flask: on Quart the assumed prefix is already Quart's."""
    return not any(
        (name == "quart" or name.startswith(("quart.", "quart_app")))
        for module in file.project.modules.values()
        for node in module.of_type(ast.ImportFrom)
        if isinstance(node, ast.ImportFrom) and (name := node.module or "")
    )
