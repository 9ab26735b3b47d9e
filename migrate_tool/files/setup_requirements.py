"""Requirements in setup.py: the literal lists of ``setup()``, as edits of the Python file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from migrate_tool.edits.spans import Edit, EditSet
from migrate_tool.project.source import SourceFile
from migrate_tool.project.trees import walk

from .requirement import Requirement, parse, raised
from .requirement_plan import Decide, Kind, Listed, kind_of

#: What the arguments of ``setup()`` that are lists of requirements are for.
_KINDS: dict[str, Kind] = {"install_requires": "main", "tests_require": "test", "setup_requires": "other"}


def edit_setup(source: SourceFile, edits: EditSet, decide: Decide, origin: str) -> None:
    """Change the requirements of a ``setup.py`` that are written out as lists of strings."""
    path = PurePosixPath(source.path)
    for key, kind, node in _lists(source.tree):
        places = [(element, found) for element in node.elts if (found := _requirement(element)) is not None]
        outcome = decide(Listed(path, key, kind, tuple(found for _, found in places)))
        for position, items in outcome.replaced.items():
            element = places[position][0]
            if items:
                new = ", ".join(_quoted(source, element, item) for item in items)
                edits.add(Edit(*source.span(element), (new,), origin=origin))
            else:
                edits.add(Edit(*_with_comma(source, node, element), ("",), origin=origin))
        if outcome.added:
            _append(source, edits, node, [str(item) for item in outcome.added], origin)


def edit_python(source: SourceFile, edits: EditSet, oldest: str, origin: str) -> bool:
    """Raise ``python_requires``; whether it was too low."""
    for call in walk(source.tree or ast.Module([], [])):
        if not isinstance(call, ast.Call):
            continue
        for keyword in call.keywords:
            value = keyword.value
            text = _text(value)
            if keyword.arg != "python_requires" or text is None:
                continue
            new = raised(text, oldest)
            if new != text:
                edits.add(Edit(*source.span(value), (f'"{new}"',), origin=origin))
                return True
    return False


def _lists(tree: ast.Module | None) -> Iterator[tuple[str, Kind, ast.List | ast.Tuple]]:
    """The lists handed to ``setup``, also by way of a name assigned at module level."""
    if tree is None:
        return
    names = {
        target.id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for call in walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute)):
            continue
        for keyword in call.keywords:
            value = names.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
            kind = _KINDS.get(keyword.arg or "")
            if keyword.arg is not None and kind is not None and isinstance(value, ast.List | ast.Tuple):
                yield keyword.arg, kind, value
            elif keyword.arg == "extras_require" and isinstance(value, ast.Dict):
                yield from _extras(value, names)


def _extras(node: ast.Dict, names: dict[str, ast.expr]) -> Iterator[tuple[str, Kind, ast.List | ast.Tuple]]:
    for key, value in zip(node.keys, node.values, strict=True):
        found = names.get(value.id) if isinstance(value, ast.Name) else value
        extra = _text(key)
        if extra is not None and isinstance(found, ast.List | ast.Tuple):
            kind = kind_of(extra.lower().split("-"))
            yield f"extras_require.{extra}", "other" if kind == "main" else kind, found


def _requirement(node: ast.expr) -> Requirement | None:
    text = _text(node)
    return None if text is None else parse(text)


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _quoted(source: SourceFile, like: ast.expr, item: Requirement) -> str:
    quote = source.segment(like)[-1:]
    text = str(item)
    return f"{quote}{text}{quote}" if quote not in text else repr(text)


def _with_comma(source: SourceFile, node: ast.List | ast.Tuple, element: ast.expr) -> tuple[int, int]:
    """The stretch of an element with its comma: up to the next one, or back to the one before."""
    index = node.elts.index(element)
    start, end = source.span(element)
    if index + 1 < len(node.elts):
        return start, source.span(node.elts[index + 1])[0]
    if index:
        return source.span(node.elts[index - 1])[1], end
    return start, end


def _append(
    source: SourceFile, edits: EditSet, node: ast.List | ast.Tuple, items: list[str], origin: str
) -> None:
    _, end = source.span(node)
    text = ", ".join(f'"{item}"' for item in items)
    if not node.elts:
        edits.add(Edit(end - 1, end - 1, (text,), origin=origin))
        return
    last = node.elts[-1]
    position = source.span(last)[1]
    line = source.indent_at(last.lineno)
    own_line = not source.text[source.offset(last.lineno, 0) : source.span(last)[0]].strip()
    separator = f",{source.newline}{line}" if own_line else ", "
    edits.add(
        Edit(position, position, (separator + separator.join(f'"{item}"' for item in items),), origin=origin)
    )
