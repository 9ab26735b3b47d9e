"""Template filters that became lazy, in front of filters that cannot wait."""

from __future__ import annotations

import ast

from migrate_tool.files import jinja
from migrate_tool.model.symbols import Assigned

from .project_files import ProjectFiles, line_at
from .python_file import PythonFile, argument
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ601",
    name="lazy-filters",
    summary="Templates put |list between map, select or reject and what needs the items at once.",
    why=(
        "Quart renders templates asynchronously: there map, select, reject, selectattr and rejectattr give an "
        "asynchronous generator. Loops, join, first, sum, unique, groupby, slice and list take it; sort, max, min, "
        "length, batch, reverse, `in`, functions and your own filters do not. All else in a template is awaited by "
        "Jinja: calls, attributes, items and the results of filters."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before='{{ users|map(attribute="name")|sort|join(", ") }}\n{% if 3 in ids|select("odd") %}three{% endif %}\n',
            after=(
                '{{ users|map(attribute="name")|list|sort|join(", ") }}\n'
                '{% if 3 in ids|select("odd")|list %}three{% endif %}\n'
            ),
            path="templates/users.html",
        ),
        Example(
            before=(
                "from flask import Flask, render_template_string\n\napp = Flask(__name__)\n\n\n"
                '@app.route("/")\ndef index():\n'
                "    return render_template_string(\"{{ [1, 2] | map('string') | reverse }}\")\n"
            ),
            after=(
                "from quart import render_template_string\nfrom quart_app import Quart\n\napp = Quart(__name__)\n\n\n"
                '@app.route("/")\nasync def index():\n'
                "    return await render_template_string(\"{{ [1, 2] | map('string') | list | reverse }}\")\n"
            ),
        ),
    ),
    left_alone=(
        '{{ users|map(attribute="name")|join }}\n{% for x in xs|select %}{{ loop.length }}{% endfor %}\n'
        "{{ users|sort }}\n{% raw %}{{ xs|map|sort }}{% endraw %}{# xs|map|sort #}\n",
    ),
    left_alone_path="templates/page.html",
    references=("https://jinja.palletsprojects.com/en/stable/api/#async-support",),
)

#: Functions whose first argument, or ``source``, is a template.
_RENDERERS = {
    "flask.render_template_string",
    "flask.stream_template_string",
    "jinja2.Template",
    "jinja2.Environment.from_string",
}


def project(files: ProjectFiles) -> None:
    """Change the template files."""
    for text in list(files.texts()):
        if text.path not in files.template_paths:
            continue
        new = text.text
        for offset, added in reversed(jinja.insertions(text.text)):
            new = f"{new[:offset]}{added}{new[offset:]}"
            files.report(
                text.path,
                line_at(text.text, offset),
                RULE.code,
                "the items are collected before they are used",
            )
        if new != text.text:
            files.change(text.path, new)


def python(file: PythonFile) -> None:
    """Change the templates that are written as strings."""
    seen: set[int] = set()
    for call in file.nodes(ast.Call):
        if not _renders(file, call):
            continue
        template = argument(call, "source", 0)
        for node in _literals(file, template) if template is not None else ():
            if id(node) not in seen:
                seen.add(id(node))
                _change(file, node)


def _renders(file: PythonFile, call: ast.Call) -> bool:
    return bool(_RENDERERS & file.names(call.func)) or (
        isinstance(call.func, ast.Attribute) and call.func.attr == "from_string"
    )


def _literals(file: PythonFile, node: ast.expr) -> list[ast.Constant]:
    """The string that is given, or those that the name given is bound to in this file."""
    if isinstance(node, ast.Constant):
        return [node] if isinstance(node.value, str) else []
    if not isinstance(node, ast.Name):
        return []
    return [
        item.expression
        for bindings in file.project.types.bindings(node.id, file.scope(node))
        for item in bindings
        if isinstance(item, Assigned)
        and not item.steps
        and isinstance(item.expression, ast.Constant)
        and isinstance(item.expression.value, str)
        and item.scope.module is file.module
    ]


def _change(file: PythonFile, node: ast.Constant) -> None:
    assert isinstance(node.value, str)
    start, _ = file.source.span(node)
    written = file.segment(node)
    # With escapes in it, or in several pieces, the text in the file is not the template.
    if not node.value or written.count(node.value) != 1:
        return
    start += written.index(node.value)
    for offset, added in jinja.insertions(node.value):
        file.insert(start + offset, added, origin=RULE.code)
        file.report(node, RULE.code, "the items are collected before they are used")
