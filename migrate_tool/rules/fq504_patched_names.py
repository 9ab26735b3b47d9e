"""Tests that patch a library's name by its dotted path patch the successor's."""

from __future__ import annotations

import ast

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ504",
    name="patched-names",
    summary="Dotted paths given to mock.patch and monkeypatch.setattr name the successor.",
    why=(
        "A path in a string is no import, so nothing fails when the library behind it is gone or no longer used: the test "
        "patches what nobody calls. A path into a library that moves is rewritten as the import would be; one that leads to "
        "a private part without a successor is marked."
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
                '    monkeypatch.setattr("flask_login.utils._get_user", object)\n'
                "    assert LoginManager()\n"
            ),
            after=(
                "from quart_app.auth import LoginManager\n\n\n"
                "def test_user(monkeypatch):\n"
                "    # migrate: FQ504 flask_login.utils._get_user has no known successor on Quart: patch what took its place\n"
                '    monkeypatch.setattr("flask_login.utils._get_user", object)\n'
                "    assert LoginManager()\n"
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

_PATCHING = {
    "unittest.mock.patch",
    "unittest.mock.patch.dict",
    "pytest.MonkeyPatch.setattr",
    "pytest.MonkeyPatch.delattr",
}


def python(file: PythonFile) -> None:
    """Look at every call that patches something by its path."""
    for node in file.nodes(ast.Call):
        if not node.args or not _patches(file, node.func):
            continue
        path = node.args[0]
        if isinstance(path, ast.Constant) and isinstance(path.value, str) and "." in path.value:
            _rename(file, path, path.value)


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
    library = catalog.api(root)
    if file.project.is_own(root) or library is None or not library.becomes:
        return
    api = catalog.api(path)
    if api is None or not api.becomes:
        file.mark(node, RULE.code, f"{path} has no known successor on Quart: patch what took its place")
        return
    start, end = file.place(node)
    found = file.source.text.find(path, start, end)
    if found >= 0 and api.becomes != path:
        file.cut(found, found + len(path), api.becomes, origin=RULE.code)
        file.report(node, RULE.code, f"{path} becomes {api.becomes}")
