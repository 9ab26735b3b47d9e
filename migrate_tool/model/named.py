"""What a text in the code names: ``import_module(f"shop.{name}")``, ``import_string("shop.till:price")``, ``getattr(views, name)``.

A text of which only a part is known still says which modules, functions and methods it may mean.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .ancestry import lineage
from .dotted import names
from .members import values
from .places import UNKNOWN
from .symbols import ClassInfo, ModuleInfo, Scope
from .types import NOTHING, ClassRef, External, FunctionRef, Instance, ModuleRef, Type, Types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .inference import Inference

IMPORT_MODULE = "importlib.import_module"
_DUNDER = "builtins.__import__"
#: Who offers ``import_string``: Werkzeug, and the modules of Flask that import it.
_STRINGS = frozenset(
    f"{home}.import_string"
    for home in ("werkzeug", "werkzeug.utils", "flask.cli", "flask.config", "flask.helpers")
)
#: What gives a module, or something in one, that a text names.
IMPORTERS = _STRINGS | {IMPORT_MODULE, _DUNDER}
#: What is imported already.
_LOADED = "sys.modules"
#: A text that may mean more than this says nothing.
_MOST = 48
#: How much of the name of a method must be known: ``getattr(self, f"do_{action}")``.
_LEAST = 2


def imported(inference: Inference, name: str, node: ast.Call, scope: Scope) -> Types:
    """What ``import_module("shop.till")`` and ``import_string("shop.till:price")`` give; nothing for any other call.

    Args:
        inference: What expressions are.
        name: The qualified name of what is called.
        node: The call.
        scope: Where it stands.

    Returns:
        The modules, functions and values that the text can name.
    """
    if name not in IMPORTERS:
        return NOTHING
    place = _argument(node, 0, "import_name" if name in _STRINGS else "name")
    if place is None:
        return NOTHING
    found: set[Type] = set()
    for text in names(inference, place, scope):
        if name in _STRINGS:
            found |= _by_path(inference, text.replace(":", "."))
        elif text.startswith("."):
            package = _argument(node, 1, "package")
            for base in names(inference, package, scope) if package is not None else ():
                found |= _modules(inference, _absolute(text, base))
        elif name == _DUNDER and _argument(node, 3, "fromlist") is None:
            # ``__import__`` gives the package that the name starts with.
            found |= _modules(inference, text.partition(".")[0])
        else:
            found |= _modules(inference, text)
    return frozenset(found)


def attribute(inference: Inference, owners: Types, name: ast.expr, scope: Scope) -> Types:
    """What ``getattr(owner, name)`` gives, where the name is computed.

    Of a module it is what the module has by that name; of an object its methods: what its other attributes are is no question of colour.
    """
    known = [item for item in values(inference, owners) if _is_own(item)]
    if not known:
        return NOTHING
    found: set[Type] = set()
    for text in names(inference, name, scope):
        for owner in known:
            for each in _meant(inference, owner, text):
                given = inference.attribute(frozenset({owner}), each)
                if isinstance(owner, ModuleRef):
                    found |= given
                else:
                    found |= {
                        item for item in given if isinstance(item, FunctionRef) and item.info.name == each
                    }
    return frozenset(found) if len(found) <= _MOST else NOTHING


def held(inference: Inference, node: ast.Subscript, scope: Scope) -> Types:
    """What ``sys.modules["shop.till"]``, ``globals()["price"]`` and ``vars(till)["price"]`` hold; nothing for any other subscript."""
    of = node.value
    if isinstance(of, ast.Attribute) and of.attr == "modules":
        if External(_LOADED) not in inference.types(of, scope):
            return NOTHING
        return frozenset[Type]().union(
            *(_modules(inference, text) for text in names(inference, node.slice, scope))
        )
    owners: Types = NOTHING
    if isinstance(of, ast.Attribute) and of.attr == "__dict__":
        owners = inference.types(of.value, scope)
    elif isinstance(of, ast.Call) and isinstance(of.func, ast.Name):
        if of.func.id == "globals" and not of.args:
            owners = frozenset({ModuleRef(scope.module)})
        elif of.func.id == "vars" and len(of.args) == 1:
            owners = inference.types(of.args[0], scope)
    of_modules = frozenset(item for item in owners if isinstance(item, ModuleRef))
    return attribute(inference, of_modules, node.slice, scope)


def _is_own(item: Type) -> bool:
    return isinstance(item, ModuleRef | ClassRef) or (
        isinstance(item, Instance) and isinstance(item.of, ClassInfo)
    )


def _meant(inference: Inference, owner: Type, text: str) -> Iterable[str]:
    """The names of members that a text may be."""
    if UNKNOWN not in text:
        return [text]
    if len(text.replace(UNKNOWN, "")) < _LEAST:
        # Of an object anything may be asked for; of a module it is one of its functions that is called.
        return sorted(_members(inference, owner)) if isinstance(owner, ModuleRef) else []
    pattern = _pattern(text)
    return sorted(name for name in _members(inference, owner) if pattern.fullmatch(name))


def _members(inference: Inference, owner: Type) -> set[str]:
    if isinstance(owner, ModuleRef):
        return {function.name for function in owner.info.functions if function.outer is owner.info.scope}
    cls = owner.info if isinstance(owner, ClassRef) else getattr(owner, "of", None)
    if not isinstance(cls, ClassInfo):
        return set()
    return {name for base in lineage(inference, cls) if isinstance(base, ClassInfo) for name in base.methods}


def _by_path(inference: Inference, text: str) -> Types:
    """What ``import_string`` gives for a path: a module, or what a module has."""
    if UNKNOWN not in text:
        return inference.project.lookup(text) or _modules(inference, text)
    found = set(_modules(inference, text))
    home, _, name = text.rpartition(".")
    if home and name:
        for module in _matching(inference, home):
            owner = ModuleRef(module)
            for each in _meant(inference, owner, name) or (
                _members(inference, owner) if name == UNKNOWN else ()
            ):
                found |= inference.attribute(frozenset({owner}), each)
    return frozenset(found) if len(found) <= _MOST else NOTHING


def _modules(inference: Inference, text: str) -> Types:
    if UNKNOWN not in text:
        return inference.imported(text, None) if text.strip(".") else NOTHING
    return frozenset(ModuleRef(module) for module in _matching(inference, text))


def _matching(inference: Inference, text: str) -> list[ModuleInfo]:
    """The project's modules whose name a text may be; none if it may be nearly any."""
    if UNKNOWN not in text:
        module = inference.project.module(text)
        return [module] if module is not None else []
    if not text.replace(UNKNOWN, "").strip("."):
        return []
    pattern = _pattern(text)
    found = [module for name, module in inference.project.by_name.items() if pattern.fullmatch(name)]
    return found if len(found) <= _MOST else []


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split(UNKNOWN)))


def _absolute(text: str, package: str) -> str:
    """``.till`` in the package ``shop``."""
    level = len(text) - len(text.lstrip("."))
    for _ in range(level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{text[level:]}".strip(".")


def _argument(node: ast.Call, index: int, name: str) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    return node.args[index] if len(node.args) > index else None
