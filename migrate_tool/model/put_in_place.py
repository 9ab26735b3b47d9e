"""Modules that code puts under another name: ``sys.modules["shop"] = till``, which ``import shop`` then gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from .symbols import Imported, ModuleInfo


def put_in_place(
    modules: Mapping[PurePosixPath, ModuleInfo], by_name: Mapping[str, ModuleInfo]
) -> Iterator[tuple[str, ModuleInfo]]:
    """Every name that no file has, with the module of the project that is put under it.

    Args:
        modules: The project's modules by path.
        by_name: The same by their names.
    """
    for module in modules.values():
        for node in module.of_type(ast.Assign):
            assert isinstance(node, ast.Assign)
            meant = _meant(module, node.value, by_name)
            for target in node.targets:
                name = _name(module, target)
                if meant is not None and name is not None and name not in by_name:
                    yield name, meant


def _name(module: ModuleInfo, target: ast.expr) -> str | None:
    """The name in ``sys.modules["name"]``; None for any other target."""
    if not (isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant)):
        return None
    of, name = target.value, target.slice.value
    names_all = (
        isinstance(of, ast.Attribute)
        and of.attr == "modules"
        and isinstance(of.value, ast.Name)
        and any(item.module == "sys" for item in _imported(module, of.value.id))
    )
    return name if names_all and isinstance(name, str) else None


def _meant(module: ModuleInfo, value: ast.expr, by_name: Mapping[str, ModuleInfo]) -> ModuleInfo | None:
    """The module of the project that an imported name, or ``sys.modules[__name__]``, is."""
    if (
        isinstance(value, ast.Subscript)
        and ast.unparse(value.value) == "sys.modules"
        and isinstance(value.slice, ast.Name)
        and value.slice.id == "__name__"
    ):
        return module
    dotted = ast.unparse(value) if isinstance(value, ast.Name | ast.Attribute) else ""
    root, _, rest = dotted.partition(".")
    for item in _imported(module, root):
        if item.name is not None:
            base = f"{item.module}.{item.name}"
        else:
            base = item.module if item.alias.asname else root
        if found := by_name.get(f"{base}.{rest}" if rest else base):
            return found
    return None


def _imported(module: ModuleInfo, name: str) -> Iterator[Imported]:
    return (item for item in module.scope.bindings.get(name, ()) if isinstance(item, Imported))
