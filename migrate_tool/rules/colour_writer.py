"""Writes the solution of the colouring into a file: ``async def``, ``await``, ``async with``, and the bridge."""

from __future__ import annotations

import ast

from migrate_tool.catalog import Consumer
from migrate_tool.colour import Decision
from migrate_tool.colour.boundaries import opaque_decorators
from migrate_tool.colour.generators import made_lists, outermost
from migrate_tool.colour.starting import closes
from migrate_tool.colour.surveyed_loops import enters_asynchronously
from migrate_tool.model import by_hand
from migrate_tool.model.decorators import decorator_names
from migrate_tool.model.symbols import FunctionInfo
from migrate_tool.model.types import External, FunctionRef

from .fq505_asserted_calls import write as _raising
from .python_file import LINES, OUTER, PythonFile
from .registry import rule_modules

#: Where ``await x`` binds looser than what stands around it.
_TIGHTER = (ast.Attribute, ast.Subscript, ast.Call)


def write_colour(file: PythonFile) -> None:
    """Make every change that the colouring decided for this file."""
    handled = {name for module in rule_modules() for name in getattr(module, "HANDLES", ())}
    for function in file.functions():
        if file.colouring.becomes_async(function) and not isinstance(function.node, ast.Lambda):
            # Behind whatever lines are put above the function.
            file.insert(file.source.start(function.node), "async ", origin="FQ901", level=LINES + 1)
            mode = file.colouring.limits.of(function).mode
            if mode == "command":
                _run_by_command_line(file, function.node)
            elif mode == "property":
                _await_property(file, function)
            else:
                _adapt_decorators(file, function)
    _adapt_by_hand(file)
    for decision in file.colouring.decisions_in(file.module):
        if decision.action == "leave":
            continue
        if decision.site.what in handled or decision.site.node in file.gone:
            continue
        if decision.action in {"await", "maybe"}:
            _lists(file, decision)
        _WRITERS[decision.site.kind](file, decision)
        if decision.site.unknown:
            message = f"{decision.site.what}: {decision.reason}; what it gives is awaited if it waits"
            file.report(
                _reported(decision),
                decision.site.rule,
                message,
                "bridged" if decision.action == "maybe_wait" else "noted",
            )
        elif decision.action in {"wait", "run", "maybe_wait"}:
            message = f"{decision.site.what} stays in synchronous code: {decision.reason}"
            file.report(_reported(decision), "FQ902", message, "bridged")
        else:
            file.report(_reported(decision), decision.site.rule, f"{decision.site.what} is awaited")


#: What binds a context, and what lets it go: each has a twin for code that no loop runs.
_BINDING = frozenset(
    f"flask.ctx.{kind}.{done}" for kind in ("AppContext", "RequestContext") for done in ("push", "pop")
)


def _reported(decision: Decision) -> ast.AST:
    node = decision.site.node
    return node.target if isinstance(node, ast.comprehension) else node


def needs_parentheses(file: PythonFile, node: ast.AST) -> bool:
    """Whether ``await node`` must stand in parentheses where ``node`` stands."""
    parent = file.parent(node)
    inside = isinstance(parent, ast.Attribute | ast.Subscript) and parent.value is node
    called = isinstance(parent, ast.Call) and parent.func is node
    power = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow) and parent.left is node
    if not (inside or called or power):
        return False
    start, end = file.place(node)
    text = file.source.text
    return (
        not (text[:start].rstrip().endswith("(") and text[end:].lstrip().startswith(")") and not called)
        or power
    )


def write_await(file: PythonFile, node: ast.AST, origin: str, around: str = "") -> None:
    """``await node``, or ``await around(node)``."""
    opened, closed = ("(", ")") if needs_parentheses(file, node) else ("", "")
    call = f"{around}(" if around else ""
    file.wrap(node, f"{opened}await {call}", (")" if around else "") + closed, origin=origin)


def _expression(file: PythonFile, decision: Decision) -> None:
    node, origin = decision.site.node, decision.site.rule
    if decision.action == "await":
        write_await(file, node, origin)
    elif decision.action == "maybe":
        write_await(file, node, origin, around=file.need("quart_app.bridge", "maybe_await"))
    elif decision.action == "run" and isinstance(node, ast.Call) and _binds(file, node):
        # What run() would bind is bound in a copy of the context, and what comes after does not see it.
        file.insert(file.place(node.func)[1], "_sync", origin="FQ902")
    else:
        name = file.need("quart_app.bridge", decision.action)
        file.wrap(node, f"{name}(", ")", origin="FQ902")


def _binds(file: PythonFile, node: ast.Call) -> bool:
    """Whether it pushes or pops a context of an application or a request."""
    return (
        isinstance(node.func, ast.Attribute)
        and bool(file.names(node.func) & _BINDING)
        and len(file.names(node.func)) == len(file.types(node.func))
    )


def _with(file: PythonFile, decision: Decision) -> None:
    node = decision.site.node
    assert isinstance(node, ast.With)
    if decision.action in {"wait", "run"}:
        name = file.need("quart_app.bridge", "sync_context")
        for item in node.items:
            if _closing(file, item.context_expr) or _enters(file, item.context_expr) == "async":
                file.wrap(item.context_expr, f"{name}(", ")", origin="FQ902", level=OUTER)
        return
    file.insert(file.source.start(node), "async ", origin=decision.site.rule)
    for item in node.items:
        if not _closing(file, item.context_expr) and not _enters(file, item.context_expr):
            name = file.need("quart_app.bridge", "async_context")
            file.wrap(item.context_expr, f"{name}(", ")", origin=decision.site.rule, level=OUTER)


def _closing(file: PythonFile, node: ast.expr) -> bool:
    """``closing(cursor)`` becomes ``async_closing(cursor)`` where ``close()`` waits."""
    if closes(file.colouring.survey, node, file.module) is None:
        return False
    assert isinstance(node, ast.Call)
    file.replace_name(node.func, file.need("quart_app.bridge", "async_closing"), origin="FQ901")
    return True


def _enters(file: PythonFile, node: ast.expr) -> str:
    if enters_asynchronously(file.project, node, file.scope(node)):
        return "async"
    for name in file.classes(node):
        api = file.project.catalog.api(name)
        if api is not None and api.entered:
            return api.entered
    return ""


def _for(file: PythonFile, decision: Decision) -> None:
    node = decision.site.node
    assert isinstance(node, ast.For)
    if decision.action in {"wait", "run"}:
        file.wrap(
            node.iter, f"{file.need('quart_app.bridge', 'sync_iter')}(", ")", origin="FQ902", level=OUTER
        )
    else:
        file.insert(file.source.start(node), "async ", origin=decision.site.rule)
        _of_either(file, decision, node.iter)


def _of_either(file: PythonFile, decision: Decision, node: ast.expr) -> None:
    """What may be a query or a list is iterated as what it is."""
    if decision.site.either:
        file.wrap(node, *_each(file, decision), origin=decision.site.rule, level=OUTER)


def _each(file: PythonFile, decision: Decision) -> tuple[str, str]:
    return (f"{file.need('quart_app.bridge', 'each')}(", ")") if decision.site.either else ("", "")


def _comprehension(file: PythonFile, decision: Decision) -> None:
    node = decision.site.node
    assert isinstance(node, ast.comprehension)
    if decision.action in {"wait", "run"}:
        file.wrap(
            node.iter, f"{file.need('quart_app.bridge', 'sync_iter')}(", ")", origin="FQ902", level=OUTER
        )
        return
    if outermost(file.module, node) is not None:
        # Evaluated before the generator begins: it stays synchronous.
        before, after = _each(file, decision)
        file.wrap(
            node.iter,
            f"[item async for item in {before}",
            f"{after}]",
            origin=decision.site.rule,
            level=OUTER,
        )
        return
    keyword = file.source.text.rindex("for", 0, file.source.start(node.target))
    file.insert(keyword, "async ", origin=decision.site.rule)
    _of_either(file, decision, node.iter)


def _collected(file: PythonFile, decision: Decision) -> None:
    node = decision.site.node
    if decision.action in {"wait", "run"}:
        file.wrap(node, f"{file.need('quart_app.bridge', 'sync_iter')}(", ")", origin="FQ902", level=OUTER)
    else:
        before, after = _each(file, decision)
        file.wrap(
            node, f"[item async for item in {before}", f"{after}]", origin=decision.site.rule, level=OUTER
        )


def _item(file: PythonFile, decision: Decision) -> None:
    """``query[1]`` becomes ``query.item(1)``, ``query[1:3]`` becomes ``query[1:3].all()``."""
    node, origin = decision.site.node, decision.site.rule
    assert isinstance(node, ast.Subscript)
    if isinstance(node.slice, ast.Slice):
        if node.slice.step is not None:
            _stepped(file, decision, node, node.slice.step)
            return
        file.insert(file.place(node)[1], ".all()", origin=origin)
    else:
        _, opened = file.place(node.value)
        opening = file.source.text.index("[", opened)
        end = file.place(node)[1]
        file.cut(opening, opening + 1, ".item(", origin=origin)
        file.cut(end - 1, end, ")", origin=origin)
    _expression(file, decision)


def _stepped(file: PythonFile, decision: Decision, node: ast.Subscript, step: ast.expr) -> None:
    """``query[1:9:2]`` becomes ``(await query[1:9].all())[::2]``, as SQLAlchemy does it."""
    assert isinstance(node.slice, ast.Slice)
    before = node.slice.upper or node.slice.lower or node.value
    _, end = file.place(before)
    if node.slice.upper is None:
        end = file.source.text.index(":", end) + 1
    waiting = (
        "(await " if decision.action == "await" else f"{file.need('quart_app.bridge', decision.action)}("
    )
    file.insert(file.place(node)[0], waiting, origin=decision.site.rule)
    file.cut(end, file.place(step)[0], "].all())[::", origin=decision.site.rule)


def _lists(file: PythonFile, decision: Decision) -> None:
    """Make lists of the generator expressions in which ``await`` is going to stand."""
    for node in made_lists(decision.site):
        if node in file.lists:
            continue
        file.lists.add(node)
        start, end = file.place(node)
        call = file.parent(node)
        assert call is not None
        shared = file.place(call)[1] == end
        file.cut(start, start + 1, "([" if shared else "[", origin=decision.site.rule)
        file.cut(end - 1, end, "])" if shared else "]", origin=decision.site.rule)


def _property(file: PythonFile, decision: Decision) -> None:
    """``project.balance`` becomes ``await project.awaitable_attrs.balance``."""
    node, origin = decision.site.node, decision.site.rule
    assert isinstance(node, ast.Attribute)
    file.insert(file.place(node)[1] - len(node.attr), "awaitable_attrs.", origin=origin)
    write_await(file, node, origin)


def _whole(file: PythonFile, decision: Decision) -> None:
    """``vars(book)`` becomes ``vars(await loaded(book))``."""
    node = decision.site.node
    write_await(file, node, decision.site.rule, around=file.need("quart_app.db.expired", "loaded"))


def _await_property(file: PythonFile, function: FunctionInfo) -> None:
    """``@property`` becomes ``@awaited_property``, whose getter is a coroutine function."""
    local = file.need("quart_app.bridge", "awaited_property")
    file.replace(function.decorators[0], local, origin="FQ904")
    file.report(function.decorators[0], "FQ904", f"the property {function.name} is awaited where it can be")


_WRITERS = {
    "item": _item,
    "call": _expression,
    "read": _expression,
    "with": _with,
    "for": _for,
    "comprehension": _comprehension,
    "collected": _collected,
    "raising": _raising,
    "property": _property,
    "whole": _whole,
}


def _run_by_command_line(file: PythonFile, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """``@async_command`` right above the function: click itself would never run a coroutine."""
    function = file.module.function_of[node]
    for decorator, name in decorator_names(file.project.types, function):
        api = file.project.catalog.api(name)
        if api is not None and api.decorates is Consumer.COMMAND and decorator in node.decorator_list:
            local = file.need("quart_app.cli", "async_command")
            indent = file.source.indent_at(node.lineno)
            text = f"@{local}{file.source.newline}{indent}"
            file.insert(file.source.start(node), text, origin="FQ130", level=-1)
            file.report(node, "FQ130", f"{function.name} runs in a loop of its own")
            return


def _adapt_decorators(file: PythonFile, function: FunctionInfo) -> None:
    """A library's decorator that knows nothing of coroutines gets a plain function that waits in the bridge."""
    opaque = list(opaque_decorators(file.project.types, function))
    for node in function.decorators:
        if node in file.gone:
            continue
        target = node.func if isinstance(node, ast.Call) else node
        names = [item.name for item in file.types(target) if isinstance(item, External)]
        apis = [file.project.catalog.api(name) for name in names]
        by_library = names and all(api is None or api.decorates in {None, Consumer.WRAPS} for api in apis)
        if by_library or node in opaque:
            local = file.need("quart_app.bridge", "sync_decorator")
            file.wrap(node, f"{local}(", ")", origin="FQ903", level=OUTER)
            file.report(
                node,
                "FQ903",
                f"{names[0] if names else ast.unparse(target)} decorates the coroutine function {function.name}",
                "bridged",
            )


def _adapt_by_hand(file: PythonFile) -> None:
    """The same for a decorator that is applied without ``@``: ``sync_decorator(limiter.limit("5/hour"))(inner)``."""
    for node in file.nodes(ast.Call):
        applied = list(by_hand.decorators(file.project.types, node, file.scope(node), with_keywords=True))
        if not applied or any(api.decorates is not Consumer.WRAPS for _, api in applied):
            continue
        coroutines = [
            item.info
            for item in file.types(node.args[0])
            if isinstance(item, FunctionRef) and file.colouring.becomes_async(item.info) and not node.keywords
        ]
        blueprint = any(name == "flask.Blueprint" for name in file.classes(node.args[0]))
        if coroutines or blueprint:
            local = file.need("quart_app.bridge", "sync_decorator")
            file.wrap(node.func, f"{local}(", ")", origin="FQ903", level=OUTER)
            what = "the views of a blueprint" if blueprint else f"the coroutine function {coroutines[0].name}"
            file.report(node, "FQ903", f"{applied[0][0].name} decorates {what}", "bridged")
