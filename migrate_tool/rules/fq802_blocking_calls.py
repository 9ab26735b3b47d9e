"""Calls that block the event loop move to a thread."""

from __future__ import annotations

import ast
from weakref import WeakKeyDictionary

from migrate_tool.catalog.blocking import Blocking, blocking
from migrate_tool.colour import Colouring
from migrate_tool.colour.boundaries import Boundaries
from migrate_tool.colour.on_loop import on_loop
from migrate_tool.colour.on_tests import is_test
from migrate_tool.model.symbols import FunctionInfo
from migrate_tool.model.types import FunctionRef

from .blocking_calls import in_generator, is_free
from .colour_writer import write_await
from .fq801_sleeps import is_replaced
from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ802",
    name="blocking-calls",
    summary="Calls that block the event loop run in a thread.",
    why=(
        "requests.get() in a coroutine stops every request of the process until the other server has answered; so do other "
        "programs, mail servers, password hashes and synchronous drivers. await asyncio.to_thread() calls the same function with "
        "the same arguments and context variables in a thread, so that tests which replace it still do. No function becomes a "
        "coroutine for it: synchronous functions that coroutines call use in_thread() of the bridge, which calls the function as it "
        "is where no event loop has to be kept free. Scripts, commands, workers and tests stay as they are."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "import requests\n"
                "from flask import Flask\n\n"
                "app = Flask(__name__)\n\n\n"
                '@app.route("/weather/<town>")\n'
                "def weather(town):\n"
                '    return requests.get("https://weather.example", params={"q": town}, timeout=5).json()\n'
            ),
            after=(
                "import asyncio\n"
                "import requests\n"
                "from quart_app import Quart\n\n"
                "app = Quart(__name__)\n\n\n"
                '@app.route("/weather/<town>")\n'
                "async def weather(town):\n"
                '    return (await asyncio.to_thread(requests.get, "https://weather.example", params={"q": town}, timeout=5)).json()\n'
            ),
        ),
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_sqlalchemy import SQLAlchemy\n"
                "from werkzeug.security import generate_password_hash\n\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "class User(db.Model):\n"
                "    id = db.Column(db.Integer, primary_key=True)\n"
                "    password_hash = db.Column(db.String)\n\n"
                "    def set_password(self, password):\n"
                "        self.password_hash = generate_password_hash(password)\n\n\n"
                '@app.route("/")\n'
                "def index():\n"
                "    user = User()\n"
                '    user.set_password("secret")\n'
                '    return "set"\n'
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.db import SQLAlchemy\n"
                "from werkzeug.security import generate_password_hash\n"
                "from quart_app.bridge import in_thread\n\n"
                "app = Quart(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "class User(db.Model):\n"
                "    id = db.Column(db.Integer, primary_key=True)\n"
                "    password_hash = db.Column(db.String)\n\n"
                "    def set_password(self, password):\n"
                "        self.password_hash = in_thread(generate_password_hash, password)\n\n\n"
                '@app.route("/")\n'
                "async def index():\n"
                "    user = User()\n"
                '    user.set_password("secret")\n'
                '    return "set"\n'
            ),
        ),
    ),
    left_alone=(
        "import quart\nimport requests\n\n\n"
        "def fetch():\n"
        "    return requests.get(quart.__name__)\n\n\n"
        "print(fetch())\n",
    ),
)

#: Worked out once for a project; a colouring itself cannot be a weak key.
_on_loop: WeakKeyDictionary[Boundaries, dict[bool, set[FunctionInfo]]] = WeakKeyDictionary()


def python(file: PythonFile) -> None:
    """Move the calls to a thread."""
    tested = is_test(file.module)
    for node in file.nodes(ast.Call):
        found = _blocking(file, node)
        if found is None or (tested and not found.own):
            continue
        if not is_free(file, node) or _hands_over_code(file, node):
            continue
        owner = file.scope(node).owner()
        if owner is None:
            continue
        awaited = file.is_async(node) and not in_generator(file, node)
        if found.twin and awaited and not is_replaced(file.project):
            continue
        if not file.is_async(node) and owner not in _synchronous_on_loop(file.colouring, found.own):
            continue
        _move(file, node, found, awaited)


def _blocking(file: PythonFile, node: ast.Call) -> Blocking | None:
    for name in file.names(node.func):
        if (found := blocking(name)) is not None:
            return found
    return None


def _hands_over_code(file: PythonFile, node: ast.Call) -> bool:
    """Whether code of the project would be called back in the thread."""
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return any(
        isinstance(value, ast.Lambda) or any(isinstance(item, FunctionRef) for item in file.types(value))
        for value in given
    )


def _synchronous_on_loop(colouring: Colouring, tests: bool) -> set[FunctionInfo]:
    known = _on_loop.setdefault(colouring.limits, {})
    if tests not in known:
        known[tests] = on_loop(colouring, tests=tests)
    return known[tests]


def _move(file: PythonFile, node: ast.Call, found: Blocking, awaited: bool) -> None:
    if awaited:
        file.imports.need("asyncio")
        around = "asyncio.to_thread"
    else:
        around = file.need("quart_app.bridge", "in_thread")
    start, end = file.place(node)
    _, behind = file.place(node.func)
    opening = file.source.text.index("(", behind)
    file.insert(start, f"{around}(", origin=RULE.code)
    alone = len(node.args) == 1 and not node.keywords and isinstance(node.args[0], ast.GeneratorExp)
    if alone and file.place(node.args[0])[1] == end:
        file.cut(opening, opening + 1, ", (", origin=RULE.code)
        file.insert(end, ")", origin=RULE.code)
    else:
        ends_line = file.source.text[opening + 1 : opening + 2].isspace()
        comma = ("," if ends_line else ", ") if node.args or node.keywords else ""
        file.cut(opening, opening + 1, comma, origin=RULE.code)
    if awaited:
        write_await(file, node, RULE.code)
    name = ast.unparse(node.func)
    file.report(
        node,
        RULE.code,
        f"{name} {found.why}: it runs in a thread",
        "rewritten" if awaited else "bridged",
        found.hint,
    )
