"""A name that moved is seen by every rule under the name it has now: older spellings of an import change nothing but the import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate_tool.catalog import catalog
from migrate_tool.catalog.registry import MOVED
from migrate_tool.rules.registry import all_rules

from .test_examples import run, whole
from .trees import migrate

KNOWN = catalog()
#: By the name under which rules know a thing: what else it is, or was, called.
OTHERS: dict[str, set[str]] = {}
for one in (*KNOWN.apis, *KNOWN.aliases):
    if KNOWN.known_as(one) != one:
        OTHERS.setdefault(KNOWN.known_as(one), set()).add(one)

#: What is called by these names blocks, and no catalogue describes it.
CALLED = ("check_password_hash", "generate_password_hash")


def other_names(full: str) -> Iterator[str]:
    """What ``full`` is called elsewhere, in older versions and under older names of its package."""
    moved = KNOWN.api(full)
    if moved is None or (moved.rule == MOVED and moved.becomes):
        return
    for other in sorted(OTHERS.get(KNOWN.known_as(full), ())):
        if other != full and "." in other and other.partition(".")[0] not in {"quart", "quart_app"}:
            yield other
    package, _, rest = full.partition(".")
    if package.startswith("flask_"):
        yield f"flask.ext.{package.removeprefix('flask_')}.{rest}"


def spelled_in_other_ways(text: str) -> Iterator[tuple[str, str]]:
    """The other name of an imported thing, and the program that imports it by that name."""
    lines = text.split("\n")
    for statement in ast.parse(text).body:
        if not isinstance(statement, ast.ImportFrom) or statement.level:
            continue
        for alias in statement.names:
            local = alias.asname or alias.name
            for other in other_names(f"{statement.module}.{alias.name}"):
                module, _, name = other.rpartition(".")
                written = [f"from {module} import {name}" + ("" if name == local else f" as {local}")]
                if left := [ast.unparse(item) for item in statement.names if item is not alias]:
                    written.append(f"from {statement.module} import {', '.join(left)}")
                rest = lines[statement.end_lineno or 0 :]
                yield other, "\n".join([*lines[: statement.lineno - 1], *written, *rest])


def beside_imports(text: str) -> str:
    """The program without its imports and empty lines."""
    tree = ast.parse(text)
    tree.body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return ast.unparse(tree)


@pytest.mark.parametrize(
    ("tree", "path", "after"),
    [
        pytest.param(
            whole(example, 0) | {example.path: text},
            example.path,
            example.after,
            id=f"{rule.code}-{number}-{other}",
        )
        for rule in all_rules()
        for number, example in enumerate(rule.examples, 1)
        if example.path.endswith(".py")
        for other, text in spelled_in_other_ways(example.before)
    ],
)
def test_another_spelling_of_an_import_changes_nothing_but_the_import(
    tree: dict[str, str], path: str, after: str, tmp_path: Path
) -> None:
    first = run(tree, tmp_path / "first")
    assert beside_imports(first[path]) == beside_imports(after)
    assert run(first, tmp_path / "second") == first


@pytest.mark.parametrize("statement", ["from werkzeug import {name}", "import werkzeug"])
@pytest.mark.parametrize("name", CALLED)
def test_what_moved_blocks_as_it_does_where_it_is_now(statement: str, name: str, tmp_path: Path) -> None:
    called = name if statement.startswith("from") else f"werkzeug.{name}"
    app = (
        f"from flask import Flask\n{statement.format(name=name)}\n\napp = Flask(__name__)\n\n\n"
        f'@app.route("/")\ndef index():\n    return {called}("secret")\n'
    )
    first, _ = migrate({"app.py": app}, tmp_path / "first")
    assert "asyncio.to_thread(" in first["app.py"]
    assert migrate(first, tmp_path / "second")[0] == first


def test_a_member_of_a_module_that_goes_on_as_another_has_its_new_name(tmp_path: Path) -> None:
    text = "from flask import Flask, testing\n\napp = Flask(__name__)\n\n\nclass Client(testing.FlaskClient):\n    pass\n"
    result, _ = migrate({"app.py": text}, tmp_path / "one")
    assert "from quart_app import Quart, testing\n" in result["app.py"]
    assert "class Client(testing.QuartClient):" in result["app.py"]
