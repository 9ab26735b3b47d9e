"""Extensions of Flask that have no way to Quart."""

from __future__ import annotations

import ast

from migrate_tool.catalog import spelled_out
from migrate_tool.catalog.extensions import EXTENSIONS, Verdict, extension_of

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ191",
    name="left-extensions",
    summary="Extensions that cannot run on Quart are marked; those nobody has tried are named.",
    why=(
        "Most extensions need Flask's context and nothing else; the bridge gives it to them. A few replace Flask's own "
        "dispatch, or call views themselves: no bridge helps them, so the place says what can. An extension that is not in the "
        "catalogue gets Flask's context too, and is named in the report."
    ),
    safety=Safety.MANUAL,
    examples=(
        Example(
            before="from flask import Flask\nfrom flask_admin import Admin\n\napp = Flask(__name__)\nadmin = Admin(app)\n",
            after=(
                "from quart_app import Quart\n"
                f"# migrate: FQ191 {EXTENSIONS['flask_admin'].advice}\n"
                "from flask_admin import Admin\n\napp = Quart(__name__)\nadmin = Admin(app)\n"
            ),
        ),
    ),
    left_alone=("from flask_moment import Moment\n\nmoment = Moment()\n",),
)


#: What nothing takes the place of, though nothing breaks.
STAYS_AWAY = {
    "flask_debugtoolbar": "the toolbar is not shown: one that does nothing has its place",
}
_UNKNOWN = "{} is not known here: it gets Flask's context through the bridge; try what it does"
_TRY = "an extension that takes app.wsgi_app, or dispatches views itself, needs another way"


def python(file: PythonFile) -> None:
    """Mark each import of an extension that has no way, and name each that is not known."""
    imports: list[ast.Import | ast.ImportFrom] = [*file.nodes(ast.Import), *file.nodes(ast.ImportFrom)]
    for node in imports:
        if isinstance(node, ast.ImportFrom):
            names = [] if node.level else [node.module or ""]
        else:
            names = [alias.name for alias in node.names]
        for name in dict.fromkeys(map(spelled_out, names)):
            root = name.partition(".")[0]
            if not file.project.is_own(root):
                _say(file, node, name, root)


def _say(file: PythonFile, node: ast.Import | ast.ImportFrom, name: str, root: str) -> None:
    extension = extension_of(name)
    if extension is not None and extension.verdict is Verdict.MARKED:
        file.mark(node, RULE.code, extension.advice)
    elif root in STAYS_AWAY:
        file.report(node, RULE.code, STAYS_AWAY[root], "left")
    elif extension is None and root.startswith(("flask_", "flaskext")):
        file.report(node, RULE.code, _UNKNOWN.format(root), "left", _TRY)
