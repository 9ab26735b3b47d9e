"""The signed-in user is awaited: once in a function, under one name."""

from __future__ import annotations

import ast

from migrate_tool.colour import Decision
from migrate_tool.colour.signing import CURRENT_USER, changes_user, end_of_loops
from migrate_tool.model.symbols import FunctionInfo
from migrate_tool.project.trees import walk

from .colour_writer import needs_parentheses
from .python_file import WRAP, PythonFile
from .rule import Example, Rule, Safety

RULE = Rule(
    code="FQ203",
    name="awaited-current-user",
    summary="current_user is awaited, once in each function.",
    why=(
        "Loading the user may wait for the database. The layer loads it once per request however often it is awaited; "
        "code that reads several attributes awaits once and uses the name, unless somebody may sign in or out, or a test makes a "
        "request, between the reads."
    ),
    safety=Safety.SAFE,
    examples=(
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_login import current_user\n\n"
                "app = Flask(__name__)\n\n\n"
                '@app.route("/")\n'
                "def index():\n"
                "    if current_user.is_authenticated:\n"
                "        return current_user.name\n"
                '    return "nobody"\n'
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.auth import current_user\n\n"
                "app = Quart(__name__)\n\n\n"
                '@app.route("/")\n'
                "async def index():\n"
                "    user = await current_user\n"
                "    if user.is_authenticated:\n"
                "        return user.name\n"
                '    return "nobody"\n'
            ),
        ),
        Example(
            before=(
                "from flask import Flask\n"
                "from flask_login import current_user\n\n"
                "app = Flask(__name__)\n\n\n"
                '@app.route("/")\n'
                "def index():\n"
                "    return current_user._get_current_object().name\n"
            ),
            after=(
                "from quart_app import Quart\n"
                "from quart_app.auth import current_user\n\n"
                "app = Quart(__name__)\n\n\n"
                '@app.route("/")\n'
                "async def index():\n"
                "    return (await current_user).name\n"
            ),
        ),
    ),
)

#: The sites that this rule writes itself.
HANDLES = (CURRENT_USER,)
_NAMES = ("user", "signed_in", "signed_in_user", "the_signed_in_user")


def python(file: PythonFile) -> None:
    """Write every read of ``current_user`` in this file."""
    by_owner: dict[FunctionInfo, list[Decision]] = {}
    for decision in file.colouring.decisions_in(file.module):
        site = decision.site
        if site.what not in HANDLES:
            continue
        if decision.action in {"wait", "run"} and not _can_be_taken_out(file, decision):
            _bridge(file, decision)
        elif site.owner is not None:
            by_owner.setdefault(site.owner, []).append(decision)
    for owner, decisions in by_owner.items():
        decisions.sort(key=lambda item: file.place(item.site.node))
        _function(file, owner, decisions)


def _bridge(file: PythonFile, decision: Decision) -> None:
    read = decision.site.node
    name = file.need("quart_app.bridge", decision.action)
    target = _whole(file, read)
    file.replace(target, f"{name}(", file.span(read), ")", origin=RULE.code, level=WRAP)
    file.report(target, "FQ902", f"current_user in synchronous code: {decision.reason}", "bridged")


def _function(file: PythonFile, owner: FunctionInfo, decisions: list[Decision]) -> None:
    reads = [decision.site.node for decision in decisions]
    place = _common_statement(file, owner, reads) if len(reads) > 1 else None
    if len(reads) == 1 and _in_comprehension(file, reads[0]):
        # Awaited once, and not for every element; a generator expression with await in it would be asynchronous.
        place = file.anchor(reads[0])
    name = _free_name(owner)
    if place is None or name is None or _changes_between(file, owner, place, reads):
        for decision in decisions:
            if decision.action in {"wait", "run"}:
                _bridge(file, decision)
                continue
            read = decision.site.node
            target = _whole(file, read)
            opened, closed = ("(", ")") if needs_parentheses(file, target) else ("", "")
            file.replace(target, f"{opened}await ", file.span(read), closed, origin=RULE.code, level=WRAP)
            file.report(read, RULE.code, "current_user is awaited")
        return
    # ``flask_login.current_user`` got its successor's name where it stood; now the name stands once, above.
    named = [edit for read in reads for edit in file.edits.withdraw(*file.place(read))]
    spelled = next((part for edit in named for part in edit.parts if isinstance(part, str)), None)
    file.insert_before_statement(
        place, f"{name} = await {spelled or file.segment(reads[0])}", origin=RULE.code
    )
    for read in reads:
        file.replace(_whole(file, read), name, origin=RULE.code, level=WRAP)
    file.report(reads[0], RULE.code, f"current_user is awaited once, as {name}")


def _can_be_taken_out(file: PythonFile, decision: Decision) -> bool:
    """Whether the read stands in a generator expression of an async function, before which it can be awaited."""
    site = decision.site
    return (
        file.colouring.is_async(site.owner)
        and site.owner is not None
        and _free_name(site.owner) is not None
        and _in_comprehension(file, site.node)
    )


def _in_comprehension(file: PythonFile, read: ast.AST) -> bool:
    return file.scope(read).kind == "comprehension"


def _whole(file: PythonFile, read: ast.AST) -> ast.AST:
    """``current_user._get_current_object()`` is ``current_user`` itself once it is awaited."""
    attribute = file.parent(read)
    if isinstance(attribute, ast.Attribute) and attribute.attr == "_get_current_object":
        call = file.parent(attribute)
        if isinstance(call, ast.Call) and call.func is attribute:
            # Somebody awaited it already, on a layer where that could not work.
            awaited = file.parent(call)
            return awaited if isinstance(awaited, ast.Await) else call
    return read


def _blocks(file: PythonFile, owner: FunctionInfo, node: ast.AST) -> list[ast.AST]:
    """The statements around ``node`` inside ``owner``, outermost first."""
    found: list[ast.AST] = []
    current: ast.AST | None = node
    while current is not None and current is not owner.node:
        if isinstance(current, ast.stmt | ast.ExceptHandler | ast.match_case):
            found.append(current)
        current = file.parent(current)
    return found[::-1]


def _common_statement(file: PythonFile, owner: FunctionInfo, reads: list[ast.AST]) -> ast.stmt | None:
    """The statement before which one ``await`` serves all reads: in the innermost block that holds them all."""
    chains = [_blocks(file, owner, read) for read in reads]
    depth = 0
    while all(len(chain) > depth for chain in chains) and len({id(chain[depth]) for chain in chains}) == 1:
        depth += 1
    if depth and any(len(chain) == depth for chain in chains):
        depth -= 1  # one of the reads is in the head of the statement that holds the others
    else:
        # All share a compound statement; they must also share one of its blocks.
        while depth and not _same_block(chains[0][depth - 1], [chain[depth] for chain in chains]):
            depth -= 1
            break
    place = chains[0][depth]
    while not isinstance(place, ast.stmt) and depth:
        depth -= 1
        place = chains[0][depth]
    return file.anchor(place) if isinstance(place, ast.stmt) else None


def _same_block(statement: ast.AST, inner: list[ast.AST]) -> bool:
    for _, block in ast.iter_fields(statement):
        if isinstance(block, list) and all(any(item is node for item in block) for node in inner):
            return True
    return False


def _changes_between(file: PythonFile, owner: FunctionInfo, place: ast.stmt, reads: list[ast.AST]) -> bool:
    """Whether the user may change between the ``await`` and a read; in a loop, behind the read as well."""
    start = file.source.start(place)
    end = max(file.place(end_of_loops(read, place, file.module.parents))[1] for read in reads)
    return any(
        decision.site.owner is owner
        and start <= file.place(_marked(decision.site.node))[0] < end
        and changes_user(file.colouring, decision)
        for decision in file.colouring.decisions_in(file.module)
    )


def _marked(node: ast.AST) -> ast.AST:
    """The part of a place that has a position."""
    if isinstance(node, ast.withitem):
        return node.context_expr
    return node.iter if isinstance(node, ast.comprehension) else node


def _free_name(owner: FunctionInfo) -> str | None:
    """A name that nothing in the function uses."""
    used = {node.id for node in walk(owner.node) if isinstance(node, ast.Name)}
    used |= {node.arg for node in walk(owner.node) if isinstance(node, ast.arg)}
    return next((name for name in _NAMES if name not in used), None)
