"""Writes a plan into the program: parameters along the chains, values where the work is started."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from migrate_tool.catalog import catalog
from migrate_tool.edits.imports import ImportPlan
from migrate_tool.edits.spans import Edit, EditSet
from migrate_tool.model.symbols import FunctionInfo, Imported, ModuleInfo

from .chains import Plan
from .needs import BOUND, SENTINEL, Need
from .starts import Start

_RULE = "FQ402"
_IMPORTS = 90


class Writer:
    """Collects the edits of all files; line numbers stay as far as possible."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.edits: dict[ModuleInfo, EditSet] = {}
        self._imports: dict[ModuleInfo, ImportPlan] = {}

    def write(self) -> dict[ModuleInfo, str]:
        """The new text of every file that changes."""
        for function in self.plan.parameters:
            self._signature(function)
        for edge in self.plan.edges:
            names, given = self.plan.parameters[edge.callee], self.plan.parameters[edge.caller]
            self._arguments(
                edge.module,
                edge.node,
                [f"{names[value]}={given[value]}" for value in names if value in given],
            )
        for start, chains in self.plan.passing.items():
            self._start(start, list(chains))
        reads: dict[FunctionInfo, list[Need]] = {}
        for need, name in self.plan.replaced.items():
            reads.setdefault(need.function, []).append(need)
            self._edit(need.function.module, *need.function.module.source.span(need.node), name)
        for function, found in reads.items():
            if function in self.plan.both_ways:
                self._fallback(function, found)
        for module, imports in self._imports.items():
            self._set(module).update(replace(edit, level=_IMPORTS) for edit in imports.edits())
        return {module: edits.render() for module, edits in self.edits.items()}

    # -- pieces -------------------------------------------------------------------------------------------------

    def _set(self, module: ModuleInfo) -> EditSet:
        return self.edits.setdefault(module, EditSet(module.source.text))

    def _edit(self, module: ModuleInfo, start: int, end: int, text: str, level: int = 0) -> None:
        self._set(module).add(Edit(start, end, (text,), level, _RULE))

    def _need(self, module: ModuleInfo, home: str, name: str) -> str:
        imports = self._imports.setdefault(module, ImportPlan(module.source))
        return _imported(module, f"{home}.{name}") or imports.need(home, name)

    def _signature(self, function: FunctionInfo) -> None:
        node, module = function.node, function.module
        assert not isinstance(node, ast.Lambda)
        names = list(self.plan.parameters[function].values())
        if function in self.plan.both_ways:
            sentinel = self._need(module, "quart_app.tasks", SENTINEL)
            names = [f"{name}={sentinel}" for name in names]
        text = ", ".join(names)
        source, args = module.source, node.args
        before: list[ast.arg | ast.expr] = [*args.args, *args.defaults, *args.kwonlyargs]
        before += [item for item in args.kw_defaults if item is not None]
        if args.vararg is not None:
            before.append(args.vararg)
        if args.vararg is None and not args.kwonlyargs:
            text = f"*, {text}"
        if before:
            end = max(source.span(item)[1] for item in before)
            self._edit(module, end, end, f", {text}")
        else:
            opening = source.text.index("(", source.text.index(function.name, source.start(node)))
            self._edit(module, opening + 1, opening + 1, text + (", " if args.kwarg is not None else ""))

    def _arguments(self, module: ModuleInfo, node: ast.Call, given: list[str]) -> None:
        if not given:
            return
        text = ", ".join(given)
        items: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        _, end = module.source.span(node)
        if items:
            last = max(module.source.span(item)[1] for item in items)
            self._edit(module, last, last, f", {text}")
        else:
            self._edit(module, end - 1, end - 1, text)

    def _start(self, start: Start, values: list[str]) -> None:
        names = self.plan.parameters[start.target]
        pairs = [(names[value], self._local(start.module, value)) for value in values]
        if start.passing == "keyword":
            self._arguments(start.module, start.node, [f"{name}={value}" for name, value in pairs])
            return
        entries = ", ".join(f'"{name}": {value}' for name, value in pairs)
        mapping = next((keyword.value for keyword in start.node.keywords if keyword.arg == "kwargs"), None)
        if mapping is None:
            self._arguments(start.module, start.node, [f"kwargs={{{entries}}}"])
            return
        begin, end = start.module.source.span(mapping)
        if isinstance(mapping, ast.Dict) and mapping.values:
            last = start.module.source.span(mapping.values[-1])[1]
            self._edit(start.module, last, last, f", {entries}")
        elif isinstance(mapping, ast.Dict) or (isinstance(mapping, ast.Constant) and mapping.value is None):
            self._edit(start.module, begin, end, f"{{{entries}}}")
        else:
            text = start.module.source.text[begin:end]
            self._edit(start.module, begin, end, f"{{**({text} or {{}}), {entries}}}")

    def _local(self, module: ModuleInfo, value: str) -> str:
        """The value with the names that the file has for what it reads."""
        for home, name in BOUND.values():
            if re.search(rf"(?<![\w.\"']){name}\b", value):
                local = self._need(module, home, name)
                value = re.sub(rf"(?<![\w.\"']){name}\b", local, value)
        return value

    def _fallback(self, function: FunctionInfo, found: list[Need]) -> None:
        """Where nobody passed a value, the function is in a request and reads it there, as before."""
        module = function.module
        names = {
            self.plan.replaced[need]: module.source.text[slice(*module.source.span(need.node))]
            for need in found
        }
        place = self._place(function, found)
        indent = module.source.indent_at(place.lineno)
        deeper = indent + ("\t" if indent.startswith("\t") else "    ")
        newline = module.source.newline
        sentinel = self._need(module, "quart_app.tasks", SENTINEL)
        block = (
            f"{indent}if {next(iter(names))} is {sentinel}:{newline}"
            f"{deeper}{', '.join(names)} = {', '.join(' '.join(text.split()) for text in names.values())}{newline}"
        )
        at = module.source.line_starts[place.lineno - 1]
        self._edit(module, at, at, block, level=95)

    def _place(self, function: FunctionInfo, found: list[Need]) -> ast.stmt:
        statements = {function.module.statement_of(need.node) for need in found}
        if len(statements) == 1:
            (one,) = statements
            while not self._opens_line(function.module, one):
                parent = function.module.parents[one]
                assert isinstance(parent, ast.stmt)
                one = parent
            return one
        first = min(found, key=lambda need: function.module.source.span(need.node))
        current: ast.AST = function.module.statement_of(first.node)
        while function.module.parents[current] is not function.node:
            current = function.module.parents[current]
        assert isinstance(current, ast.stmt)
        return current

    def _opens_line(self, module: ModuleInfo, statement: ast.stmt) -> bool:
        start = module.source.start(statement)
        return not module.source.text[
            module.source.line_starts[statement.lineno - 1] : start
        ].strip() and not (module.source.text.startswith("elif", start))


def _imported(module: ModuleInfo, full: str) -> str | None:
    """The name by which ``module`` has a library's thing already, whichever of its names it was imported by."""
    known = catalog()
    for local, bindings in module.scope.bindings.items():
        for item in bindings if len(bindings) == 1 else ():
            if (
                isinstance(item, Imported)
                and item.name is not None
                and isinstance(item.statement, ast.ImportFrom)
                and not item.statement.level
                and known.known_as(f"{item.module}.{item.name}") == known.known_as(full)
            ):
                return local
    return None
