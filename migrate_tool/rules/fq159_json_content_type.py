"""A body that is not JSON stays no error where the project was written for that."""

from __future__ import annotations

import ast

from migrate_tool.files.asked import excludes
from migrate_tool.model import Project
from migrate_tool.model.types import External

from .fq150_absolute_location import behind, makes_application
from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ159",
    name="json-content-type",
    summary="request.get_json() stays None for a body of another content type where the project was written for that.",
    why=(
        "Until 2.1 Flask gave None for a body whose content type is not JSON, and views answer that with a message of their own; since "
        "then it is an error before the view can say anything. A project that is pinned to those versions keeps its answers."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before="Flask==1.1.2\n",
            after="quart>=0.22,<0.23\nflask-to-quart>=0.1\n",
            path="requirements.txt",
            others={
                "app.py": (
                    "from flask import Flask, request\n\n"
                    "app = Flask(__name__)\n\n\n"
                    '@app.route("/items", methods=["POST"])\n'
                    "def add():\n"
                    "    data = request.get_json()\n"
                    "    if not data:\n"
                    '        return {"message": "No data"}, 400\n'
                    "    return data\n",
                    "from quart import request\n"
                    "from quart_app import Quart\n\n"
                    "app = Quart(__name__)\n"
                    "app.response_class.autocorrect_location_header = True  # as before Werkzeug 2.1\n"
                    "app.request_class.json_needs_content_type = False  # as before Flask 2.1\n\n\n"
                    '@app.route("/items", methods=["POST"])\n'
                    "async def add():\n"
                    "    data = await request.get_json()\n"
                    "    if not data:\n"
                    '        return {"message": "No data"}, 400\n'
                    "    return data\n",
                )
            },
        ),
    ),
    references=("https://flask.palletsprojects.com/en/stable/changes/#version-2-1-0",),
)

_ATTRIBUTE = "json_needs_content_type"
_LINE = f"request_class.{_ATTRIBUTE} = False  # as before Flask 2.1"
_READS = frozenset({"get_json", "json"})
_ARGUMENT = "add_argument"


def python(file: PythonFile) -> None:
    """Behind each application that is made, ask for None."""
    made = [statement for statement in file.nodes(ast.Assign) if makes_application(file, statement)]
    if not made or file.repository is None or not _reads_json(file):
        return
    for name in ("flask", "werkzeug"):
        if excludes(file.repository, name, "2.1"):
            for statement in behind(file, made, _LINE, RULE.code):
                file.report(
                    statement, RULE.code, f"the project asks for a {name} that takes other bodies for no JSON"
                )
            return


def _reads_json(file: PythonFile) -> bool:
    """Whether a view reads a body as JSON, and the project does not say itself what other bodies are."""
    attributes = file.project.attributes
    return _ATTRIBUTE not in attributes and (bool(attributes & _READS) or _parses_json(file.project))


def _parses_json(project: Project) -> bool:
    """Whether Flask-RESTful's parser looks into a JSON body, as it does where no argument's location says otherwise."""
    for call, module in project.calls.named(_ARGUMENT):
        location = argument(call, "location", 6)
        if location is not None and not any(
            isinstance(node, ast.Constant) and node.value in _READS for node in ast.walk(location)
        ):
            continue
        for item in project.types.types(call.func, module.scopes[call]):
            if (
                isinstance(item, External)
                and item.name == f"flask_restful.reqparse.RequestParser.{_ARGUMENT}"
            ):
                return True
    return False
