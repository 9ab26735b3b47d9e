"""What a test of its class says of a value of which nothing else is known: ``assert isinstance(answer, Response)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .flow import before, reaching
from .symbols import ModuleInfo, Scope
from .type_expressions import instances_of
from .types import NOTHING, Instance, Types

if TYPE_CHECKING:
    from .inference import Inference

#: What SQLAlchemy gives to listeners says that it is one, and is not awaited.
_FACES = frozenset({"sqlite3.Connection"})
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def by_class(inference: Inference, node: ast.Name, scope: Scope) -> Types:
    """What a local variable is where its class has been tested.

    Args:
        inference: What the classes are asked of.
        node: The read.
        scope: Where it stands.

    Returns:
        Instances of the classes of the nearest test that must have held; nothing where there is none.
    """
    if node.id not in inference.tested_names or scope.kind == "module":
        return NOTHING
    return inference.solve(("tested", node), lambda: _by_class(inference, node, scope))


def _by_class(inference: Inference, node: ast.Name, scope: Scope) -> Types:
    for test in _held(scope.module, node):
        classes = _asked(test, node.id)
        if classes is not None and _is_same(inference, node, test, scope):
            found = instances_of(inference, inference.types(classes, scope))
            return frozenset(item for item in found if not (isinstance(item, Instance) and item.of in _FACES))
    return NOTHING


def _held(module: ModuleInfo, node: ast.AST) -> Iterator[ast.expr]:
    """The conditions that hold where ``node`` is evaluated, nearest first."""
    current = node
    while current in module.parents:
        parent = module.parents[current]
        if (isinstance(parent, ast.If | ast.While) and current in parent.body) or (
            isinstance(parent, ast.IfExp) and current is parent.body
        ):
            yield from _parts(parent.test)
        elif isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And):
            for earlier in parent.values[: parent.values.index(current)]:  # type: ignore[arg-type]
                yield from _parts(earlier)
        if isinstance(current, ast.stmt):
            for statement in before(parent, current):
                yield from _after(statement)
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            return
        current = parent


def _after(statement: ast.stmt) -> Iterator[ast.expr]:
    """What holds after a statement: what it asserts, or what it leaves the block without."""
    if isinstance(statement, ast.Assert):
        yield from _parts(statement.test)
    elif (
        isinstance(statement, ast.If)
        and isinstance(statement.test, ast.UnaryOp)
        and isinstance(statement.test.op, ast.Not)
        and isinstance(statement.body[-1], _LEAVES)
    ):
        yield statement.test.operand


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    """The conditions that all hold if ``test`` does."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for value in test.values:
            yield from _parts(value)
    else:
        yield test


def _asked(test: ast.expr, name: str) -> ast.expr | None:
    """The classes in ``isinstance(name, classes)``."""
    if (
        isinstance(test, ast.Call)
        and isinstance(test.func, ast.Name)
        and test.func.id == "isinstance"
        and len(test.args) == 2
        and isinstance(test.args[0], ast.Name)
        and test.args[0].id == name
    ):
        return test.args[1]
    return None


def _is_same(inference: Inference, node: ast.Name, test: ast.expr, scope: Scope) -> bool:
    """Whether the variable has not been given another value since the test."""
    assert isinstance(test, ast.Call)
    tested = test.args[0]
    assert isinstance(tested, ast.Name)
    bindings = inference.bindings(node.id, scope)
    if not bindings:
        return False
    if len(bindings[0]) == 1:
        return True
    seen = reaching(node, scope, bindings[0])
    return seen is not None and seen == reaching(tested, scope, bindings[0])
