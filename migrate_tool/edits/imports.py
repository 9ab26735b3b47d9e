"""A file's imports: names that move to other modules, names that go, names that are needed.

The rules say what they want while they look at the file; ``ImportPlan.edits`` then says it in as few edits as possible.
A statement whose names all go to one module keeps its shape, comments included; else the names that leave are written
below it, with its indentation, so that it works in functions and in ``try``/``except ImportError`` blocks too.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from migrate_tool.project.source import SourceFile
from migrate_tool.project.trees import walk

from .bindings import Bindings, bound_by, local_of, module_of, target_of
from .placement import import_anchor, placed, plain_anchor
from .spans import Edit
from .statements import WIDTH, Statement, import_line


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a name comes from; ``name`` is empty for a module."""

    module: str
    name: str
    local: str

    @property
    def target(self) -> tuple[str, str]:
        return self.module, self.name

    @property
    def written(self) -> str:
        """The name with its ``as``, if it needs one."""
        imported = self.name or self.module
        return imported if imported == self.local else f"{imported} as {self.local}"


_BLANK_LINE = re.compile(r"[ \t]*(?:\r\n|\r|\n)")
_AFTER_BLANK = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)\Z")


class ImportPlan:
    """What shall become of the imports of one file. Call ``replace`` before ``need``: it frees and takes names."""

    def __init__(self, source: SourceFile, origin: str = "FQ101") -> None:
        assert source.tree is not None, "a file that can't be parsed can't be edited"
        self.source = source
        self.tree = source.tree
        self.origin = origin
        self._top: set[ast.stmt] = set(source.tree.body)
        #: What becomes of names; None: they go.
        self._fates: dict[ast.Import | ast.ImportFrom, dict[ast.alias, _Home | None]] = {}
        self._needed: list[_Home] = []

    @cached_property
    def _bindings(self) -> Bindings:
        return Bindings(self.tree)  # only files whose imports change pay for it

    # -- what rules ask for ----------------------------------------------------------------------------------

    def replace(
        self,
        node: ast.Import | ast.ImportFrom,
        mapping: Iterable[tuple[ast.alias, str | None, str]],
        *,
        keep_local: bool = False,
    ) -> dict[ast.alias, str]:
        """Let names of a statement come from elsewhere.

        Args:
            node: the statement.
            mapping: (alias, new module, new name); a module of None removes the name. For ``import x`` only the
                new module counts.
            keep_local: keep the old local name (``Quart as Flask``), for names that others import from here.

        Returns:
            For each alias that stays the local name, or dotted module, under which the file has it now. It is the
            old one if the file uses the new one for something else.
        """
        fates = self._fates.setdefault(node, {})
        locals_: dict[ast.alias, str] = {}
        for alias, module, name in mapping:
            assert alias in node.names, "an alias of another statement"
            self._forget(node, alias, fates.get(alias))
            if module is None:
                fates[alias] = None
                continue
            target = (module, "" if isinstance(node, ast.Import) else name)
            home = _Home(*target, self._local(alias, target, keep_local))
            fates[alias] = home
            locals_[alias] = home.local
            self._bindings.bind(*bound_by(target, home.local))
            if node in self._top:
                self._bindings.top_level.setdefault(target, home.local)
        return locals_

    def remove(self, node: ast.Import | ast.ImportFrom, aliases: Iterable[ast.alias]) -> None:
        """Let names go."""
        self.replace(node, [(alias, None, "") for alias in aliases])

    def need(self, module: str, name: str = "", *, local: str = "") -> str:
        """Have ``name`` of ``module`` (or the module itself) at the top of the file.

        Returns:
            The name to write: another than ``name`` if the file uses that for something else.
        """
        target = (module, name)
        known = self._bindings.top_level.get(target)
        if known is not None and self._bindings.is_free(target, known):
            return known
        wanted = local or name or module
        if not self._bindings.is_free(target, wanted):
            wanted = self._bindings.free_name(name, module)
        self._needed.append(_Home(module, name, wanted))
        self._bindings.top_level[target] = wanted
        self._bindings.bind(*bound_by(target, wanted))
        return wanted

    def _forget(self, node: ast.Import | ast.ImportFrom, alias: ast.alias, fate: _Home | None) -> None:
        target, local = (fate.target, fate.local) if fate else (target_of(node, alias), local_of(alias))
        if fate is None and alias in self._fates[node]:
            return  # it went before
        self._bindings.unbind(*bound_by(target, local))
        if node in self._top and self._bindings.top_level.get(target) == local:
            del self._bindings.top_level[target]

    def _local(self, alias: ast.alias, target: tuple[str, str], keep_local: bool) -> str:
        old = local_of(alias)
        wanted = target[1] or target[0]
        if alias.asname or (keep_local and "." not in old):
            return old
        if wanted == "*" or self._bindings.is_free(target, wanted):
            return wanted
        return old if "." not in old else self._bindings.free_name("", target[0])

    # -- what comes of it ------------------------------------------------------------------------------------

    def edits(self) -> list[Edit]:
        """The edits that bring it about; those of one statement stand or fall together."""
        edits: list[Edit] = []
        pending = list(self._needed)
        for node, fates in self._fates.items():
            if fates:
                edits.extend(self._changed(node, fates, pending))
        for statement in self.tree.body:
            if isinstance(statement, ast.ImportFrom) and not self._fates.get(statement):
                edits.extend(
                    self._append(
                        Statement(self.source, statement), module_of(statement), statement.names, pending
                    )
                )
        first = plain_anchor(self.source)
        if first is not None:
            modules = sorted(f"import {home.written}" for home in pending if not home.name)
            pending = [home for home in pending if home.name]
            if modules:
                at = self.source.line_starts[first.lineno - 1]
                edits.append(self._edit(at, at, "".join(line + self.source.newline for line in modules)))
        if pending:
            edits.append(self._new_imports(pending))
        return edits

    def _edit(self, start: int, end: int, text: str, group: Hashable = None) -> Edit:
        return Edit(start, end, (text,) if text else (), 0, self.origin, group)

    def _changed(
        self, node: ast.Import | ast.ImportFrom, fates: dict[ast.alias, _Home | None], pending: list[_Home]
    ) -> Iterator[Edit]:
        statement = Statement(self.source, node)
        group = ("import", str(self.source.path), node.lineno, node.col_offset)
        if all(alias in fates and fates[alias] is None for alias in node.names):
            yield from self._delete(statement, bool(pending), group)
            return
        home = _takes_over(node, fates)
        if isinstance(node, ast.ImportFrom) and home != module_of(node):
            yield self._edit(*statement.module_edit(home), group)
        staying = [alias for alias in node.names if _stays(node, fates, alias, home)]
        for alias in staying:
            fate = fates.get(alias)
            if fate is not None:
                start, end = statement.name_span(alias)
                written = (fate.name or fate.module) if alias.asname else fate.written
                if self.source.text[start:end] != written:
                    yield self._edit(start, end, written, group)
        gone = [alias for alias in node.names if alias not in staying]
        for start, end in statement.cuts(set(gone)):
            yield self._edit(start, end, "", group)
        yield from self._below(statement, [(alias, fate) for alias in gone if (fate := fates[alias])], group)
        if isinstance(node, ast.ImportFrom):
            yield from self._append(statement, home, staying, pending, group)

    def _below(
        self, statement: Statement, moved: list[tuple[ast.alias, _Home]], group: Hashable
    ) -> Iterator[Edit]:
        """The names that left, in statements of their own."""
        newline = self.source.newline
        lines = []
        for module in sorted({home.module for _, home in moved}):
            own = [(alias, home) for alias, home in moved if home.module == module]
            line = import_line(
                module, [h.written for _, h in own], statement.indent, newline if statement.alone else None
            )
            comments = [statement.comment_of(alias) for alias, _ in own] if statement.alone else []
            lines.append("  ".join([line, *dict.fromkeys(filter(None, comments))]))
        if lines and statement.alone:
            at = self.source.line_end(statement.node.end_lineno or statement.node.lineno)
            yield self._edit(at, at, "".join(f"{newline}{statement.indent}{line}" for line in lines), group)
        elif lines:
            yield self._edit(statement.end, statement.end, "".join(f"; {line}" for line in lines), group)

    def _delete(self, statement: Statement, makes_room: bool, group: Hashable) -> Iterator[Edit]:
        block = next(block for block in _blocks(self.tree) if statement.node in block)
        emptied = block is not self.tree.body and all(map(self._goes, block))
        if statement.alone and not (emptied and statement.node is block[0]):
            start, end = statement.whole_line()
            # The import that opened a file or a group of imports leaves no second blank line behind.
            blank = _BLANK_LINE.match(self.source.text, end)
            # New imports come in its place.
            modules = any(not home.name for home in self._needed)
            taken = makes_room and (
                statement.node is import_anchor(self.tree)
                or (modules and statement.node is plain_anchor(self.source))
            )
            if (
                blank is not None
                and not taken
                and (not self.source.text[:start].strip() or _AFTER_BLANK.search(self.source.text, 0, start))
            ):
                end = blank.end()
            yield self._edit(start, end, "", group)
        else:
            yield self._edit(statement.start, statement.end, "pass", group)

    def _goes(self, statement: ast.stmt) -> bool:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            return False
        fates = self._fates.get(statement, {})
        return all(alias in fates and fates[alias] is None for alias in statement.names)

    # -- new imports -----------------------------------------------------------------------------------------

    def _append(
        self,
        statement: Statement,
        module: str,
        staying: list[ast.alias],
        pending: list[_Home],
        group: Hashable = None,
    ) -> Iterator[Edit]:
        """Add what is needed from ``module`` to a top-level statement that imports from it anyway."""
        wanted = [home for home in pending if home.name and home.module == module]
        last = staying[-1]
        if (
            not wanted
            or statement.node not in self._top
            or last.name == "*"
            or statement.has_tail_comment(last)
        ):
            return
        if statement.node.names[-1] is not last:
            return
        end = statement.spans[last][1]
        one_per_line = statement.parenthesised and last.lineno != statement.node.lineno
        separator = f",{self.source.newline}{self.source.indent_at(last.lineno)}" if one_per_line else ", "
        text = "".join(separator + home.written for home in wanted)
        if not one_per_line and end - self.source.line_starts[last.lineno - 1] + len(text) > WIDTH:
            return
        pending[:] = [home for home in pending if home not in wanted]
        yield self._edit(end, end, text, group)

    def _new_imports(self, pending: list[_Home]) -> Edit:
        newline = self.source.newline
        lines = sorted(f"import {home.written}" for home in pending if not home.name)
        for module in sorted({home.module for home in pending if home.name}):
            names = sorted(home.written for home in pending if home.name and home.module == module)
            lines.append(import_line(module, names, "", newline))
        return self._edit(*placed(self.source, newline.join(lines)))


def _takes_over(node: ast.Import | ast.ImportFrom, fates: dict[ast.alias, _Home | None]) -> str:
    """The module that keeps the statement: the old one while a name stays there, else the one that gets the most."""
    if isinstance(node, ast.Import):
        return ""
    if any(alias not in fates for alias in node.names):
        return module_of(node)
    counts = Counter(home.module for home in fates.values() if home is not None)
    return min(counts, key=lambda module: (-counts[module], module))


def _stays(node: ast.stmt, fates: dict[ast.alias, _Home | None], alias: ast.alias, module: str) -> bool:
    if alias not in fates:
        return True
    home = fates[alias]
    return home is not None and (isinstance(node, ast.Import) or home.module == module)


def _blocks(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield block
