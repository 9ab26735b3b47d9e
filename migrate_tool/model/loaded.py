"""Modules that are loaded by the path of their file: ``spec_from_file_location``, ``SourceFileLoader``, ``runpy.run_path``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .places import UNKNOWN, texts
from .symbols import ModuleInfo, Scope
from .types import NOTHING, Instance, ModuleRef, Type, Types

if TYPE_CHECKING:
    from .inference import Inference

_SPEC = "importlib.machinery.ModuleSpec"
_LOADER = "importlib.machinery.SourceFileLoader"
#: What ``runpy`` gives: the names of a module, as a dictionary.
NAMES = "runpy.names"
#: Where a call is told the file: the place and the name of that argument.
BY_FILE = {
    "importlib.util.spec_from_file_location": (1, "location"),
    "importlib.machinery.SourceFileLoader": (1, "path"),
    "importlib._bootstrap_external.SourceFileLoader": (1, "path"),
    "imp.load_source": (1, "pathname"),
    "runpy.run_path": (0, "path_name"),
}
#: A path that may be more files than this says nothing.
_MOST = 24


def of_call(inference: Inference, name: str, node: ast.Call, scope: Scope) -> Types:
    """What a call gives that loads a module by its file, or one of the steps on the way."""
    if name in BY_FILE:
        modules = frozenset[Type](ModuleRef(item) for item in found_by(inference, name, node, scope) or ())
        if name == "importlib.util.spec_from_file_location":
            modules = modules or _held(inference, _argument(node, 2, "loader"), scope)
            return frozenset({Instance(_SPEC, (modules,))})
        if name == "imp.load_source":
            return modules
        return frozenset({Instance(NAMES if name.startswith("runpy") else _LOADER, (modules,))})
    if name == "runpy.run_module" and node.args and isinstance(node.args[0], ast.Constant):
        said = node.args[0].value
        module = inference.project.module(said) if isinstance(said, str) else None
        return frozenset({Instance(NAMES, (frozenset({ModuleRef(module)}),))}) if module else NOTHING
    if name == "importlib.util.spec_from_loader":
        return frozenset({Instance(_SPEC, (_held(inference, _argument(node, 1, "loader"), scope),))})
    if name in {"importlib.util.module_from_spec", "importlib._bootstrap._load"}:
        return _held(inference, _argument(node, 0, "spec"), scope)
    if name == f"{NAMES}.get" and isinstance(node.func, ast.Attribute) and node.args:
        return frozenset[Type]().union(
            *(
                named(inference, item, node.args[0])
                for item in inference.types(node.func.value, scope)
                if isinstance(item, Instance)
            )
        )
    if name.endswith(".load_module") and isinstance(node.func, ast.Attribute):
        return _held(inference, node.func.value, scope)
    return NOTHING


def named(inference: Inference, owner: Instance, key: ast.expr) -> Types:
    """What ``runpy.run_path(path)["app"]`` is."""
    if not (owner.of == NAMES and isinstance(key, ast.Constant) and isinstance(key.value, str)):
        return NOTHING
    modules = owner.args[0] if owner.args else NOTHING
    return inference.attribute(modules, key.value)


def found_by(inference: Inference, name: str, node: ast.Call, scope: Scope) -> list[ModuleInfo] | None:
    """The modules of the project that a call loads by their file.

    Args:
        inference: What expressions are.
        name: The qualified name of what is called.
        node: The call.
        scope: Where it stands.

    Returns:
        The modules, none if the file is not one of the project's; ``None`` if it is not known which file it is.
    """
    place = _argument(node, *BY_FILE[name])
    if place is None:
        return None
    found: dict[ModuleInfo, None] = {}
    for text in texts(inference, place, scope):
        modules = _modules(inference, text)
        if modules is None:
            return None
        found.update(dict.fromkeys(modules))
    return list(found) if len(found) <= _MOST else None


def _held(inference: Inference, node: ast.expr | None, scope: Scope) -> Types:
    """The modules of a spec or loader."""
    if isinstance(node, ast.Attribute) and node.attr == "loader":
        node = node.value
    found = inference.types(node, scope) if node is not None else NOTHING
    return frozenset[Type]().union(
        *(
            item.args[0]
            for item in found
            if isinstance(item, Instance) and item.of in {_SPEC, _LOADER} and item.args
        )
    )


def _argument(node: ast.Call, index: int, name: str) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    return node.args[index] if len(node.args) > index else None


def _modules(inference: Inference, text: str) -> list[ModuleInfo] | None:
    """The modules whose file a path may mean; ``None`` if it could be nearly any."""
    if not text.replace(UNKNOWN, "").strip("./").removesuffix("py").strip("./"):
        return None
    pattern = ".*".join(re.escape(part) for part in text.lstrip("/").split(UNKNOWN))
    rooted = [
        module for path, module in inference.project.modules.items() if re.fullmatch(pattern, path.as_posix())
    ]
    if rooted or text.startswith("/"):
        return rooted
    # Relative to a folder that only whoever starts the program knows.
    tail = pattern.removeprefix(".*").lstrip("/")
    meant = [
        module
        for path, module in inference.project.modules.items()
        if re.fullmatch(f"(.*/)?{tail}", path.as_posix())
    ]
    # From the root of a machine: where the project stands on it is not known.
    return None if not meant and text.startswith(f"{UNKNOWN}/") else meant
