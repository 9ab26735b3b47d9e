"""What made synchronous code switch between greenlets goes: on an event loop it breaks more than it mends."""

from __future__ import annotations

import ast

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ803",
    name="monkey-patching",
    summary="eventlet.monkey_patch() and gevent.monkey.patch_all() go.",
    why=(
        "They replace sockets, locks and threads of the standard library, on which the event loop stands. Code that waited with "
        "their help awaits now."
    ),
    safety=Safety.REVIEW,
    examples=(
        Example(
            before=(
                "import eventlet\n\n"
                "eventlet.monkey_patch()\n\n"
                "from flask import Flask\n\n"
                "app = Flask(__name__)\n"
            ),
            after="from quart_app import Quart\n\napp = Quart(__name__)\n",
        ),
        Example(
            before=(
                "import os\n"
                "from gevent import monkey\n\n"
                'if os.environ.get("SERVER") == "gevent":\n'
                "    monkey.patch_all(thread=False)\n\n"
                "from flask import Flask\n\n"
                "app = Flask(__name__)\n"
            ),
            after=(
                "import os\n\n"
                'if os.environ.get("SERVER") == "gevent":\n'
                "    pass\n\n"
                "from quart_app import Quart\n\n"
                "app = Quart(__name__)\n"
            ),
        ),
    ),
    left_alone=("import quart\n\nfrom tools import monkey\n\nprint(quart.__name__)\nmonkey.patch_all()\n",),
)

_PATCHES = frozenset({"eventlet.monkey_patch", "eventlet.patcher.monkey_patch"})
#: Modules all of whose functions of this kind patch something: ``patch_all``, ``patch_socket``, ``patch_psycopg``.
_PATCHING = ("gevent.monkey.patch_", "psycogreen.gevent.patch_", "psycogreen.eventlet.patch_")


def python(file: PythonFile) -> None:
    """Remove the calls that patch."""
    for call in file.nodes(ast.Call):
        names = file.names(call.func)
        if not any(name in _PATCHES or name.startswith(_PATCHING) for name in names):
            continue
        statement = file.parent(call)
        if not isinstance(statement, ast.Expr):
            file.mark(call, RULE.code, "it patches what the event loop stands on: do without it")
            continue
        _remove(file, statement)
        file.replaced.update(node for node in ast.walk(call) if isinstance(node, ast.Name))
        file.report(call, RULE.code, f"{min(names)}() is removed")


def _remove(file: PythonFile, statement: ast.Expr) -> None:
    start, end = file.place(statement)
    text = file.source.text
    first = file.source.offset(statement.lineno, 0)
    last = file.source.line_end(statement.end_lineno or statement.lineno)
    alone = not text[first:start].strip() and not text[end:last].strip()
    if not alone or not isinstance(file.parent(statement), ast.Module):
        file.replace(statement, "pass", origin=RULE.code)
        return
    # With the blank lines below it, which stood between it and what comes next.
    while last < len(text) and text[last] in "\r\n":
        last += 1
    file.cut(first, last, origin=RULE.code)
