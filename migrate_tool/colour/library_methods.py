"""Methods that a library calls on the project's classes, where the catalogue does not know the library's class.

``class Grant(library.Grant)``: what its methods override, the library calls, and it awaits nothing. Nobody can look into a library
that is not described; what says that a method is the library's is that the project itself never calls it, or that it calls
``super()`` for it where only the library can have it.
"""

from __future__ import annotations

import ast

from migrate_tool.model import ancestry
from migrate_tool.model.symbols import ClassInfo, FunctionInfo
from migrate_tool.project.trees import walk

from .sites import Survey, Use

#: Classes to derive from that call no method of their own accord, by what their qualified names begin with.
_SILENT = (
    "abc.",
    "builtins.",
    "collections.",
    "dataclasses.",
    "enum.",
    "types.",
    "typing.",
    "typing_extensions.",
    "quart_app.",
)


def library_caller(survey: Survey, function: FunctionInfo, group: list[FunctionInfo]) -> str | None:
    """The library's class that may call ``function``, a method of the project, and does not await it.

    Args:
        survey: What the project calls.
        function: A method.
        group: It, and the methods that override it or that it overrides.

    Returns:
        The qualified name of the class; ``None`` if there is none, or the project calls the method itself.
    """
    if function.name.startswith("test"):
        return None
    for item in group:
        base = _unknown_base(survey, item)
        if base is None:
            continue
        if item.name == "__call__" or _asks_above(survey, item) or not _is_called(survey, group):
            return base
    return None


def _unknown_base(survey: Survey, function: FunctionInfo) -> str | None:
    if function.cls is None:
        return None
    types = survey.project.types
    # A mixin has no library class above it; what it is mixed with may be one.
    for cls in (function.cls, *ancestry.subclasses(types, function.cls)):
        for base in ancestry.lineage(types, cls):
            if isinstance(base, str) and not base.startswith(_SILENT) and not _is_described(survey, base):
                return base
    return None


def _is_described(survey: Survey, base: str) -> bool:
    """Whether the catalogue says more of the class than where it has moved."""
    api = survey.project.catalog.api(base)
    if api is None:
        return False
    moved = api.becomes if api.rule == "FQ110" else ""
    return not moved or moved == base or _is_described(survey, moved)


def _is_called(survey: Survey, group: list[FunctionInfo]) -> bool:
    """Whether the project itself calls one of these methods, or hands it on to be called; its tests are not asked."""
    return any(
        not _is_test(module.path.name) and not _is_super(call, item.name)
        for item in group
        for call, module in survey.calls.get(item, ())
    ) or any(_is_argument(use) for item in group for use in survey.uses.get(item, ()))


def _is_argument(use: Use) -> bool:
    """Whether a method is handed to a call: what that does with it is asked elsewhere. Kept, it is the library's."""
    return not _is_test(use.module.path.name) and isinstance(
        use.module.parents.get(use.node), ast.Call | ast.keyword
    )


def _is_test(name: str) -> bool:
    return name.startswith(("test_", "conftest")) or name.endswith("_test.py")


def _is_super(call: ast.Call, name: str) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == name
        and isinstance(call.func.value, ast.Call)
        and isinstance(call.func.value.func, ast.Name)
        and call.func.value.func.id == "super"
    )


def _asks_above(survey: Survey, function: FunctionInfo) -> bool:
    """Whether ``super().method()`` is asked of a class of the project's that inherits the method from a library."""
    if function.cls is None:
        return False
    above = ancestry.lineage(survey.project.types, function.cls)[1:]
    if any(isinstance(base, ClassInfo) and function.name in base.methods for base in above):
        return False
    return any(isinstance(node, ast.Call) and _is_super(node, function.name) for node in walk(function.node))
