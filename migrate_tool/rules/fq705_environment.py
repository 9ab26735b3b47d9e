"""The variables by which the flask command finds and runs the application."""

from __future__ import annotations

import ast

from migrate_tool.files import environment
from migrate_tool.files.environment import renamed
from migrate_tool.project import kinds

from .project_files import ProjectFiles, line_at
from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ705",
    name="environment-variables",
    summary="FLASK_APP, FLASK_DEBUG and FLASK_RUN_* become QUART_..., FLASK_ENV becomes QUART_DEBUG, .flaskenv .quartenv.",
    why=(
        "Quart reads its own names only. FLASK_ENV meant debug mode when it said development; where the application "
        "itself reads it, it stays. Variables with other names are the application's own, whatever they start with. "
        "Environments outside of the repository must be changed by hand."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before="QUOTED=1\n",
            after="QUOTED=1\n",
            path=".env",
            others={
                ".flaskenv": ("FLASK_APP=app.py\nFLASK_ENV=development\nFLASK_CONFIG=dev\n", None),
                ".quartenv": (None, "QUART_APP=app.py\nQUART_DEBUG=1\nFLASK_CONFIG=dev\n"),
            },
        ),
        Example(
            before="services:\n  web:\n    build: .\n    environment:\n      FLASK_APP: app.py\n      FLASK_ENV: production\n",
            after='services:\n  web:\n    build: .\n    environment:\n      QUART_APP: app.py\n      QUART_DEBUG: "0"\n',
            path="docker-compose.yml",
        ),
        Example(
            before=(
                "import os\n\nfrom flask import Flask\n\n"
                'os.environ["FLASK_APP"] = "app.py"\nos.environ.setdefault("FLASK_CONFIG", "dev")\napp = Flask(__name__)\n'
            ),
            after=(
                "import os\n\nfrom quart_app import Quart\n\n"
                'os.environ["QUART_APP"] = "app.py"\nos.environ.setdefault("FLASK_CONFIG", "dev")\napp = Quart(__name__)\n'
            ),
        ),
    ),
    references=("https://quart.palletsprojects.com/en/latest/reference/cheatsheet.html",),
)

_MODE = "FLASK_ENV"


def python(file: PythonFile) -> None:
    """Rename the variables where Python code names them."""
    for node in file.nodes(ast.Constant):
        if not isinstance(node.value, str) or not isinstance(
            file.parent(node), ast.Call | ast.Subscript | ast.Dict
        ):
            continue
        new = ".quartenv" if node.value == ".flaskenv" else renamed(node.value)
        written = file.segment(node)
        if new is not None and written[1:-1] == node.value:
            file.replace(node, f"{written[0]}{new}{written[-1]}", origin=RULE.code)
            file.report(node, RULE.code, f"{node.value} becomes {new}")


def project(files: ProjectFiles) -> None:
    """Rename the variables in the files that set them."""
    if not files.is_migrated:
        return
    # The application itself may look at it.
    keeps_mode = files.after.has_text(_MODE)
    for text in list(files.texts()):
        if (
            text.path in files.template_paths
            or kinds.is_requirements(text.path)
            or "FLASK" not in text.text.upper()
        ):
            continue
        new = environment.rename(text.text, keeps_mode=keeps_mode)
        if new != text.text:
            files.change(text.path, new)
            place = environment.VARIABLE.search(text.text)
            line = line_at(text.text, place.start()) if place else 1
            files.report(text.path, line, RULE.code, "Quart reads QUART_... instead of FLASK_...")
    for path in sorted(files.repository.paths):
        if path.name == ".flaskenv" and not files.has(path.with_name(".quartenv")):
            files.rename(path, path.with_name(".quartenv"))
            files.report(path, 1, RULE.code, "becomes .quartenv, which the quart command reads")
