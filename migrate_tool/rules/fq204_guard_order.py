"""A guard above the route guards nothing: the route has registered the view before the guard wraps it."""

from __future__ import annotations

import ast

from migrate_tool.model.guards import ROUTES, Guards

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ204",
    name="guard-above-route",
    summary="login_required, or a guard of the project's own, above the route is put below it, where it guards.",
    why=(
        "Decorators apply from the bottom up. With the guard on top, the route registers the bare view, and the page is "
        "open to everybody. This is a hole in the Flask application already: look whether it was used."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_login import login_required\n\n"
                "app = Flask(__name__)\n\n\n"
                "@login_required\n"
                '@app.route("/secret")\n'
                "def secret():\n"
                '    return "secret"\n'
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.auth import login_required\n\n"
                "app = Quart(__name__)\n\n\n"
                '@app.route("/secret")\n'
                "@login_required\n"
                "async def secret():\n"
                '    return "secret"\n'
            ),
        ),
        Example(
            before=(
                "from functools import wraps\n\n"
                "from flask import Flask, abort\n"
                "from flask_login import current_user\n\n"
                "app = Flask(__name__)\n\n\n"
                "def admin_only(view):\n"
                "    @wraps(view)\n"
                "    def guarded(*args, **kwargs):\n"
                "        if not current_user.is_admin:\n"
                "            abort(403)\n"
                "        return view(*args, **kwargs)\n\n"
                "    return guarded\n\n\n"
                "@admin_only\n"
                '@app.route("/secret")\n'
                "def secret():\n"
                '    return "secret"\n'
            ),
            after=(
                "from functools import wraps\n\n"
                "from quart import abort\n"
                "from quart_app import Quart\n"
                "from quart_app.auth import current_user\n\n"
                "app = Quart(__name__)\n\n\n"
                "def admin_only(view):\n"
                "    @wraps(view)\n"
                "    async def guarded(*args, **kwargs):\n"
                "        if not (await current_user).is_admin:\n"
                "            abort(403)\n"
                "        return await view(*args, **kwargs)\n\n"
                "    return guarded\n\n\n"
                '@app.route("/secret")\n'
                "@admin_only\n"
                "async def secret():\n"
                '    return "secret"\n'
            ),
        ),
    ),
    left_alone=(
        "from functools import wraps\n\n"
        "from quart_app import Quart\n\n"
        "app = Quart(__name__)\n\n\n"
        "def counted(view):\n"
        "    @wraps(view)\n"
        "    async def wrapper(*args):\n"
        "        return await view(*args)\n\n"
        "    return wrapper\n\n\n"
        "@counted\n"
        '@app.route("/open")\n'
        "async def index():\n"
        '    return "open"\n',
    ),
)


def python(file: PythonFile) -> None:
    """Move every guard that stands above a route below the last route."""
    guards = Guards(file.project)
    for function in file.functions():
        decorators = function.decorators
        routes = [index for index, node in enumerate(decorators) if _named(file, node) & ROUTES]
        if not routes:
            continue
        last = decorators[routes[-1]]
        for node in decorators[: routes[-1]]:
            if _named(file, node) & ROUTES or guards.of(node, file.module) is None:
                continue
            _move(file, node, last)
            file.report(
                node,
                RULE.code,
                f"security: {function.name} was open to everybody, its guard stood above its route",
            )


def _named(file: PythonFile, node: ast.expr) -> frozenset[str]:
    return file.names(node.func if isinstance(node, ast.Call) else node)


def _move(file: PythonFile, guard: ast.expr, last: ast.expr) -> None:
    source = file.source
    assert guard.end_lineno is not None
    assert last.end_lineno is not None
    start = source.offset(guard.lineno, 0)
    end = source.offset(guard.end_lineno + 1, 0)
    target = source.offset(last.end_lineno + 1, 0)
    indent = source.indent_at(guard.lineno)
    file.cut(start, end, origin=RULE.code)
    file.insert(target, f"{indent}@", origin=RULE.code)
    # The guard's own text may hold edits (a renamed argument), so it is moved, not copied.
    file.cut(target, target, file.span(guard), source.newline, origin=RULE.code)
