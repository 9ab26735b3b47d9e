"""A hook that asks for the user on every request, static files included, is named."""

from __future__ import annotations

import ast

from migrate_tool.model.members import CURRENT_USER
from migrate_tool.project.trees import walk

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ206",
    name="user-in-hooks",
    summary="Hooks that ask for the user on every request are named: decide first whether the user is needed.",
    why=(
        "before_request and after_request run for every request, also for static files and health checks. A hook that awaits the "
        "user there costs one query each, for everybody who is signed in. A look at request.endpoint, at the path or at the "
        "session first costs nothing. The hook is migrated as it is, because only you know which requests need it."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask, g\n"
                "from flask_login import current_user\n\n"
                "app = Flask(__name__)\n\n\n"
                "@app.before_request\n"
                "def remember_locale():\n"
                "    g.locale = current_user.locale\n"
            ),
            after=(
                "from quart import g\n"
                "from quart_app import Quart\n"
                "from quart_app.auth import current_user\n\n"
                "app = Quart(__name__)\n\n\n"
                "@app.before_request\n"
                "async def remember_locale():\n"
                "    g.locale = (await current_user).locale\n"
            ),
        ),
    ),
)

_HOOKS = {
    "flask.sansio.scaffold.Scaffold.before_request",
    "flask.sansio.scaffold.Scaffold.after_request",
    "flask.sansio.scaffold.Scaffold.teardown_request",
    "flask.Blueprint.before_app_request",
    "flask.Blueprint.after_app_request",
    "flask.Blueprint.teardown_app_request",
}
#: What a cheap decision looks at.
_CHEAP = {"flask.request", "flask.session", "flask.g"}


def python(file: PythonFile) -> None:
    """Look at every hook of this file."""
    for function in file.functions():
        hooks = {name for node in function.decorators for name in file.names(node) & _HOOKS}
        if not hooks or isinstance(function.node, ast.Lambda):
            continue
        for statement in function.node.body:
            names = _names(file, statement)
            if _CHEAP & names and isinstance(statement, ast.If):
                break
            if CURRENT_USER in names:
                when = sorted(hooks)[0].rpartition(".")[2]
                file.report(
                    statement,
                    RULE.code,
                    f"{function.name} asks for the user in every {when}, static files included: "
                    "decide by the endpoint or the path first",
                    "noted",
                )
                break


def _names(file: PythonFile, statement: ast.stmt) -> set[str]:
    return {
        name
        for node in walk(statement)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
        for name in file.names(node)
    }
