"""Extensions of Flask that have no way to Quart."""

from __future__ import annotations

import ast

from .python_file import PythonFile
from .rule import Example, Rule, Safety

_BRANCH = (
    "it calls itself inside Flask's dispatch; keep it in a Flask application of its own, beside this one"
)

#: By module: what to do.
NO_WAY = {
    "flask_admin": f"Flask-Admin does not run on Quart ({_BRANCH})",
    "flask_appbuilder": f"Flask-AppBuilder does not run on Quart ({_BRANCH})",
    "flask_security": "Flask-Security does not run on Quart: sign users in with quart_app.auth",
    "flask_mongoengine": "Flask-MongoEngine runs neither on Flask 3 nor on Quart: use mongoengine itself, in a thread",
}

#: By module: what is missing without it, though nothing breaks.
STAYS_AWAY = {
    "flask_debugtoolbar": "the toolbar is not shown: one that does nothing has its place",
}

RULE = Rule(
    code="FQ191",
    name="left-extensions",
    summary="Extensions that cannot run on Quart are marked.",
    why=(
        "Most extensions need Flask's context and nothing else; the bridge gives it to them. A few replace Flask's own "
        "dispatch, or call views themselves: no bridge helps them, so the place says what can."
    ),
    safety=Safety.MANUAL,
    examples=(
        Example(
            before="from flask import Flask\nfrom flask_admin import Admin\n\napp = Flask(__name__)\nadmin = Admin(app)\n",
            after=(
                "from quart_app import Quart\n"
                f"# migrate: FQ191 {NO_WAY['flask_admin']}\n"
                "from flask_admin import Admin\n\napp = Quart(__name__)\nadmin = Admin(app)\n"
            ),
        ),
    ),
    left_alone=("from flask_moment import Moment\n\nmoment = Moment()\n",),
)


def python(file: PythonFile) -> None:
    """Mark each import of an extension that has no way."""
    imports: list[ast.Import | ast.ImportFrom] = [*file.nodes(ast.Import), *file.nodes(ast.ImportFrom)]
    for node in imports:
        if isinstance(node, ast.ImportFrom):
            names = [] if node.level else [node.module or ""]
        else:
            names = [alias.name for alias in node.names]
        for root in dict.fromkeys(name.partition(".")[0] for name in names):
            if root in NO_WAY and not file.project.is_own(root):
                file.mark(node, RULE.code, NO_WAY[root])
            elif root in STAYS_AWAY and not file.project.is_own(root):
                file.report(node, RULE.code, STAYS_AWAY[root], "left")
