"""What the modules of the project say after the rules for single files.

The changed texts are parsed one after the other and only what is asked of them is kept: all their trees at once would be as large
as those of the project itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath

from migrate_tool.edits.spans import EditSet
from migrate_tool.files.uses import named_in_code
from migrate_tool.model import Project
from migrate_tool.model.symbols import ModuleInfo
from migrate_tool.project.trees import walk


class AfterRules:
    """Answers what the migrated modules import and name; asked when all their edits are there."""

    def __init__(self, project: Project, edits: Mapping[PurePosixPath, EditSet]) -> None:
        self._project = project
        self._edits = edits

    @property
    def imports(self) -> set[str]:
        """The top-level packages that the modules import from outside."""
        return self._found[0]

    @property
    def named(self) -> set[str]:
        """The modules that are named in texts, by their first part."""
        return self._found[1]

    def has_text(self, text: str) -> bool:
        """Whether the string ``text`` stands in a module."""
        return any(
            isinstance(node, ast.Constant) and node.value == text
            for module in self._project.modules.values()
            if text in self._text(module)
            for node in walk(self._tree(module))
        )

    @cached_property
    def _found(self) -> tuple[set[str], set[str]]:
        imports: set[str] = set()
        named: set[str] = set()
        for module in self._project.modules.values():
            tree = self._tree(module)
            changed = tree is not module.tree
            for node in _imports(tree) if changed else module.of_type(ast.Import, ast.ImportFrom):
                if isinstance(node, ast.Import):
                    imports.update(alias.name.partition(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    imports.add(node.module.partition(".")[0])
            named.update(named_in_code(tree))
        return {root for root in imports if not self._project.is_own(root)}, named

    def _text(self, module: ModuleInfo) -> str:
        edits = self._edits.get(module.path)
        return edits.render() if edits else module.source.text

    def _tree(self, module: ModuleInfo) -> ast.Module:
        """The module as it will be; as it was, where the new text would not parse."""
        if self._edits.get(module.path):
            try:
                return ast.parse(self._text(module))
            except (SyntaxError, ValueError):
                pass
        return module.tree


def _imports(tree: ast.Module) -> Iterator[ast.stmt]:
    """Every import statement; expressions, most of a tree, hold none."""
    blocks: list[list[ast.stmt]] = [tree.body]
    while blocks:
        for node in blocks.pop():
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node
                continue
            blocks.extend(getattr(node, name, []) for name in ("body", "orelse", "finalbody"))
            for name in ("handlers", "cases"):
                blocks.extend(part.body for part in getattr(node, name, ()))
