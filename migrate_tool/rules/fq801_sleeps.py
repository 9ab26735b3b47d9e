"""Sleeping in a coroutine lets the others go on."""

from __future__ import annotations

import ast
from weakref import WeakKeyDictionary

from migrate_tool.colour.on_tests import is_test
from migrate_tool.model import Project

from .blocking_calls import in_generator, is_free
from .colour_writer import write_await
from .imported import is_imported
from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ801",
    name="sleeps",
    summary="time.sleep() in a coroutine becomes await asyncio.sleep().",
    why=(
        "time.sleep() in a coroutine stops every request of the process. No function becomes a coroutine only to sleep: in scripts, "
        "commands and workers time.sleep() stays. Where tests replace time.sleep or stop the clock, the sleep moves to a thread "
        "instead (FQ802), so that they go on working."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "import time\n\n"
                "from flask import Flask\n\n"
                "app = Flask(__name__)\n\n\n"
                '@app.route("/")\n'
                "def index():\n"
                "    time.sleep(0.5)\n"
                '    return "late"\n'
            ),
            after=(
                "import asyncio\n\n"
                "from quart_app import Quart\n\n"
                "app = Quart(__name__)\n\n\n"
                '@app.route("/")\n'
                "async def index():\n"
                "    await asyncio.sleep(0.5)\n"
                '    return "late"\n'
            ),
        ),
    ),
    left_alone=(
        "import time\n\nimport quart\n\n\n"
        "def main():\n"
        "    print(quart.__name__)\n"
        "    time.sleep(1)\n\n\n"
        'if __name__ == "__main__":\n'
        "    main()\n",
    ),
)

_SLEEP = "time.sleep"
_replaced: WeakKeyDictionary[Project, bool] = WeakKeyDictionary()
_CLOCKS = ("freezegun", "time_machine")


def python(file: PythonFile) -> None:
    """Rewrite the sleeps of coroutines."""
    for node in file.nodes(ast.Call):
        if _SLEEP not in file.names(node.func) or not is_free(file, node):
            continue
        if file.is_async(node) and not in_generator(file, node) and not is_replaced(file.project):
            file.imports.need("asyncio")
            file.replace_name(node.func, "asyncio.sleep", origin=RULE.code)
            write_await(file, node, RULE.code)
            if not is_test(file.module):
                file.report(
                    node, RULE.code, "time.sleep stops every request: asyncio.sleep lets the others go on"
                )


def is_replaced(project: Project) -> bool:
    """Whether a test puts something else in the place of ``time.sleep``, or stops the clock that asyncio reads, too."""
    if project not in _replaced:
        _replaced[project] = _is_replaced(project)
    return _replaced[project]


def _is_replaced(project: Project) -> bool:
    if any(is_imported(project, clock) for clock in _CLOCKS):
        return True
    named = [call for called in ("patch", "setattr", "object") for call, _ in project.calls.named(called)]
    return any(
        isinstance(item, ast.Constant) and str(item.value).rpartition(".")[2] == "sleep"
        for call in named
        for item in call.args[:2]
    )
