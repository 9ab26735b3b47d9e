"""A mock in the place of a class, object or module gives what is awaited where its methods have become coroutine functions."""

from __future__ import annotations

import ast

from migrate_tool.model import ancestry
from migrate_tool.model.symbols import ClassInfo, FunctionInfo
from migrate_tool.model.types import ClassRef, Instance, ModuleRef, Types

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ508",
    name="mocked-objects",
    summary="mock.patch over a class, object or module gets a mock whose awaited methods can be awaited.",
    why=(
        "mock.patch puts an AsyncMock in the place of a coroutine function, but a MagicMock in the place of the class or "
        "object that has it: what its methods give cannot be awaited. awaited_methods makes the same mock with an AsyncMock "
        "for each method that is awaited, on the mock itself and on what calling it gives."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            path="test_shop.py",
            others={
                "shop.py": (
                    "from flask import Flask\n"
                    "from flask_sqlalchemy import SQLAlchemy\n\n"
                    "app = Flask(__name__)\n"
                    "db = SQLAlchemy(app)\n\n\n"
                    "class Book(db.Model):\n"
                    "    id = db.Column(db.Integer, primary_key=True)\n\n\n"
                    "class Books:\n"
                    "    def count(self):\n"
                    "        return Book.query.count()\n\n\n"
                    '@app.route("/count")\n'
                    "def count():\n"
                    "    return str(Books().count())\n",
                    "from quart_app import Quart\n"
                    "from quart_app.db import SQLAlchemy\n\n"
                    "app = Quart(__name__)\n"
                    "db = SQLAlchemy(app)\n\n\n"
                    "class Book(db.Model):\n"
                    "    id = db.Column(db.Integer, primary_key=True)\n\n\n"
                    "class Books:\n"
                    "    async def count(self):\n"
                    "        return await Book.query.count()\n\n\n"
                    '@app.route("/count")\n'
                    "async def count():\n"
                    "    return str(await Books().count())\n",
                ),
            },
            before=(
                "from unittest.mock import patch\n\n"
                "from shop import app\n\n\n"
                '@patch("shop.Books")\n'
                "def test_count(books):\n"
                "    books.return_value.count.return_value = 3\n"
                '    assert app.test_client().get("/count").text == "3"\n'
            ),
            after=(
                "from unittest.mock import patch\n\n"
                "from shop import app\n"
                "from quart_app.testing import awaited_methods\n\n\n"
                '@patch("shop.Books", new_callable=awaited_methods("count"))\n'
                "async def test_count(books):\n"
                "    books.return_value.count.return_value = 3\n"
                '    assert (await app.test_client().get("/count")).text == "3"\n'
            ),
        ),
    ),
    left_alone=(
        "from unittest.mock import patch\n\nimport quart\n\n\n"
        '@patch("app.Clock")\n'
        "def test_clock(clock):\n"
        "    assert clock is not quart\n",
    ),
    left_alone_path="test_app.py",
)

_BY_PATH = frozenset({"unittest.mock.patch"})
_BY_NAME = frozenset({"unittest.mock.patch.object"})
#: Whoever says one of these has said what the mock is.
_SAID = frozenset({"new", "new_callable", "spec", "spec_set", "autospec", "return_value", "wraps", None})


def python(file: PythonFile) -> None:
    """Look at every call that puts a mock of its own making somewhere."""
    for node in file.nodes(ast.Call):
        known = _replaced(file, node)
        if not known or any(keyword.arg in _SAID for keyword in node.keywords):
            continue
        names = sorted({name for item in known for name in _awaited(file, item)})
        if not names:
            continue
        last: ast.AST = max([*node.args, *node.keywords], key=lambda item: file.place(item)[1])
        maker = file.need("quart_app.testing", "awaited_methods")
        listed = ", ".join(f'"{name}"' for name in names)
        file.insert(file.place(last)[1], f", new_callable={maker}({listed})", origin=RULE.code)
        file.report(node, RULE.code, f"the mock's {', '.join(names)} can be awaited")


def _replaced(file: PythonFile, node: ast.Call) -> Types:
    """What a call puts a new mock in the place of."""
    path = _by_path(file, node.func)
    if path is None or len(node.args) != (1 if path else 2):
        return frozenset()
    name = node.args[-1]
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return frozenset()
    if path:
        return file.project.lookup(name.value)
    return file.project.types.attribute(file.types(node.args[0]), name.value)


def _by_path(file: PythonFile, function: ast.expr) -> bool | None:
    """Whether what is called takes a dotted path; None where it puts nothing anywhere."""
    names = file.names(function)
    if names & (_BY_PATH | _BY_NAME):
        return bool(names & _BY_PATH)
    # pytest-mock's fixture has no import that would say what it is.
    written = file.segment(function)
    return {"mocker.patch": True, "mocker.patch.object": False}.get(written)


def _awaited(file: PythonFile, item: object) -> list[str]:
    """The names of what is awaited of a class, an object of it or a module."""
    functions: list[FunctionInfo] = []
    if isinstance(item, ModuleRef):
        functions = [found for found in item.info.functions if found.outer is item.info.scope]
    cls = item.info if isinstance(item, ClassRef) else item.of if isinstance(item, Instance) else None
    if isinstance(cls, ClassInfo):
        family = ancestry.lineage(file.project.types, cls)
        functions = [
            found for each in family if isinstance(each, ClassInfo) for found in each.methods.values()
        ]
    return [found.name for found in functions if file.colouring.becomes_async(found)]
