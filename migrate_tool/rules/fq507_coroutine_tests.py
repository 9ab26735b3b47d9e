"""Fixtures that did something else for coroutine tests."""

from __future__ import annotations

import ast

from migrate_tool.project.trees import walk

from .python_file import OUTER, PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ507",
    name="coroutine-tests",
    summary="A fixture that left out the coroutine tests serves every test.",
    why=(
        "Every coroutine test has the mark asyncio. A fixture that asks for it, because it could not wait on the loop of such a "
        "test, would leave out every test that is a coroutine now. It waits on that loop itself, so it does for all tests what "
        "it did for the synchronous ones."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "import pytest\n\n"
                "from app import app, db\n\n\n"
                "@pytest.fixture(autouse=True)\n"
                "def tables(request):\n"
                '    if "asyncio" in request.keywords:\n'
                "        yield\n"
                "        return\n"
                "    with app.app_context():\n"
                "        db.create_all()\n"
                "        yield\n"
                "        db.drop_all()\n"
            ),
            after=(
                "import pytest\n\n"
                "from app import app, db\n\n\n"
                "@pytest.fixture(autouse=True)\n"
                "async def tables(request):\n"
                "    async with app.app_context():\n"
                "        await db.create_all()\n"
                "        yield\n"
                "        await db.drop_all()\n"
            ),
            path="conftest.py",
            others={
                "app.py": (
                    "from flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\n\n"
                    "app = Flask(__name__)\ndb = SQLAlchemy(app)\n",
                    "from quart_app import Quart\nfrom quart_app.db import SQLAlchemy\n\n"
                    "app = Quart(__name__)\ndb = SQLAlchemy(app)\n",
                )
            },
        ),
    ),
    left_alone=(
        "import pytest\n\n\n@pytest.fixture\ndef loud(request):\n"
        '    if "asyncio" in request.keywords:\n        return\n    print("loud")\n',
    ),
    left_alone_path="conftest.py",
)

_REQUEST = "pytest.FixtureRequest"
_MARKS = ("asyncio", "anyio")
_ASKS = frozenset({"inspect.iscoroutinefunction", "asyncio.iscoroutinefunction"})


def python(file: PythonFile) -> None:
    """Take the question out of each fixture that becomes a coroutine; what only it led to goes with it."""
    for function in file.functions():
        if not file.colouring.becomes_async(function):
            continue
        for node in walk(function.node):
            if isinstance(node, ast.If) and _all_ask(file, node.test) and _only_leaves(file, node):
                _remove(file, node)
            elif isinstance(node, ast.expr) and _asks(file, node) and not _is_removed(file, node):
                file.replace(node, "False", origin=RULE.code)
                file.report(node, RULE.code, f"{function.name} serves every test")


def _asks(file: PythonFile, node: ast.expr) -> bool:
    """Whether it says of the test that asks for the fixture whether it is a coroutine."""
    match node:
        case ast.Compare(ast.Constant(value=mark), [ast.In()], [ast.Attribute(attr="keywords") as words]):
            return mark in _MARKS and _is_of_request(file, words.value)
        case ast.Call(ast.Attribute(value=item, attr="get_closest_marker"), [ast.Constant(value=mark)], []):
            return mark in _MARKS and _is_of_request(file, item)
        case ast.Call(func, [ast.Attribute(value=item, attr="function" | "obj")], []):
            return bool(_ASKS & file.names(func)) and _is_of_request(file, item)
    return False


def _is_of_request(file: PythonFile, node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "node":
        node = node.value
    return isinstance(node, ast.Name) and _REQUEST in file.classes(node)


def _all_ask(file: PythonFile, test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return all(_asks(file, value) for value in test.values)
    return _asks(file, test)


def _only_leaves(file: PythonFile, node: ast.If) -> bool:
    """Whether the statement can go as a whole: it ends in ``return``, and something stands behind it."""
    above = file.parent(node)
    body = getattr(above, "body", [])
    return (
        not node.orelse
        and isinstance(node.body[-1], ast.Return)
        and node in body
        and body[-1] is not node
        and not file.source.text.startswith("elif", file.place(node)[0])
    )


def _is_removed(file: PythonFile, node: ast.expr) -> bool:
    statement = file.module.statement_of(node)
    return isinstance(statement, ast.If) and _all_ask(file, statement.test) and _only_leaves(file, statement)


def _remove(file: PythonFile, node: ast.If) -> None:
    start = file.source.offset(node.lineno, 0)
    following = file.source.text.find("\n", file.place(node)[1])
    file.cut(start, following + 1, origin=RULE.code, level=OUTER)
    file.report(node, RULE.code, "the fixture serves every test")
