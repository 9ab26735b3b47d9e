"""What is put into lists, sets and dictionaries after they were made: ``jobs.append(job)``, ``jobs[key] = job``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .symbols import Assigned, ClassInfo
from .types import NOTHING, ClassRef, Instance, Type, Types, container

if TYPE_CHECKING:
    from .inference import Inference

CONTAINERS = frozenset({"list", "set", "dict", "collections.deque", "collections.defaultdict"})
#: Methods that put their last argument in, or all elements of it.
_PUT_ONE = frozenset({"append", "add", "appendleft", "insert", "setdefault"})
_PUT_ALL = frozenset({"extend", "extendleft", "update"})


class Contents:
    """Every place of the project that puts something into a container, by the container's last name."""

    def __init__(self, inference: Inference) -> None:
        self.inference = inference
        self._puts: dict[str, list[tuple[ast.expr, Assigned]]] | None = None
        #: The same for names, by the list of the name's bindings: ``result`` is another one in every function.
        self._of_names: dict[int, list[Assigned]] | None = None

    def of_name(self, name: str, bindings: object) -> Types:
        """What is put into the container that ``name`` is bound to by exactly these bindings."""
        self._of(name)
        assert self._of_names is not None
        put = self._of_names.get(id(bindings), ())
        return frozenset[Type]().union(*(self.inference.assigned(value) for value in put))

    def of_attribute(self, cls: ClassInfo | str, name: str) -> Types:
        """What is put into attribute ``name`` of objects of ``cls``."""
        found: set[Type] = set()
        for target, value in self._of(name):
            if not isinstance(target, ast.Attribute):
                continue
            for owner in self.inference.types(target.value, value.scope):
                if (isinstance(owner, Instance) and owner.of == cls) or (
                    isinstance(owner, ClassRef) and owner.info is cls
                ):
                    found |= self.inference.assigned(value)
        return frozenset(found)

    def _of(self, name: str) -> list[tuple[ast.expr, Assigned]]:
        if self._puts is None:
            self._puts = {}
            self._of_names = {}
            for module in self.inference.project.modules.values():
                for node in module.of_type(ast.Call):
                    assert isinstance(node, ast.Call)
                    if isinstance(node.func, ast.Attribute) and node.args:
                        if node.func.attr in _PUT_ONE:
                            self._put(node.func.value, Assigned(node.args[-1], module.scopes[node]))
                        elif node.func.attr in _PUT_ALL:
                            self._put(
                                node.func.value, Assigned(node.args[0], module.scopes[node], ("element",))
                            )
                for write in module.item_writes:
                    self._put(write[0], write[1])
        return self._puts.get(name, [])

    def _put(self, target: ast.expr, value: Assigned) -> None:
        assert self._puts is not None
        if isinstance(target, ast.Name):
            assert self._of_names is not None
            for bindings in self.inference.bindings(target.id, value.scope):
                self._of_names.setdefault(id(bindings), []).append(value)
        elif isinstance(target, ast.Attribute):
            self._puts.setdefault(target.attr, []).append((target, value))


def filled(found: Types, put: Types) -> Types:
    """``found`` with its containers holding ``put`` as well."""
    if not put:
        return found
    result: set[Type] = set(found)
    for item in found:
        if isinstance(item, Instance) and item.of in CONTAINERS:
            if item.of in {"dict", "collections.defaultdict"}:
                old = item.args[1] if len(item.args) > 1 else NOTHING
                result |= container("dict", NOTHING, old | put)
            else:
                result |= container("list", (item.args[0] if item.args else NOTHING) | put)
    return frozenset(result)


def has_container(found: Types) -> bool:
    """Whether one of the possibilities is a container."""
    return any(isinstance(item, Instance) and item.of in CONTAINERS for item in found)
