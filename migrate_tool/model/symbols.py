"""The named things of a project: modules, classes, functions, scopes and what their names are bound to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from migrate_tool.project.source import SourceFile

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

_numbers = count()

#: How a bound value is reached from the expression it comes from: an item of an unpacked tuple (its index),
#: an element of an iterable, what a ``with`` enters, what an ``except`` catches, an instance of an annotation.
Step: TypeAlias = int | Literal["element", "entered", "caught", "annotated", "rest"]


@dataclass(slots=True, eq=False)
class Imported:
    """``import module`` or ``from module import name``; ``module`` is absolute."""

    module: str
    name: str | None
    alias: ast.alias
    statement: ast.Import | ast.ImportFrom


@dataclass(slots=True, eq=False)
class Assigned:
    """A name, attribute or parameter bound to ``expression``, read in ``scope``."""

    expression: ast.expr
    scope: Scope
    steps: tuple[Step, ...] = ()


@dataclass(slots=True, eq=False)
class Parameter:
    """A parameter of a function; ``index`` counts all positional parameters, -1 for keyword-only ones."""

    function: FunctionInfo
    node: ast.arg
    index: int
    default: ast.expr | None
    kind: Literal["normal", "args", "kwargs"] = "normal"


@dataclass(slots=True, eq=False)
class Defined:
    """A name bound by ``def`` or ``class``."""

    what: FunctionInfo | ClassInfo


Binding: TypeAlias = Imported | Assigned | Parameter | Defined


@dataclass(slots=True, eq=False)
class Scope:
    """One lexical scope: a module, class, function, lambda or comprehension."""

    kind: Literal["module", "class", "function", "comprehension"]
    module: ModuleInfo
    parent: Scope | None
    node: ast.AST
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    #: Names declared ``global`` or ``nonlocal`` here.
    outer_names: dict[str, Literal["global", "nonlocal"]] = field(default_factory=dict)
    #: Absolute names of modules star-imported here.
    stars: list[str] = field(default_factory=list)
    function: FunctionInfo | None = None
    cls: ClassInfo | None = None

    def bind(self, name: str, binding: Binding) -> None:
        """Record one more binding of ``name``, in the scope that a declaration says."""
        target = self
        if (declared := self.outer_names.get(name)) is not None:
            target = self.module.scope if declared == "global" else (self._enclosing_owner(name) or self)
        target.bindings.setdefault(name, []).append(binding)

    def _enclosing_owner(self, name: str) -> Scope | None:
        scope = self.parent
        while scope is not None:
            if scope.kind == "function" and name in scope.bindings:
                return scope
            scope = scope.parent
        return None

    def owner(self) -> FunctionInfo | None:
        """The nearest enclosing ``def`` or lambda; None at module and class level."""
        scope: Scope | None = self
        while scope is not None:
            if scope.function is not None:
                return scope.function
            if scope.kind == "class":
                return None
            scope = scope.parent
        return None

    def chain(self) -> Iterator[Scope]:
        """The scopes in which Python looks a name up that is read here, innermost first."""
        yield self
        scope = self.parent
        while scope is not None:
            if scope.kind != "class":
                yield scope
            scope = scope.parent


@dataclass(slots=True, eq=False)
class FunctionInfo:
    """A ``def``, ``async def`` or lambda of the project."""

    name: str
    qualname: str
    node: FunctionNode
    module: ModuleInfo
    scope: Scope
    #: The scope in which it is defined.
    outer: Scope
    cls: ClassInfo | None = None
    parameters: list[Parameter] = field(default_factory=list)
    returns: list[ast.expr] = field(default_factory=list)
    yields: list[ast.Yield | ast.YieldFrom] = field(default_factory=list)
    number: int = field(init=False, repr=False, default_factory=_numbers.__next__)

    def __hash__(self) -> int:
        """The same in every run, as the order of sets depends on it."""
        return self.number

    @property
    def decorators(self) -> list[ast.expr]:
        """The decorator expressions, outermost first."""
        return [] if isinstance(self.node, ast.Lambda) else self.node.decorator_list

    @property
    def is_async(self) -> bool:
        """Whether it is ``async def`` in the source already."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def is_generator(self) -> bool:
        """Whether its body yields."""
        return bool(self.yields)

    @property
    def where(self) -> str:
        """``path::qualname``, as ``explain`` takes it."""
        return f"{self.module.path}::{self.qualname}"

    def __repr__(self) -> str:
        return f"<function {self.where}>"


@dataclass(slots=True, eq=False)
class ClassInfo:
    """A class of the project."""

    name: str
    qualname: str
    node: ast.ClassDef
    module: ModuleInfo
    scope: Scope
    outer: Scope
    methods: dict[str, FunctionInfo] = field(default_factory=dict)
    #: What ``self.x = ...`` in methods and ``obj.x = ...`` elsewhere assign, by attribute.
    attributes: dict[str, list[Assigned]] = field(default_factory=dict)
    number: int = field(init=False, repr=False, default_factory=_numbers.__next__)

    def __hash__(self) -> int:
        """The same in every run, as the order of sets depends on it."""
        return self.number

    @property
    def where(self) -> str:
        """``path::qualname``."""
        return f"{self.module.path}::{self.qualname}"

    def __repr__(self) -> str:
        return f"<class {self.where}>"


@dataclass(slots=True, eq=False)
class AttributeWrite:
    """``target.name = expression`` anywhere in the project; ``target`` is not ``self``."""

    target: ast.expr
    name: str
    value: Assigned


@dataclass(slots=True, eq=False)
class ModuleInfo:
    """One Python file, read."""

    name: str
    path: PurePosixPath
    source: SourceFile
    tree: ast.Module
    is_package: bool
    scope: Scope = field(init=False)
    functions: list[FunctionInfo] = field(default_factory=list)
    classes: list[ClassInfo] = field(default_factory=list)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    #: The scope in which an expression or statement is evaluated.
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    function_of: dict[ast.AST, FunctionInfo] = field(default_factory=dict)
    class_of: dict[ast.AST, ClassInfo] = field(default_factory=dict)
    #: Nodes by what later stages ask for, in source order.
    nodes: dict[type[ast.AST], list[ast.AST]] = field(default_factory=dict)
    attribute_writes: list[AttributeWrite] = field(default_factory=list)
    #: ``container[key] = value``: the container's expression and the value.
    item_writes: list[tuple[ast.expr, Assigned, ast.expr]] = field(default_factory=list)
    _named: dict[str, list[ast.Name]] = field(default_factory=dict)
    number: int = field(init=False, repr=False, default_factory=_numbers.__next__)

    def __hash__(self) -> int:
        """The same in every run, as the order of sets depends on it."""
        return self.number

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    def release(self) -> None:
        """Let go of the tree and of all that was read from it, when nobody is going to ask for it any more."""
        self.source.release()
        self.tree = ast.Module([], [])
        self.scope.bindings.clear()
        for kept in (self.parents, self.scopes, self.function_of, self.class_of, self.nodes, self._named):
            kept.clear()
        for listed in (self.functions, self.classes, self.attribute_writes, self.item_writes):
            listed.clear()

    def of_type(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """All nodes of exactly these types."""
        for kind in kinds:
            yield from self.nodes.get(kind, ())

    def named(self, name: str) -> list[ast.Name]:
        """All places where ``name`` stands alone, in source order."""
        if not self._named:
            for node in self.nodes.get(ast.Name, ()):
                assert isinstance(node, ast.Name)
                self._named.setdefault(node.id, []).append(node)
        return self._named.get(name, [])

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that ``node`` is part of."""
        current = node
        while not isinstance(current, ast.stmt):
            current = self.parents[current]
        return current

    def __repr__(self) -> str:
        return f"<module {self.name}>"
