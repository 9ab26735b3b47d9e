"""Tests that patch a library's name by its dotted path patch the successor's."""

from __future__ import annotations

import ast

from migrate_tool.colour.surveyed_calls import REPLACING, replaced

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ504",
    name="patched-names",
    summary=(
        "Dotted paths given to mock.patch and monkeypatch.setattr name the successor; "
        "lambdas and mocks they are given are awaited."
    ),
    why=(
        "A path in a string is no import, so nothing fails when the library behind it is gone or no longer used: the test "
        "patches what nobody calls. A path into a library that moves is rewritten as the import would be; one that leads to "
        "a private part without a successor is marked. A lambda that takes the place of a function that is awaited from now on "
        "is wrapped in awaited(), and a Mock or MagicMock that does is made an AsyncMock."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            path="test_clock.py",
            before=(
                "from unittest import mock\n\n"
                "from flask_login import LoginManager\n\n\n"
                '@mock.patch("flask_login.login_manager.datetime")\n'
                "def test_clock(clock):\n"
                "    assert LoginManager() is not clock\n"
            ),
            after=(
                "from unittest import mock\n\n"
                "from quart_app.auth import LoginManager\n\n\n"
                '@mock.patch("quart_app.auth.login_manager.datetime")\n'
                "def test_clock(clock):\n"
                "    assert LoginManager() is not clock\n"
            ),
        ),
        Example(
            path="test_user.py",
            before=(
                "from flask_login import LoginManager\n\n\n"
                "def test_user(monkeypatch):\n"
                '    monkeypatch.setattr("flask_login.utils._create_identifier", object)\n'
                "    assert LoginManager()\n"
            ),
            after=(
                "from quart_app.auth import LoginManager\n\n\n"
                "def test_user(monkeypatch):\n"
                "    # migrate: FQ504 flask_login.utils._create_identifier has no known successor on Quart: patch what took its place\n"
                '    monkeypatch.setattr("flask_login.utils._create_identifier", object)\n'
                "    assert LoginManager()\n"
            ),
        ),
        Example(
            path="test_count.py",
            others={
                "app.py": (
                    "from flask import Flask\n"
                    "from flask_sqlalchemy import SQLAlchemy\n\n"
                    "app = Flask(__name__)\n"
                    "db = SQLAlchemy(app)\n\n\n"
                    "class Book(db.Model):\n"
                    "    id = db.Column(db.Integer, primary_key=True)\n\n\n"
                    "class Books:\n"
                    "    @staticmethod\n"
                    "    def count():\n"
                    "        return Book.query.count()\n",
                    "from quart_app import Quart\n"
                    "from quart_app.db import SQLAlchemy\n\n"
                    "app = Quart(__name__)\n"
                    "db = SQLAlchemy(app)\n\n\n"
                    "class Book(db.Model):\n"
                    "    id = db.Column(db.Integer, primary_key=True)\n\n\n"
                    "class Books:\n"
                    "    @staticmethod\n"
                    "    async def count():\n"
                    "        return await Book.query.count()\n",
                ),
            },
            before=(
                "from unittest import mock\n\n"
                "from app import Books\n\n\n"
                '@mock.patch.object(Books, "count", lambda: 3)\n'
                "def test_count(monkeypatch):\n"
                "    assert Books.count() == 3\n"
                '    monkeypatch.setattr(Books, "count", lambda: 4)\n'
                "    assert Books.count() == 4\n"
                "    five = mock.Mock(return_value=5)\n"
                '    with mock.patch("app.Books.count", five):\n'
                "        assert Books.count() == 5\n"
                "    five.assert_called_once()\n"
            ),
            after=(
                "from unittest import mock\n\n"
                "from app import Books\n"
                "from quart_app.testing import awaited\n"
                "from unittest.mock import AsyncMock\n\n\n"
                '@mock.patch.object(Books, "count", awaited(lambda: 3))\n'
                "async def test_count(monkeypatch):\n"
                "    assert await Books.count() == 3\n"
                '    monkeypatch.setattr(Books, "count", awaited(lambda: 4))\n'
                "    assert await Books.count() == 4\n"
                "    five = AsyncMock(return_value=5)\n"
                '    with mock.patch("app.Books.count", five):\n'
                "        assert await Books.count() == 5\n"
                "    five.assert_called_once()\n"
            ),
        ),
    ),
    left_alone=(
        "from unittest import mock\n\n"
        "import quart\n\n\n"
        '@mock.patch("app.clock")\n'
        "def test_clock(clock):\n"
        '    assert quart.__name__ != "flask_login.login_manager.datetime"\n',
    ),
    left_alone_path="test_app.py",
)

#: Mocks that answer at once.
_MOCKS = {"unittest.mock.Mock", "unittest.mock.MagicMock"}
_PATCHING = {
    "unittest.mock.patch",
    "unittest.mock.patch.dict",
    "pytest.MonkeyPatch.setattr",
    "pytest.MonkeyPatch.delattr",
}


#: What stands where objects of these classes stood, so that their methods are what is called.
_IN_PLACE_OF = {
    "sqlalchemy.orm.Query": "quart_app.db.AsyncQuery",
    "flask_sqlalchemy.query.Query": "quart_app.db.AsyncQuery",
    "sqlalchemy.orm.Session": "quart_app.db.AsyncSession",
    "flask_sqlalchemy.session.Session": "quart_app.db.AsyncSession",
    "sqlalchemy.orm.scoped_session": "quart_app.db.ScopedSession",
}


def python(file: PythonFile) -> None:
    """Look at every call that patches something by its path."""
    for node in file.nodes(ast.Call):
        if not node.args or not _patches(file, node.func):
            continue
        path = node.args[0]
        if isinstance(path, ast.Constant) and isinstance(path.value, str) and "." in path.value:
            _rename(file, path, path.value)
    # One mock may take several places.
    mocks: dict[ast.Call, str] = {}
    for node in file.nodes(ast.Call):
        if file.names(node.func) & REPLACING:
            _await_given(file, node, mocks)
    for made, where in mocks.items():
        # ``MagicMock(return_value=1)`` answers with 1, ``AsyncMock(return_value=1)`` with a coroutine that gives 1.
        file.replace_name(made.func, file.need("unittest.mock", "AsyncMock"), origin=RULE.code)
        file.report(made, RULE.code, f"what takes the place of {where} is awaited")


def _await_given(file: PythonFile, node: ast.Call, mocks: dict[ast.Call, str]) -> None:
    """A lambda, or a mock, in the place of a function that is awaited from now on."""
    originals, rest = replaced(file.project, node, file.scope(node))
    if not any(file.colouring.becomes_async(original) for original in originals):
        return
    for given in [*rest, *(item.value for item in node.keywords if item.arg in {"new", "value"})]:
        made = _made(file, given)
        if made is not None:
            mocks[made] = originals[0].where
        elif isinstance(given, ast.Lambda):
            name = file.need("quart_app.testing", "awaited")
            file.wrap(given, f"{name}(", ")", origin=RULE.code)
            file.report(given, RULE.code, f"what takes the place of {originals[0].where} is awaited")


def _made(file: PythonFile, given: ast.expr) -> ast.Call | None:
    """The call that makes the mock which is given, there or in the one line that gives the variable its value."""
    if isinstance(given, ast.Name):
        owner = file.scope(given).owner()
        values = [
            node.value
            for node in file.nodes(ast.Assign)
            if file.scope(node).owner() is owner
            and any(isinstance(target, ast.Name) and target.id == given.id for target in node.targets)
        ]
        given = values[0] if len(values) == 1 else given
    return given if isinstance(given, ast.Call) and file.names(given.func) & _MOCKS else None


def _patches(file: PythonFile, function: ast.expr) -> bool:
    if file.names(function) & _PATCHING:
        return True
    # pytest-mock's fixture has no import that would say what it is.
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "patch"
        and isinstance(function.value, ast.Name)
        and function.value.id == "mocker"
    )


def _rename(file: PythonFile, node: ast.Constant, path: str) -> None:
    catalog = file.project.catalog
    root = path.partition(".")[0]
    owner, _, member = path.rpartition(".")
    taken = _IN_PLACE_OF.get(catalog.canonical(owner)) if not file.project.is_own(root) else None
    if taken is not None and file.project.uses_flask:
        _put(file, node, path, f"{taken}.{member}")
        return
    library = catalog.api(root)
    if file.project.is_own(root) or library is None or not library.becomes:
        return
    api = catalog.api(path)
    if api is None or not api.becomes:
        file.mark(node, RULE.code, f"{path} has no known successor on Quart: patch what took its place")
        return
    _put(file, node, path, api.becomes)


def _put(file: PythonFile, node: ast.Constant, path: str, new: str) -> None:
    start, end = file.place(node)
    found = file.source.text.find(path, start, end)
    if found >= 0 and new != path:
        file.cut(found, found + len(path), new, origin=RULE.code)
        file.report(node, RULE.code, f"{path} becomes {new}")
