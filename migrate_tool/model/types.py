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


class _Numbers(dict[str, int]):
    """A number for each name, in the order in which they are first met."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number


#: Sets of possibilities are read in the order of their hashes, and where an answer is cut off its order shows. Those of texts and of
#: objects differ from run to run, numbers do not.
_number = _Numbers()


@dataclass(frozen=True, slots=True)
class External:
    """Something a library offers, by its qualified name: a module, class, function or member.

    ``receiver`` is the instance or class whose member it is; generic results (``Self``, ``T``) come from it.
    """

    name: str
    receiver: Type | None = None

    def __hash__(self) -> int:
        """The same in every run."""
        return hash((_number[self.name], 0 if self.receiver is None else self.receiver))


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class: of the project's own, or of a library's (by qualified name)."""

    of: ClassInfo | str
    args: tuple[Types, ...] = ()

    #: How many containers are nested in this one.
    depth: int = field(init=False, compare=False, repr=False, default=1)

    def __hash__(self) -> int:
        """The same in every run."""
        of = self.of
        return hash((_number[of] if isinstance(of, str) else -2 - of.number, self.args))

    def __post_init__(self) -> None:
        """Count once: every container that is made around this one asks."""
        if self.args:
            inner = (item.depth for arg in self.args for item in arg if isinstance(item, Instance))
            object.__setattr__(self, "depth", 1 + max(inner, default=0))


@dataclass(frozen=True, slots=True)
class ClassRef:
    """A class of the project, as a value."""

    info: ClassInfo

    def __hash__(self) -> int:
        """The same in every run."""
        return hash((-1, self.info.number))


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """A function of the project, as a value; ``receiver`` is what it is bound to."""

    info: FunctionInfo
    receiver: Type | None = None

    def __hash__(self) -> int:
        """The same in every run."""
        return hash((self.info.number, 0 if self.receiver is None else self.receiver))


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """A module of the project, as a value."""

    info: ModuleInfo

    def __hash__(self) -> int:
        """The same in every run."""
        return hash((-3, self.info.number))


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
