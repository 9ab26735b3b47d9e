"""Redirects stay absolute where the project was written for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from migrate_tool.files.asked import excludes
from migrate_tool.model.symbols import FunctionInfo, ModuleInfo
from migrate_tool.project.trees import walk

from .python_file import LINES, PythonFile
from .rule import Example, Rule, Safety

_TEST_BEFORE = (
    "from app import app\n\n\n"
    "def test_leaves():\n"
    "    response = app.test_client().get('/')\n"
    "    assert response.headers['Location'] == 'http://localhost/login'\n"
)
_TEST_AFTER = (
    "from app import app\n\n\n"
    "async def test_leaves():\n"
    "    response = await app.test_client().get('/')\n"
    "    assert response.headers['Location'] == 'http://localhost/login'\n"
)

RULE = Rule(
    code="FQ150",
    name="absolute-location",
    summary="The Location header stays an absolute URL where the project was written for that.",
    why=(
        "Until 2.1 Werkzeug made every Location header absolute before it sent it; Quart sends it as the view wrote it. "
        "Tests that compare it with http://localhost/..., and clients of an application that is pinned to those versions, "
        "were written for the absolute one. A project whose tests compare it with a path is left alone."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask, redirect\n\n"
                "app = Flask(__name__)\n\n\n"
                '@app.route("/")\n'
                "def leave():\n"
                '    return redirect("/login")\n'
            ),
            after=(
                "from quart import redirect\n"
                "from quart_app import Quart\n\n"
                "app = Quart(__name__)\n"
                "app.response_class.autocorrect_location_header = True  # as before Werkzeug 2.1\n\n\n"
                '@app.route("/")\n'
                "async def leave():\n"
                '    return redirect("/login")\n'
            ),
            others={"test_app.py": (_TEST_BEFORE, _TEST_AFTER)},
        ),
    ),
    left_alone=(
        "from quart_app import Quart\n\n"
        "app = Quart(__name__)\n\n\n"
        "async def test_leaves():\n"
        "    response = await app.test_client().get('/')\n"
        "    assert response.headers['Location'] == '/login'\n",
    ),
    references=("https://werkzeug.palletsprojects.com/en/stable/changes/#version-2-1-0",),
)

_ATTRIBUTE = "autocorrect_location_header"
_LINE = f"response_class.{_ATTRIBUTE} = True  # as before Werkzeug 2.1"

#: What a Location header is compared with.
Kind = Literal["absolute", "relative"]


def python(file: PythonFile) -> None:
    """Behind each application that is made, ask for absolute URLs."""
    made = [statement for statement in file.nodes(ast.Assign) if makes_application(file, statement)]
    if not made:
        return
    reason = _reason(file)
    if reason is None:
        return
    for statement in behind(file, made, _LINE, RULE.code):
        file.report(statement, RULE.code, f"Location headers stay absolute: {reason}")


def behind(file: PythonFile, made: list[ast.Assign], line: str, code: str) -> Iterator[ast.Assign]:
    """Write ``app.<line>`` behind each statement of ``made`` that has a line of its own, and name those."""
    for statement in made:
        target = file.segment(statement.targets[0])
        _, end = file.place(statement)
        text = file.source.text
        stop = text.find("\n", end)
        stop = len(text) if stop < 0 else stop
        rest = text[end:stop].strip()
        if rest and not rest.startswith("#"):
            continue
        indent = file.source.indent_at(statement.lineno)
        at = stop + 1 if stop < len(text) else stop
        written = f"{indent}{target}.{line}{file.source.newline}"
        file.insert(
            at, written if stop < len(text) else file.source.newline + written, origin=code, level=LINES
        )
        yield statement


def makes_application(file: PythonFile, statement: ast.Assign) -> bool:
    """Whether the statement is ``app = Flask(...)``."""
    target = statement.targets[0]
    if len(statement.targets) != 1 or not isinstance(target, ast.Name | ast.Attribute):
        return False
    return isinstance(statement.value, ast.Call) and "flask.Flask" in file.names(statement.value.func)


def _reason(file: PythonFile) -> str | None:
    """Why Location headers must be absolute; None if they need not be, or the project says itself what they are."""
    kinds: dict[Kind, str] = {}
    for module in file.project.modules.values():
        for attribute in module.of_type(ast.Attribute):
            if isinstance(attribute, ast.Attribute) and attribute.attr == _ATTRIBUTE:
                return None
        for kind, line in _compared(module):
            kinds.setdefault(kind, f"{module.path}:{line}")
    if "relative" in kinds:
        return None
    if "absolute" in kinds:
        return f"{kinds['absolute']} compares one with an absolute URL"
    if file.repository is not None:
        for name in ("werkzeug", "flask"):
            if excludes(file.repository, name, "2.1"):
                return f"the project asks for a {name} that makes them so"
    return None


def _compared(module: ModuleInfo) -> Iterator[tuple[Kind, int]]:
    """What Location headers are compared with in a file, and the lines."""
    if "ocation" not in module.source.text:
        return
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for node in module.of_type(ast.Compare):
        assert isinstance(node, ast.Compare)
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
            pairs.append((node.left, node.comparators[0]))
    for node in module.of_type(ast.Call):
        assert isinstance(node, ast.Call)
        called = node.func.attr if isinstance(node.func, ast.Attribute) else None
        if called in {"assertEqual", "assertEquals"} and len(node.args) >= 2:
            pairs.append((node.args[0], node.args[1]))
    for one, other in pairs:
        for header, value in ((one, other), (other, one)):
            if _is_location(module, header):
                kind = _kind(value)
                if kind is not None:
                    yield kind, header.lineno


def _is_location(module: ModuleInfo, node: ast.expr) -> bool:
    """``r.headers["Location"]``, ``r.headers.get("Location")``, ``r.location``, or a name that holds one of them."""
    if isinstance(node, ast.Attribute):
        return node.attr == "location"
    if isinstance(node, ast.Subscript):
        return _is_headers(node.value) and _is_constant(node.slice, "location")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return (
            node.func.attr == "get"
            and _is_headers(node.func.value)
            and bool(node.args)
            and _is_constant(node.args[0], "location")
        )
    if isinstance(node, ast.Name):
        owner = module.scopes[node].owner()
        return owner is not None and any(_is_location(module, value) for value in _given(owner, node.id))
    return False


def _given(owner: FunctionInfo, name: str) -> Iterator[ast.expr]:
    for node in walk(owner.node):
        if not isinstance(node, ast.Assign) or isinstance(node.value, ast.Name):
            continue
        if any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
            yield node.value


def _is_headers(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "headers"


def _is_constant(node: ast.expr, lowered: str) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lower() == lowered


def _kind(node: ast.expr) -> Kind | None:
    """Whether an expression begins like a URL or like a path."""
    if isinstance(node, ast.BinOp):
        return _kind(node.left)
    if isinstance(node, ast.JoinedStr):
        return _kind(node.values[0]) if node.values else None
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "url_for":
            external = any(keyword.arg == "_external" for keyword in node.keywords)
            return "absolute" if external else "relative"
        if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            return _kind(node.func.value)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value.startswith(("http://", "https://")):
            return "absolute"
        return "relative" if node.value.startswith("/") else None
    return None
