"""Tokens whose subject is a number."""

from __future__ import annotations

import ast

from migrate_tool.files.asked import requirements
from migrate_tool.files.requirement import allows
from migrate_tool.model import Project

from .arguments import add_argument
from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

_OPTION = '"verify_sub": False'
_TOKENS = (
    "def made(user, key):\n"
    '    return jwt.encode({"sub": user.id}, key, algorithm="HS256")\n\n\n'
    "def read(token, key):\n"
)

RULE = Rule(
    code="FQ175",
    name="token-subjects",
    summary='jwt.decode(...) goes on taking a "sub" that is no text where the project makes such tokens.',
    why=(
        "From 2.10 on PyJWT refuses a token whose subject is a number, which the id of a user mostly is: nobody who signed in would be "
        "known. A project that allows older versions was written for those. Everything else about a token is checked as before."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=f'import jwt\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n{_TOKENS}    return jwt.decode(token, key, algorithms=["HS256"])["sub"]\n',
            after=(
                f"import jwt\nfrom quart_app import Quart\n\napp = Quart(__name__)\n\n\n{_TOKENS}"
                f'    return jwt.decode(token, key, algorithms=["HS256"], options={{{_OPTION}}})["sub"]\n'
            ),
            others={
                "requirements.txt": (
                    "flask\npyjwt>=1.7.1\n",
                    "quart>=0.22,<0.23\nflask-to-quart>=0.1\npyjwt>=1.7.1\n",
                ),
            },
        ),
    ),
    left_alone=(
        'import jwt\n\n\ndef read(token, key):\n    return jwt.decode(token, key, algorithms=["HS256"])\n',
    ),
    references=("https://pyjwt.readthedocs.io/en/stable/changelog.html#v2-10-0",),
)

_FIRST = "2.10"


def python(file: PythonFile) -> None:
    """Say where tokens are read that their subject may be anything."""
    calls = [call for call in file.nodes(ast.Call) if call.args and file.names(call.func) == {"jwt.decode"}]
    if not calls or not _allows_both(file) or not _makes_others(file.project):
        return
    for call in calls:
        options = argument(call, "options")
        if any(keyword.arg is None for keyword in call.keywords):
            continue
        if options is None:
            add_argument(file, call, f"options={{{_OPTION}}}", origin=RULE.code)
        elif isinstance(options, ast.Dict) and not _has(options, "verify_sub"):
            start, _ = file.place(options)
            file.insert(start + 1, f"{_OPTION}, " if options.keys else _OPTION, origin=RULE.code)
        else:
            continue
        file.report(call, RULE.code, "the subject of a token may be a number, as before PyJWT 2.10")


def _allows_both(file: PythonFile) -> bool:
    """Whether the project asks for any PyJWT, those before the change and those since."""
    if file.repository is None:
        return False
    own = [item for item in requirements(file.repository) if item.name == "pyjwt"]
    return bool(own) and all(
        item.editable and allows(item.specifier, _FIRST) and allows(item.specifier, "1", _FIRST)
        for item in own
    )


def _makes_others(project: Project) -> bool:
    """Whether a payload has a subject that need not be text, in a module that makes tokens."""
    modules = {module for _, module in project.calls.named("encode")}
    return any(
        key is not None and _is_subject(key) and not _is_text(value)
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
    )


def _has(options: ast.Dict, name: str) -> bool:
    return any(key is None or (isinstance(key, ast.Constant) and key.value == name) for key in options.keys)


def _is_subject(key: ast.expr) -> bool:
    return isinstance(key, ast.Constant) and key.value == "sub"


def _is_text(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id == "str"
    return isinstance(value, ast.JoinedStr) or (
        isinstance(value, ast.Constant) and isinstance(value.value, str)
    )
