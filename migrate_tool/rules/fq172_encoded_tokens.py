"""What PyJWT's ``encode`` gives, decoded from bytes that it no longer is."""

from __future__ import annotations

import ast

from migrate_tool.catalog.pyjwt import ENCODED
from migrate_tool.files.asked import requirements
from migrate_tool.files.requirement import allows

from .python_file import PythonFile
from .rule import Example, Rule, Safety

_REQUIREMENTS = "flask\nflask-jwt-extended\n"
_LIST = "quart>=0.22,<0.23\nflask-to-quart>=0.1\nflask-jwt-extended\n"

RULE = Rule(
    code="FQ172",
    name="encoded-tokens",
    summary="jwt.encode(...).decode() loses its .decode() where PyJWT is 2 or newer afterwards.",
    why=(
        "jwt.encode gave bytes until PyJWT 2 and gives text since. A project that asks for PyJWT 1 itself keeps it; one "
        "that has it by way of Flask-JWT-Extended gets 2 with the version that runs on Flask 3."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "import jwt\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
                '@app.get("/token")\ndef token():\n'
                '    made = jwt.encode({"sub": "1"}, app.secret_key, algorithm="HS256")\n'
                '    return {"token": made.decode("utf-8")}\n'
            ),
            after=(
                "import jwt\nfrom quart_app import Quart\n\napp = Quart(__name__)\n\n\n"
                '@app.get("/token")\nasync def token():\n'
                '    made = jwt.encode({"sub": "1"}, app.secret_key, algorithm="HS256")\n'
                '    return {"token": made}\n'
            ),
            others={"requirements.txt": (_REQUIREMENTS, _LIST)},
        ),
    ),
    left_alone=(
        "import jwt\n\n\ndef made(payload, key):\n    return jwt.encode(payload, key).decode()\n",
        "import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key, algorithms=['HS256'])\n",
    ),
    references=("https://pyjwt.readthedocs.io/en/stable/changelog.html#v2-0-0",),
)


def python(file: PythonFile) -> None:
    """Take ``.decode()`` from what is text."""
    calls = [call for call in file.nodes(ast.Call) if _decodes(file, call)]
    if not calls or not _gives_text(file):
        return
    for call in calls:
        assert isinstance(call.func, ast.Attribute)
        _, start = file.place(call.func.value)
        _, end = file.place(call)
        # What stands between: a parenthesis that closes around the value, white space.
        gap = file.source.text[start:end]
        kept = gap[: gap.index(".decode")].rstrip()
        file.cut(start + len(kept), end, "", origin=RULE.code)
        file.report(call, RULE.code, "jwt.encode gives text")


def _decodes(file: PythonFile, call: ast.Call) -> bool:
    """Whether this is ``.decode()``, with the name of an encoding at most, of nothing but what ``encode`` gave."""
    function = call.func
    if not (isinstance(function, ast.Attribute) and function.attr == "decode"):
        return False
    if not all(isinstance(argument, ast.Constant) for argument in call.args) or call.keywords:
        return False
    types = file.types(function.value)
    return bool(types) and ENCODED in file.classes(function.value)


def _gives_text(file: PythonFile) -> bool:
    """Whether PyJWT is 2 or newer after the migration, by what the project asks for."""
    if file.repository is None:
        return False
    asked = list(requirements(file.repository))
    if any(item.name == "flask-jwt-extended" for item in asked):
        return True
    own = [item for item in asked if item.name == "pyjwt"]
    return bool(own) and all(item.editable and allows(item.specifier, "2") for item in own)
