"""What a rule sees of one Python file: its nodes, what they mean, and the ways to change them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar, cast

from migrate_tool.colour import Colouring
from migrate_tool.edits.imports import ImportPlan
from migrate_tool.edits.spans import Edit, EditSet, Span
from migrate_tool.model import Project
from migrate_tool.model.ancestry import lineage
from migrate_tool.model.members import values
from migrate_tool.model.symbols import ClassInfo, FunctionInfo, Imported, ModuleInfo, Scope
from migrate_tool.model.types import Instance, Types
from migrate_tool.project.source import Located
from migrate_tool.project.trees import walk
from migrate_tool.report.findings import Action, Finding

from .registry import rule

if TYPE_CHECKING:
    from migrate_tool.project.discovery import Repository

Node = TypeVar("Node", bound=ast.AST)

#: Levels of edits on one stretch, inside out: changed names and arguments, then what wraps the expression.
#: Whole lines (imports, statements) stand before anything that begins where they are put.
INNER, WRAP, OUTER, IMPORTS, LINES = 0, 50, 80, 90, 95


class PythonFile:
    """One module under migration."""

    def __init__(
        self,
        project: Project,
        colouring: Colouring,
        module: ModuleInfo,
        repository: Repository | None = None,
    ) -> None:
        self.project = project
        #: What else is in the project's folder; None where only modules were given.
        self.repository = repository
        self.colouring = colouring
        self.module = module
        self.source = module.source
        self.edits = EditSet(module.source.text)
        self.imports = ImportPlan(module.source)
        self.findings: list[Finding] = []
        self.lines_marked: set[tuple[int, str]] = set()
        #: Generator expressions that became lists, so that they may await.
        self.lists: set[ast.GeneratorExp] = set()
        #: Names that another name took the place of; an import that only served them goes.
        self.replaced: set[ast.Name] = set()
        #: Nodes of code that an earlier rule takes away: nothing else is done about them.
        self.gone: set[ast.AST] = set()

    # -- looking -------------------------------------------------------------------------------------------

    def nodes(self, kind: type[Node]) -> Iterator[Node]:
        """Every node of exactly this type."""
        for node in cast(list[Node], self.module.nodes.get(kind, [])):
            if node not in self.gone:
                yield node

    def named(self, name: str) -> Iterator[ast.Name]:
        """Every place where ``name`` stands."""
        return (node for node in self.module.named(name) if node not in self.gone)

    def functions(self) -> Iterator[FunctionInfo]:
        """Every function of the file."""
        yield from self.module.functions

    def scope(self, node: ast.AST) -> Scope:
        """The scope in which ``node`` is evaluated."""
        return self.module.scopes[node]

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around ``node``."""
        return self.module.parents.get(node)

    def types(self, node: ast.expr) -> Types:
        """What ``node`` can be."""
        return self.project.types.types(node, self.scope(node))

    def names(self, node: ast.expr) -> frozenset[str]:
        """The qualified names of a library's things that ``node`` can be."""
        return self.project.types.library_names(self.types(node))

    def classes(self, node: ast.expr) -> set[str]:
        """The library classes, ancestors included, that ``node`` can be an instance of."""
        found: set[str] = set()
        for item in values(self.project.types, self.types(node)):
            if isinstance(item, Instance) and isinstance(item.of, str):
                found |= {item.of, *self.project.catalog.ancestors(item.of)}
            elif isinstance(item, Instance) and isinstance(item.of, ClassInfo):
                found |= {base for base in lineage(self.project.types, item.of) if isinstance(base, str)}
        return found

    def is_async(self, node: ast.AST) -> bool:
        """Whether ``await`` may stand at ``node`` after the migration."""
        return self.colouring.owner_is_async(self.scope(node))

    def segment(self, node: ast.AST) -> str:
        """The node's text as it is now."""
        start, end = self.place(node)
        return self.source.text[start:end]

    # -- changing ------------------------------------------------------------------------------------------

    def place(self, node: ast.AST) -> tuple[int, int]:
        """Where the node begins and ends in the text."""
        return self.source.span(cast(Located, node))

    def span(self, node: ast.AST) -> Span:
        """The node's stretch, to be kept with the edits inside it."""
        return Span(*self.place(node))

    def replace(self, node: ast.AST, *parts: str | Span, origin: str, level: int = INNER) -> None:
        """Replace a node by new text and kept stretches."""
        start, end = self.place(node)
        self.edits.add(Edit(start, end, parts, level, origin))

    def wrap(self, node: ast.AST, before: str, after: str = "", *, origin: str, level: int = WRAP) -> None:
        """Put text around a node."""
        self.replace(node, before, self.span(node), after, origin=origin, level=level)

    def insert(self, offset: int, text: str, *, origin: str, level: int = INNER) -> None:
        """Insert text at an offset."""
        self.edits.add(Edit(offset, offset, (text,), level, origin))

    def cut(self, start: int, end: int, *parts: str | Span, origin: str, level: int = INNER) -> None:
        """Replace a stretch that is no node."""
        self.edits.add(Edit(start, end, parts, level, origin))

    def anchor(self, node: ast.AST) -> ast.stmt:
        """The statement before which a line can be put so that it runs before ``node``: no ``elif`` is one."""
        statement = self.module.statement_of(node)
        while isinstance(statement, ast.If) and self.source.text.startswith("elif", self.place(statement)[0]):
            parent = self.parent(statement)
            assert isinstance(parent, ast.stmt)
            statement = parent
        return statement

    def insert_before_statement(self, node: ast.AST, text: str, *, origin: str) -> None:
        """Insert whole lines before the statement that ``node`` is part of, with its indentation."""
        statement = self.anchor(node)
        line = _first_line(statement)
        start = self.source.offset(line, 0)
        position = self.source.start(statement) if line == statement.lineno else None
        indent = self.source.indent_at(line)
        newline = self.source.newline
        if position is not None and self.source.text[start:position].strip() and not text.startswith("#"):
            # ``if x: y``: the statement shares its line; a line above would be outside of its block (a comment may be).
            self.insert(position, "; ".join(text.split("\n")) + "; ", origin=origin, level=INNER)
            return
        block = "".join(f"{indent}{part}{newline}" for part in text.split("\n"))
        self.insert(start, block, origin=origin, level=LINES)

    def need(self, module: str, name: str) -> str:
        """The local name of ``module.name``, imported if it is not yet."""
        return self.imports.need(module, name)

    def replace_name(self, node: ast.expr, new: str, *, origin: str) -> None:
        """Put another name where ``node`` named something imported; the import goes if nothing else needs it."""
        self.replaced.update(item for item in walk(node) if isinstance(item, ast.Name))
        self.replace(node, new, origin=origin)

    def drop_imports(self) -> None:
        """Remove the imports whose every use was replaced."""
        if not self.replaced:
            return
        bound: dict[Imported, list[ast.Name]] = {}
        for node in self.nodes(ast.Name):
            for bindings in self.project.types.bindings(node.id, self.scope(node)):
                for item in bindings:
                    if isinstance(item, Imported):
                        bound.setdefault(item, []).append(node)
        for item, names in bound.items():
            local = item.alias.asname or item.alias.name
            if self.replaced.issuperset(names) and (self.module, local) not in self.project.exports:
                self.imports.remove(item.statement, [item.alias])

    # -- saying ------------------------------------------------------------------------------------------------

    def report(
        self, node: ast.AST, code: str, message: str, action: Action = "rewritten", hint: str = ""
    ) -> None:
        """Record what was found or done at ``node``."""
        known = rule(code)
        start, _ = self.place(node)
        line = self.source.line_of(start)
        column = start - self.source.offset(line, 0)
        self.findings.append(
            Finding(
                code,
                known.name,
                known.safety.value,
                str(self.module.path),
                line,
                column,
                message,
                action,
                hint,
            )
        )

    def mark(self, node: ast.AST, code: str, what_to_do: str) -> None:
        """Leave a mark above the statement for a human, once per line and rule."""
        statement = self.module.statement_of(node)
        key = (statement.lineno, code)
        if key in self.lines_marked or self.is_marked(statement, code):
            return
        self.lines_marked.add(key)
        self.insert_before_statement(node, f"# migrate: {code} {what_to_do}", origin=code)
        self.report(node, code, what_to_do, "marked")

    def is_marked(self, statement: ast.stmt, code: str) -> bool:
        """Whether the lines above ``statement`` carry the mark already, or say that it is accepted."""
        lines = self.source.text.splitlines()
        index = _first_line(self.anchor(statement)) - 2
        while 0 <= index < len(lines) and lines[index].lstrip().startswith("#"):
            if f"migrate: {code} " in lines[index] or f"migrate: ignore {code}" in lines[index]:
                return True
            index -= 1
        return False


def _first_line(statement: ast.stmt) -> int:
    """The line of ``statement``, or of the first of its decorators."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return min([statement.lineno, *(node.lineno for node in statement.decorator_list)])
    return statement.lineno


def argument(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """The argument given by keyword ``name`` or at ``position``."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is not None and position < len(call.args):
        found = call.args[position]
        return None if any(isinstance(item, ast.Starred) for item in call.args[: position + 1]) else found
    return None
