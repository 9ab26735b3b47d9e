"""What is put into lists, sets and dictionaries after they were made: ``jobs.append(job)``, ``jobs[key] = job``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from . import keyed
from .symbols import Assigned, ClassInfo
from .types import NOTHING, ClassRef, Instance, Type, Types, container

if TYPE_CHECKING:
    from .inference import Inference

CONTAINERS = frozenset({"list", "set", "dict", "collections.deque", "collections.defaultdict"})
#: Methods that put their last argument in, or all elements of it.
_PUT_DEFAULT = "setdefault"
_PUT_ONE = frozenset({"append", "add", "appendleft", "insert", _PUT_DEFAULT})
_PUT_ALL = frozenset({"extend", "extendleft", "update"})


#: What is put in under each constant key; under the empty one, what is put in without, or under others.
Puts: TypeAlias = dict[str, Types]


class Contents:
    """Every place of the project that puts something into a container, by the container's last name."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self._puts: dict[str, list[tuple[ast.expr, Assigned, str]]] | None = None
        #: The same for names, by the list of the name's bindings: ``result`` is another one in every function.
        self._of_names: dict[int, list[tuple[Assigned, str]]] | None = None

    def of_name(self, name: str, bindings: object) -> Puts:
        """What is put into the container that ``name`` is bound to by exactly these bindings."""
        self._of(name)
        assert self._of_names is not None
        found: Puts = {}
        for value, key in self._of_names.get(id(bindings), ()):
            found[key] = found.get(key, NOTHING) | self.inference.assigned(value)
        return found

    def of_attribute(self, cls: ClassInfo | str, name: str) -> Puts:
        """What is put into attribute ``name`` of objects of ``cls``."""
        found: Puts = {}
        for target, value, key in self._of(name):
            if not isinstance(target, ast.Attribute):
                continue
            for owner in self.inference.types(target.value, value.scope):
                if (isinstance(owner, Instance) and owner.of == cls) or (
                    isinstance(owner, ClassRef) and owner.info is cls
                ):
                    found[key] = found.get(key, NOTHING) | self.inference.assigned(value)
        return found

    def _of(self, name: str) -> list[tuple[ast.expr, Assigned, str]]:
        if self._puts is None:
            self._puts = {}
            self._of_names = {}
            for module in self.inference.project.modules.values():
                for node in module.of_type(ast.Call):
                    assert isinstance(node, ast.Call)
                    if isinstance(node.func, ast.Attribute) and node.args:
                        if node.func.attr in _PUT_ONE:
                            key = keyed.constant(node.args[0]) if node.func.attr == _PUT_DEFAULT else ""
                            self._put(node.func.value, Assigned(node.args[-1], module.scopes[node]), key)
                        elif node.func.attr in _PUT_ALL:
                            value = Assigned(node.args[0], module.scopes[node], ("element",))
                            self._put(node.func.value, value, "")
                for target, value, slice_ in module.item_writes:
                    self._put(target, value, keyed.constant(slice_))
        return self._puts.get(name, [])

    def _put(self, target: ast.expr, value: Assigned, key: str) -> None:
        assert self._puts is not None
        if isinstance(target, ast.Name):
            assert self._of_names is not None
            for bindings in self.inference.bindings(target.id, value.scope):
                self._of_names.setdefault(id(bindings), []).append((value, key))
        elif isinstance(target, ast.Attribute):
            self._puts.setdefault(target.attr, []).append((target, value, key))


def filled(found: Types, put: Puts) -> Types:
    """``found`` with its containers holding ``put`` as well."""
    everything = NOTHING.union(*put.values())
    if not everything:
        return found
    result: set[Type] = set(found)
    for item in found:
        if isinstance(item, Instance) and item.of in CONTAINERS:
            if item.of in {"dict", "collections.defaultdict"}:
                result |= keyed.with_more(item, put)
            else:
                result |= container("list", (item.args[0] if item.args else NOTHING) | everything)
    return frozenset(result)


def has_container(found: Types) -> bool:
    """Whether one of the possibilities is a container."""
    return any(isinstance(item, Instance) and item.of in CONTAINERS for item in found)
