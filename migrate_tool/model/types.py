"""What an expression can be: the small language in which the model talks about values.

A value is described by a set of possibilities (``Types``); the empty set means *not known*. Nothing here
guesses: a possibility is only there when an assignment, an import, an annotation or the catalogue put it there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .symbols import ClassInfo, FunctionInfo, ModuleInfo

#: Containers of containers deeper than this are cut off, so that ``x = [x]`` in a loop ends.
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class External:
    """Something a library offers, by its qualified name: a module, class, function or member.

    ``receiver`` is the instance or class whose member it is; generic results (``Self``, ``T``) come from it.
    """

    name: str
    receiver: Type | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class: of the project's own, or of a library's (by qualified name)."""

    of: ClassInfo | str
    args: tuple[Types, ...] = ()

    #: How many containers are nested in this one.
    depth: int = field(init=False, compare=False, repr=False, default=1)

    def __post_init__(self) -> None:
        """Count once: every container that is made around this one asks."""
        if self.args:
            inner = (item.depth for arg in self.args for item in arg if isinstance(item, Instance))
            object.__setattr__(self, "depth", 1 + max(inner, default=0))


@dataclass(frozen=True, slots=True)
class ClassRef:
    """A class of the project, as a value."""

    info: ClassInfo


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """A function of the project, as a value; ``receiver`` is what it is bound to."""

    info: FunctionInfo
    receiver: Type | None = None


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """A module of the project, as a value."""

    info: ModuleInfo


Type: TypeAlias = External | Instance | ClassRef | FunctionRef | ModuleRef
Types: TypeAlias = frozenset[Type]

NOTHING: Types = frozenset()


def ordered(types: Types) -> Iterable[Type]:
    """The possibilities in an order that does not change from run to run, for who takes the first that fits."""
    return types if len(types) < 2 else sorted(types, key=_place)


def _place(item: Type) -> tuple[str, ...]:
    if isinstance(item, External):
        return "", item.name, *(_place(item.receiver) if item.receiver else ())
    if isinstance(item, Instance):
        of = (item.of,) if isinstance(item.of, str) else (str(item.of.module.path), item.of.qualname)
        return "a", *of
    if isinstance(item, ModuleRef):
        return "b", str(item.info.path)
    receiver = _place(item.receiver) if isinstance(item, FunctionRef) and item.receiver else ()
    return "c", str(item.info.module.path), item.info.qualname, *receiver


def container(name: str, *args: Types) -> Types:
    """An instance of the builtin or library class ``name`` with these type arguments, cut off at ``DEEPEST``."""
    made = Instance(name, args)
    return frozenset({made if made.depth <= DEEPEST else Instance(name)})
