"""Extensions of Flask that have no way to Quart, and those whose way leads over names that are gone."""

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
        "catalogue gets Flask's context too, and is named in the report. One that nobody keeps up may ask for names that Flask 3 or "
        "Werkzeug 3 no longer have: quart_app.compat.installed, imported before it, gives them to installed packages."
    ),
    safety=Safety.MANUAL,
    examples=(
        Example(
            before="from flask import Flask\nfrom flask_appbuilder import AppBuilder\n\napp = Flask(__name__)\nbuilder = AppBuilder(app)\n",
            after=(
                "from quart_app import Quart\n"
                f"# migrate: FQ191 {EXTENSIONS['flask_appbuilder'].advice}\n"
                "from flask_appbuilder import AppBuilder\n\napp = Quart(__name__)\nbuilder = AppBuilder(app)\n"
            ),
        ),
        Example(
            before="from flask_mongoengine import MongoEngine\n\ndb = MongoEngine()\n",
            after=(
                "import quart_app.compat.installed  # noqa: F401\n"
                "from flask_mongoengine import MongoEngine\n\ndb = MongoEngine()\n"
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
_TRY = (
    "an extension that takes app.wsgi_app, or dispatches views itself, needs another way; what it returns of a function of yours"
    " that is async now has to be awaited"
)
#: Puts the names that are gone in force; the extension may be imported before anything else of quart_app.
_INSTALLED = "quart_app.compat.installed"
_GIVEN = "the extension asks for names that are gone: it gets what stands in for them"


def python(file: PythonFile) -> None:
    """Mark each import of an extension that has no way, and name each that is not known."""
    imports: list[ast.Import | ast.ImportFrom] = [*file.nodes(ast.Import), *file.nodes(ast.ImportFrom)]
    old: list[ast.Import | ast.ImportFrom] = []
    for node in imports:
        for name in dict.fromkeys(map(spelled_out, _modules(node))):
            root = name.partition(".")[0]
            if not file.project.is_own(root):
                _say(file, node, name, root)
                extension = extension_of(name)
                if extension is not None and extension.old:
                    old.append(node)
    if old and not any(_INSTALLED in _modules(node) for node in imports):
        first = min(old, key=lambda node: node.lineno)
        line = f"import {_INSTALLED}  # noqa: F401"
        file.insert_before_statement(first, line, origin=RULE.code)
        file.report(first, RULE.code, _GIVEN, "rewritten")


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [] if node.level else [node.module or ""]
    return [alias.name for alias in node.names]


def _say(file: PythonFile, node: ast.Import | ast.ImportFrom, name: str, root: str) -> None:
    extension = extension_of(name)
    if extension is not None and extension.verdict is Verdict.MARKED:
        file.mark(node, RULE.code, extension.advice)
    elif root in STAYS_AWAY:
        file.report(node, RULE.code, STAYS_AWAY[root], "left")
    elif extension is None and root.startswith(("flask_", "flaskext")):
        file.report(node, RULE.code, _UNKNOWN.format(root), "left", _TRY)
