"""Classes of the project: their bases, their ancestors, and what derives from them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from . import model_classes
from .symbols import ClassInfo
from .types import ClassRef, External, Instance, Type

if TYPE_CHECKING:
    from .inference import Inference


_ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"))


def bases(inference: Inference, cls: ClassInfo) -> list[Type]:
    """The direct base classes, resolved, in order."""
    found: list[Type] = []
    for node in cls.node.bases:
        target = node.value if isinstance(node, ast.Subscript) else node
        for item in _meant(inference, cls, target):
            if isinstance(item, External):
                found += [given for given in model_classes.above(inference, item) if given != ClassRef(cls)]
                found.append(item)
            elif isinstance(item, ClassRef):
                found.append(item)
            elif isinstance(item, Instance) and isinstance(item.of, str) and item.of.startswith("class:"):
                found.append(External(item.of.removeprefix("class:")))
    return found


def _meant(inference: Inference, cls: ClassInfo, node: ast.expr) -> list[Type]:
    """What a base class is, but not the class itself: ``class Task(self.Task)`` with ``self.Task = Task`` behind it."""
    known = inference.types(node, cls.outer)
    found = [item for item in known if item != ClassRef(cls)]
    if found or not known or not isinstance(node, ast.Attribute):
        return found
    return [
        External(f"{above}.{node.attr}")
        for owner in inference.types(node.value, cls.outer)
        if isinstance(owner, Instance) and isinstance(owner.of, ClassInfo)
        for above in lineage(inference, owner.of)
        if isinstance(above, str) and above != "builtins.object"
    ]


def lineage(inference: Inference, cls: ClassInfo) -> tuple[ClassInfo | str, ...]:
    """The class and its ancestors: the project's own as ClassInfo, a library's by qualified name."""
    known = inference.lineages.get(cls)
    if known is not None:
        return known
    found: dict[ClassInfo | str, None] = {}
    queue: list[ClassInfo | str] = [cls]
    resolved = True
    while queue:
        current = queue.pop(0)
        if current in found:
            continue
        found[current] = None
        if isinstance(current, ClassInfo):
            direct_bases = bases(inference, current)
            resolved = resolved and len(direct_bases) >= len(current.node.bases)
            for base in direct_bases:
                if isinstance(base, ClassRef):
                    queue.append(base.info)
                elif isinstance(base, External):
                    queue.append(inference.catalog.canonical(base.name))
        else:
            queue.extend(inference.catalog.ancestors(current))
    result = tuple(found)
    if resolved:
        # A base that is not known yet may be known later, when what it depends on is worked out.
        inference.lineages[cls] = result
    return result


def derives(inference: Inference, cls: ClassInfo, name: str) -> bool:
    """Whether ``cls`` derives from the library class ``name``."""
    return name in lineage(inference, cls)


def subclasses(inference: Inference, cls: ClassInfo) -> list[ClassInfo]:
    """The project's classes that derive from ``cls``, directly or not."""
    if inference.descendants is None:
        inference.descendants = {}
        for other in inference.project.classes():
            for ancestor in lineage(inference, other):
                if isinstance(ancestor, ClassInfo) and ancestor is not other:
                    inference.descendants.setdefault(ancestor, []).append(other)
    return inference.descendants.get(cls, [])


def is_enum(inference: Inference, cls: ClassInfo) -> bool:
    """Whether the class is an enumeration."""
    return not _ENUMS.isdisjoint(item for item in lineage(inference, cls) if isinstance(item, str))
