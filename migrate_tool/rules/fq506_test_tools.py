"""Other libraries' tools of tests: clients that call WSGI, factories that use the session."""

from __future__ import annotations

import ast

from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ506",
    name="test-tools",
    summary="WebTest calls app.wsgi_app; factory_boy's factories and pytest's finalizers wait for the database.",
    why=(
        "A client that speaks WSGI calls the application with an environ and start_response, which an ASGI application does "
        "not understand; app.wsgi_app does, in the bridge. Factories are called and not awaited: "
        "quart_app.testing.factories waits where a factory flushes, commits or looks whether there is such an object. A "
        "finalizer is called when the loop rests, and what it gives is dropped."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "import pytest\n"
                "from factory.alchemy import SQLAlchemyModelFactory\n"
                "from webtest import TestApp\n\n"
                "from app import User, app, db\n\n\n"
                "class UserFactory(SQLAlchemyModelFactory):\n"
                "    class Meta:\n"
                "        model = User\n"
                "        sqlalchemy_session = db.session\n\n\n"
                "@pytest.fixture\n"
                "def testapp():\n"
                "    return TestApp(app)\n"
            ),
            after=(
                "import pytest\n"
                "from quart_app.testing.factories import SQLAlchemyModelFactory\n"
                "from webtest import TestApp\n\n"
                "from app import User, app, db\n\n\n"
                "class UserFactory(SQLAlchemyModelFactory):\n"
                "    class Meta:\n"
                "        model = User\n"
                "        sqlalchemy_session = db.session\n\n\n"
                "@pytest.fixture\n"
                "def testapp():\n"
                "    return TestApp(app.wsgi_app)\n"
            ),
            path="conftest.py",
        ),
    ),
    left_alone=(
        'from webtest import TestApp\n\n\nclient = TestApp("http://127.0.0.1:8000")\n',
        "from app import app\nfrom webtest import TestApp\n\nclient = TestApp(app.wsgi_app)\n",
    ),
    references=("https://docs.pylonsproject.org/projects/webtest/en/latest/testapp.html",),
)

#: Clients that call their first argument as WSGI servers do.
_CLIENTS = frozenset({"webtest.TestApp", "webtest.app.TestApp", "webtest.sel.SeleniumApp"})


#: What calls a function when no loop runs, and drops the coroutine that it gets.
_AFTERWARDS = frozenset({"pytest.FixtureRequest.addfinalizer", "atexit.register"})


def python(file: PythonFile) -> None:
    """Give the WSGI face of an application to who calls WSGI, and a function that waits to who calls at the end."""
    for node in file.nodes(ast.Call):
        names = file.names(node.func)
        if names & _AFTERWARDS:
            _at_the_end(file, node)
        if not _CLIENTS & names:
            continue
        given = argument(node, "app", 0) or argument(node, "application")
        if given is not None and "flask.Flask" in file.classes(given):
            file.wrap(given, "", ".wsgi_app", origin=RULE.code)
            file.report(node, RULE.code, "the application is called through WSGI")


def _at_the_end(file: PythonFile, node: ast.Call) -> None:
    """``request.addfinalizer(db.drop_all)``: the method is a coroutine function by now."""
    given = argument(node, "finalizer", 0) or argument(node, "func")
    if not isinstance(given, ast.Attribute) or len(node.args) > 1:
        return
    found = [file.project.catalog.api(name) for name in file.names(given)]
    if any(api is not None and api.kind == "function" and api.awaited for api in found):
        run = file.need("quart_app.bridge", "run")
        file.wrap(given, f"lambda: {run}(", "())", origin=RULE.code)
        file.report(node, RULE.code, f"{ast.unparse(given)} is run at the end")
