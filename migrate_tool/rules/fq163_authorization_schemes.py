"""A guard that asks whether there is no ``request.authorization`` stays closed to tokens."""

from __future__ import annotations

import ast

from migrate_tool.files.asked import excludes

from .fq150_absolute_location import behind, makes_application
from .python_file import PythonFile
from .rule import Example, Rule, Safety

_ATTRIBUTE = "only_passwords_authorize"
_LINE = f"request_class.{_ATTRIBUTE} = True  # as before Werkzeug 2.3"

RULE = Rule(
    code="FQ163",
    name="authorization-schemes",
    summary="request.authorization stays None for a token where the project was written for that.",
    why=(
        "Until 2.3 Werkzeug gave None for every scheme but Basic and Digest. A guard that looks for a token of its own only where "
        "request.authorization is None would no longer look at all, and let everybody pass who sends any. A project that is pinned to "
        "those versions keeps the None."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before="Flask==2.2.5\nWerkzeug==2.2.3\n",
            after="quart>=0.22,<0.23\nflask-to-quart>=0.1\nWerkzeug>=3.1\n",
            path="requirements.txt",
            others={
                "app.py": (
                    "from flask import Flask, abort, request\n\n"
                    "app = Flask(__name__)\n\n\n"
                    "@app.before_request\n"
                    "def check():\n"
                    "    if request.authorization is None and not known(request.headers.get('Authorization')):\n"
                    "        abort(401)\n",
                    "from quart import abort, request\n"
                    "from quart_app import Quart\n\n"
                    "app = Quart(__name__)\n"
                    f"app.{_LINE}\n\n\n"
                    "@app.before_request\n"
                    "def check():\n"
                    "    if request.authorization is None and not known(request.headers.get('Authorization')):\n"
                    "        abort(401)\n",
                )
            },
        ),
    ),
    references=("https://werkzeug.palletsprojects.com/en/stable/changes/#version-2-3-0",),
)


def python(file: PythonFile) -> None:
    """Behind each application that is made, ask for None."""
    made = [statement for statement in file.nodes(ast.Assign) if makes_application(file, statement)]
    if not made or file.repository is None or not _reads_authorization(file):
        return
    for name, version in (("werkzeug", "2.3"), ("flask", "2.2")):
        if excludes(file.repository, name, version):
            for statement in behind(file, made, _LINE, RULE.code):
                file.report(
                    statement,
                    RULE.code,
                    f"the project asks for a {name} that knows no other schemes than Basic and Digest",
                )
            return


def _reads_authorization(file: PythonFile) -> bool:
    """Whether a view reads the header as Werkzeug parses it, and the project does not say itself which schemes it means."""
    attributes = file.project.attributes
    return "authorization" in attributes and _ATTRIBUTE not in attributes
