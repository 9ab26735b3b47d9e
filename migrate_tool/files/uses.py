"""Which distributions a project uses itself, told by what its files import and name."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator

from packaging.utils import canonicalize_name

from migrate_tool.catalog.distributions import PROVIDES
from migrate_tool.catalog.frozen import DRIVERS, MODULES, NAMESPACES
from migrate_tool.project.trees import walk

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_URL = re.compile(r"\b([a-z][a-z0-9]*)(?:\+([a-z][a-z0-9_]*))?://")
_IMPORT = re.compile(r"(?m)^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)")
#: Functions that take the name of a module.
_IMPORTERS = {"import_module", "__import__", "importorskip", "find_spec"}
#: A shorter name is part of too many others.
_TELLING = 4


class Uses:
    """Says of a distribution whether the project uses it itself.

    A distribution nobody here knows counts as used if its name and the name of an imported module are one in the other
    (``PyGithub`` and ``github``): keeping a pin too many is what happened before.
    """

    def __init__(self, imported: Iterable[str], named: Iterable[str], listed: Iterable[str]) -> None:
        """Ask for what is used.

        Args:
            imported: The top-level modules that the project imports.
            named: Those that it only names in texts, which may be anything: they count where a name is the same.
            listed: The distributions that it asks for.
        """
        self.modules = {*imported, *named} - sys.stdlib_module_names
        squashed = {_squashed(module): module for module in self.modules}
        known = {canonicalize_name(name) for name in listed}
        explained = {module for name in known for module in MODULES.get(name, ())}
        explained |= {squashed[form] for name in known for form in _forms(name) if form in squashed}
        explained |= PROVIDES.keys() | (self.modules - set(imported))
        self._unexplained = [
            form
            for form, module in squashed.items()
            if module not in explained and module not in NAMESPACES and len(form) >= _TELLING
        ]
        self._squashed = set(squashed)

    def __call__(self, name: str) -> bool:
        """Whether a distribution, by its normalised name, is used."""
        if name in MODULES:
            return not self.modules.isdisjoint(MODULES[name])
        if not self._squashed.isdisjoint(_forms(name)):
            return True
        if name.partition("-")[0] in NAMESPACES & self.modules:
            return True
        own = _squashed(name)
        return any(form in own or own in form for form in self._unexplained)


def _forms(name: str) -> set[str]:
    """What one may import of a distribution, by its name alone: without hyphens, without what says that it is Python's."""
    own = _squashed(name)
    short = re.sub(r"^python3?-|^py-|-(?:python|py|binary)3?$", "", name)
    return {own, _squashed(short), _squashed(name.removeprefix("py"))} - {""}


def _squashed(name: str) -> str:
    return re.sub(r"[-_.]", "", name).lower()


def named_in_code(tree: ast.Module) -> Iterator[str]:
    """The modules that a file names in texts (``"package.module.Class"``, ``import_module("x")``), by their first part."""
    for node in walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _DOTTED.fullmatch(node.value):
                yield node.value.partition(".")[0]
        elif isinstance(node, ast.Call) and node.args:
            function = node.func
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            first = node.args[0]
            if called in _IMPORTERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value.partition(".")[0]


def imported_by_text(text: str) -> set[str]:
    """The modules that a file imports which can't be parsed."""
    return set(_IMPORT.findall(text))


def drivers_in(text: str) -> set[str]:
    """The distributions that the URLs of a text ask for."""
    found: set[str] = set()
    for dialect, driver in _URL.findall(text):
        found.update(DRIVERS.get(dialect, ()))
        if driver:
            found.add(canonicalize_name(driver))
    return found


__all__ = ["Uses", "drivers_in", "imported_by_text", "named_in_code"]
