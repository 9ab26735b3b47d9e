"""A thread whose work became async runs as a background task of the application."""

from __future__ import annotations

import ast

from migrate_tool.model.types import FunctionRef

from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ401",
    name="background-threads",
    summary="Threads whose target waits become background tasks.",
    why=(
        "A thread that is given a coroutine function never runs it. BackgroundThread takes the same arguments, runs the "
        "work on the event loop, logs its exceptions and is awaited when the server stops. Flask-Executor's Executor has a successor "
        "with the same words, whose results are awaited."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "from threading import Thread\n\n"
                "from flask import Flask\n"
                "from flask_sqlalchemy import SQLAlchemy\n\n"
                "app = Flask(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "def write(name):\n"
                "    with app.app_context():\n"
                "        db.session.commit()\n\n\n"
                "def later(name):\n"
                "    Thread(target=write, args=(name,)).start()\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.db import SQLAlchemy\n"
                "from quart_app.tasks import BackgroundThread\n\n"
                "app = Quart(__name__)\n"
                "db = SQLAlchemy(app)\n\n\n"
                "async def write(name):\n"
                "    async with app.app_context():\n"
                "        await db.session.commit()\n\n\n"
                "def later(name):\n"
                "    BackgroundThread(target=write, args=(name,)).start()\n"
            ),
        ),
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_executor import Executor\n\n"
                "app = Flask(__name__)\n"
                "executor = Executor(app)\n\n\n"
                "def count(word):\n"
                "    return len(word)\n\n\n"
                '@app.route("/<word>")\n'
                "def index(word):\n"
                "    future = executor.submit(count, word)\n"
                "    return str(future.result())\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.tasks import Executor\n\n"
                "app = Quart(__name__)\n"
                "executor = Executor(app)\n\n\n"
                "def count(word):\n"
                "    return len(word)\n\n\n"
                '@app.route("/<word>")\n'
                "async def index(word):\n"
                "    future = executor.submit(count, word)\n"
                "    return str(await future.result())\n"
            ),
        ),
    ),
)


def python(file: PythonFile) -> None:
    """``Thread(target=f)`` becomes ``BackgroundThread(target=f)`` where ``f`` is async."""
    for node in file.nodes(ast.Call):
        if "threading.Thread" not in file.names(node.func):
            continue
        target = argument(node, "target", 1)
        if target is None:
            continue
        functions = [item.info for item in file.types(target) if isinstance(item, FunctionRef)]
        if functions and all(file.colouring.is_async(function) for function in functions):
            file.replace_name(node.func, file.need("quart_app.tasks", "BackgroundThread"), origin=RULE.code)
            file.report(node, RULE.code, f"{functions[0].name} runs as a background task")
