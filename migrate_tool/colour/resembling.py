"""What an unknown object could be, where it is called by a name that lists, dictionaries, texts and files have as well.

``folder.get(name)``: nearly every such call is a dictionary's. It is one of a class of the project, as far as can be seen, if no
dictionary can be called so (``folder.get(name, deep=True)``, ``folder.remove()``), if the object is named after the class, or if the code
around asks it for what only the class has.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from migrate_tool.model import ancestry
from migrate_tool.model.spelling import last_name
from migrate_tool.model.symbols import ClassInfo, FunctionInfo, ModuleInfo
from migrate_tool.project.trees import walk

from .sites import Survey

#: By the names that built-in objects and those of the standard library have: the fewest and most arguments there, and the keywords.
_BUILT_IN: dict[str, tuple[int, int, frozenset[str]]] = {
    "add": (1, 1, frozenset()),
    "append": (1, 1, frozenset()),
    "clear": (0, 0, frozenset()),
    "close": (0, 0, frozenset()),
    "copy": (0, 0, frozenset()),
    "count": (1, 3, frozenset()),
    "discard": (1, 1, frozenset()),
    "extend": (1, 1, frozenset()),
    "find": (1, 3, frozenset()),
    "flush": (0, 0, frozenset()),
    "get": (0, 2, frozenset({"block", "default", "timeout", "type"})),
    "index": (1, 3, frozenset()),
    "insert": (2, 2, frozenset()),
    "items": (0, 0, frozenset({"multi"})),
    "join": (0, 1, frozenset({"timeout"})),
    "keys": (0, 0, frozenset()),
    "pop": (0, 2, frozenset({"default"})),
    "read": (0, 1, frozenset({"size"})),
    "remove": (1, 1, frozenset()),
    "search": (1, 3, frozenset()),
    "setdefault": (1, 2, frozenset()),
    "values": (0, 0, frozenset()),
    "write": (1, 1, frozenset()),
}


class Resembling:
    """Compares unknown objects with the project's classes."""

    def __init__(self, found: Survey, waiting: Iterable[FunctionInfo], of_anything: frozenset[str]) -> None:
        """Take the project's functions that are asynchronous after the migration, and the names that anything has."""
        self._types = found.project.types
        self._of_anything = of_anything
        self._methods: dict[str, list[FunctionInfo]] = {}
        for function in waiting:
            if (
                function.cls is not None
                and function.name in of_anything
                and not function.name.startswith("__")
            ):
                self._methods.setdefault(function.name, []).append(function)
        self._members: dict[ClassInfo, frozenset[str] | None] = {}
        self._asked: dict[FunctionInfo, dict[str, set[str]]] = {}

    def names(self) -> frozenset[str]:
        """The names that wait on objects of the project, and that anything has."""
        return frozenset(self._methods)

    def is_one(self, call: ast.Call, module: ModuleInfo) -> bool:
        """Whether ``call`` may well be one of a method of the project."""
        assert isinstance(call.func, ast.Attribute)
        fitting = [method for method in self._methods.get(call.func.attr, ()) if _fits(method, call)]
        if not fitting:
            return False
        if not is_built_in(call):
            return True
        return any(self._looks_like(call.func.value, method, module) for method in fitting)

    def _looks_like(self, receiver: ast.expr, method: FunctionInfo, module: ModuleInfo) -> bool:
        cls = method.cls
        assert cls is not None
        if _squeezed_name(receiver) == cls.name.lower():
            return True
        asked = self._asked_of(receiver, module) - self._of_anything
        members = self._all_members(cls)
        return bool(asked) and members is not None and asked <= members

    def _asked_of(self, receiver: ast.expr, module: ModuleInfo) -> set[str]:
        """The attributes for which the function around asks the object."""
        owner = module.scopes[receiver].owner()
        if owner is None or not isinstance(receiver, ast.Name | ast.Attribute):
            return set()
        known = self._asked.get(owner)
        if known is None:
            known = self._asked[owner] = {}
            for node in walk(owner.node):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                    known.setdefault(ast.unparse(node.value), set()).add(node.attr)
        return known.get(ast.unparse(receiver), set())

    def _all_members(self, cls: ClassInfo) -> frozenset[str] | None:
        """What objects of ``cls`` have of the project; None if nothing but what anything has."""
        if cls not in self._members:
            found = set()
            for base in ancestry.lineage(self._types, cls):
                if isinstance(base, ClassInfo):
                    found |= {*base.methods, *base.attributes, *base.scope.bindings}
            self._members[cls] = frozenset(found) if found - self._of_anything else None
        return self._members[cls]


def _squeezed_name(node: ast.expr) -> str:
    return last_name(node).replace("_", "").lower()


def is_built_in(call: ast.Call) -> bool:
    """Whether an object that is built in, or one of the standard library, could be called so."""
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr not in _BUILT_IN or _is_spread(call):
        return True
    least, most, keywords = _BUILT_IN[call.func.attr]
    named = {keyword.arg for keyword in call.keywords}
    return least <= len(call.args) + len(named) and len(call.args) <= most and named <= keywords


def _is_spread(call: ast.Call) -> bool:
    return any(isinstance(item, ast.Starred) for item in call.args) or any(
        keyword.arg is None for keyword in call.keywords
    )


def _fits(method: FunctionInfo, call: ast.Call) -> bool:
    """Whether ``method`` takes the arguments of ``call``."""
    if _is_spread(call) or isinstance(method.node, ast.Lambda):
        return False
    args = method.node.args
    positional = [item.arg for item in (*args.posonlyargs, *args.args)][1:]
    named = {keyword.arg for keyword in call.keywords}
    if len(call.args) > len(positional) and args.vararg is None:
        return False
    known = {*positional, *(item.arg for item in args.kwonlyargs)}
    if args.kwarg is None and not named <= known:
        return False
    needed = positional[: len(positional) - len(args.defaults)]
    return {*needed[len(call.args) :]} <= named
