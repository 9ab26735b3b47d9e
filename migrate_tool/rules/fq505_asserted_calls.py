"""Assertions that call what they are given become ``with`` over an awaited call."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from migrate_tool.colour import Decision
from migrate_tool.colour.raising import function_index
from migrate_tool.edits.spans import Span

from .python_file import PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ505",
    name="asserted-calls",
    summary="assertRaises(Error, client.get, ...) becomes a with over the awaited call.",
    why=(
        "Given a coroutine function, assertRaises and pytest.raises make a coroutine and run none of it, so nothing is "
        "ever raised. Inside with the call can be awaited."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "import unittest\n\n"
                "from app import Denied, app\n\n\n"
                "class DeniedTestCase(unittest.TestCase):\n"
                "    def test_denied(self):\n"
                "        client = app.test_client()\n"
                '        self.assertRaises(Denied, client.get, "/", headers={"X": "1"})\n'
            ),
            after=(
                "from app import Denied, app\n"
                "from quart_app.testing import AsyncTestCase\n\n\n"
                "class DeniedTestCase(AsyncTestCase):\n"
                "    async def test_denied(self):\n"
                "        client = app.test_client()\n"
                "        with self.assertRaises(Denied):\n"
                '            await client.get("/", headers={"X": "1"})\n'
            ),
            path="test_denied.py",
        ),
    ),
)


def write(file: PythonFile, decision: Decision) -> None:
    """Rewrite the assertion of a decision of kind ``raising``."""
    node = decision.site.node
    assert isinstance(node, ast.Call)
    statement = file.module.statement_of(node)
    index = function_index(file.colouring.survey, node)
    assert index is not None
    if decision.action != "await" or not _alone(file, statement):
        what = decision.site.what
        file.mark(node, RULE.code, f"{what} has become a coroutine function: await it in a with of its own")
        return
    indent = file.source.indent_at(statement.lineno)
    deeper = indent + ("\t" if indent.startswith("\t") else "    ")
    bound = f" as {statement.targets[0].id}" if isinstance(statement, ast.Assign) else ""  # type: ignore[attr-defined]
    given: list[ast.expr | ast.keyword] = [*node.args[index + 1 :], *node.keywords]
    file.replace(
        statement,
        "with ",
        file.span(node.func),
        "(",
        *_listed(file, node.args[:index]),
        f"){bound}:{file.source.newline}{deeper}await ",
        file.span(node.args[index]),
        "(",
        *_listed(file, given),
        ")",
        origin=RULE.code,
    )


def _listed(file: PythonFile, nodes: Sequence[ast.expr | ast.keyword]) -> list[str | Span]:
    parts: list[str | Span] = []
    for node in nodes:
        parts += [", ", file.span(node)]
    return parts[1:]


def _alone(file: PythonFile, statement: ast.stmt) -> bool:
    """Whether nothing else stands on the statement's lines."""
    start, end = file.place(statement)
    text = file.source.text
    before = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end:].partition("\n")[0].strip()
    return not before.strip() and (not after or after.startswith("#"))
