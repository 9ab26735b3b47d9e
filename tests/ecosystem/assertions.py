"""How much a test asserts: counted in the source, before and after, so that a test cannot pass by saying less."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Body:
    """What one function of a test file says."""

    assertions: int
    empty: bool


@dataclass
class TestFile:
    """The functions of one file, by their qualified names, and what lies outside of tests."""

    __test__ = False

    functions: dict[str, Body] = field(default_factory=dict)
    #: Assertions in helpers, fixtures and ``setUp``: they belong to every test of the file.
    helpers: int = 0


def read(path: Path) -> TestFile:
    """Count the assertions of a file; a file that is not there or does not parse says nothing."""
    result = TestFile()
    try:
        module = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return result
    _collect(module, (), result)
    inside = sum(body.assertions for name, body in result.functions.items() if _is_test(name))
    result.helpers = _count(module) - inside
    return result


def loss(id_: str, before: Path, after: Path) -> str:
    """Return why the test ``id_`` says less in the tree ``after`` than in ``before``, or an empty string."""
    file, *names = re.sub(r"\[.*", "", id_, flags=re.DOTALL).split("::")
    old, new = read(before / file), read(after / file)
    name = ".".join(names)
    was, is_ = old.functions.get(name), new.functions.get(name)
    if was is None:
        return _inherited(names[-1], old, new)
    if is_ is None:
        return f"{name} is no longer in {file}"
    if is_.empty and not was.empty:
        return "its body is empty"
    if is_.assertions < was.assertions:
        return f"it asserts less: {is_.assertions} instead of {was.assertions}"
    return _helpers(file, before, after)


def _inherited(name: str, old: TestFile, new: TestFile) -> str:
    """Compare a test that its class inherits: every function of that name in the file counts."""
    was, is_ = (
        sum(body.assertions for key, body in file.functions.items() if key.split(".")[-1] == name)
        for file in (old, new)
    )
    return f"it asserts less: {is_} instead of {was}" if is_ < was else ""


def _helpers(file: str, before: Path, after: Path) -> str:
    """Compare what surrounds a test: its own file's helpers, and every ``conftest.py`` above it."""
    folder = Path(file).parent
    for place in [Path(file), *(parent / "conftest.py" for parent in (folder, *folder.parents))]:
        was, is_ = read(before / place).helpers, read(after / place).helpers
        if is_ < was:
            return f"the helpers of {place} assert less: {is_} instead of {was}"
    return ""


def _collect(node: ast.AST, above: tuple[str, ...], result: TestFile) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            _collect(child, (*above, child.name), result)
        elif isinstance(child, _FUNCTIONS):
            result.functions[".".join((*above, child.name))] = Body(_count(child), _is_empty(child))
        elif not isinstance(child, ast.expr):
            _collect(child, above, result)


def _is_test(qualified: str) -> bool:
    return qualified.split(".")[-1].startswith("test")


def _count(node: ast.AST) -> int:
    return sum(_asserts(child) for child in ast.walk(node))


def _asserts(node: ast.AST) -> bool:
    """Tell an assertion: a statement that can fail, a method of ``unittest``, or pytest's own words."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner, name = node.func.value, node.func.attr
    if isinstance(owner, ast.Name) and owner.id == "pytest":
        return name in ("raises", "warns", "fail", "deprecated_call")
    if name.startswith("assert"):
        return not (node.args and all(isinstance(argument, ast.Constant) for argument in node.args))
    return (
        name in ("fail", "failUnless", "failIf")
        and isinstance(owner, ast.Name)
        and owner.id in ("self", "cls")
    )


def _is_empty(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for statement in function.body:
        if isinstance(statement, ast.Pass) or (isinstance(statement, ast.Assert) and not _asserts(statement)):
            continue
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        return isinstance(statement, ast.Return) and (
            statement.value is None or isinstance(statement.value, ast.Constant)
        )
    return True
