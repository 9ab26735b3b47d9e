"""One walk over a module's tree: scopes, bindings, functions, classes, and where every node stands.

Nothing is resolved here; names keep the expressions they are bound to, and inference follows them on demand.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import PurePosixPath

from migrate_tool.project.source import SourceFile
from migrate_tool.project.trees import children, walk

from .symbols import (
    Assigned,
    AttributeWrite,
    ClassInfo,
    Defined,
    FunctionInfo,
    FunctionNode,
    Imported,
    ModuleInfo,
    Parameter,
    Scope,
    Step,
)

#: Nodes that later stages look for by type.
INDEXED = (
    ast.Call,
    ast.Attribute,
    ast.Name,
    ast.With,
    ast.AsyncWith,
    ast.For,
    ast.AsyncFor,
    ast.comprehension,
    ast.Await,
    ast.Import,
    ast.ImportFrom,
    ast.Starred,
    ast.Subscript,
    ast.Constant,
    ast.Assign,
    ast.AugAssign,
    ast.Try,
    ast.If,
    ast.Compare,
)
#: What holds nothing to visit, or one expression beside its context: most nodes.
_LEAVES = frozenset({ast.Name, ast.Constant, ast.alias, ast.Pass, ast.Break, ast.Continue})
_ONE_CHILD: dict[type[ast.AST], str] = {
    ast.Attribute: "value",
    ast.Expr: "value",
    ast.keyword: "value",
    ast.Await: "value",
    ast.Starred: "value",
}


def read_module(name: str, path: PurePosixPath, source: SourceFile, tree: ast.Module) -> ModuleInfo:
    """Read one parsed file into a module."""
    module = ModuleInfo(name=name, path=path, source=source, tree=tree, is_package=path.name == "__init__.py")
    module.scope = Scope("module", module, None, tree)
    module.scopes[tree] = module.scope
    _Reader(module).walk(tree.body, module.scope, tree)
    return module


class _Reader:
    """Walks with a stack of its own, because generated code nests deeper than Python's recursion allows."""

    def __init__(self, module: ModuleInfo) -> None:
        self.module = module
        self.stack: list[tuple[ast.AST, Scope]] = []

    def walk(self, body: list[ast.stmt], scope: Scope, parent: ast.AST) -> None:
        """Visit ``body`` and all below it."""
        self._push(body, scope, parent)
        indexed = {kind: self.module.nodes.setdefault(kind, []) for kind in INDEXED}
        scopes = self.module.scopes
        parents = self.module.parents
        stack = self.stack
        while stack:
            node, scope = stack.pop()
            scopes[node] = scope
            kind = type(node)
            if kind in indexed:
                indexed[kind].append(node)
            if kind in _LEAVES:
                continue
            if kind in _ONE_CHILD:
                child = getattr(node, _ONE_CHILD[kind])
                parents[child] = node
                stack.append((child, scope))
                continue
            handler = _HANDLERS.get(kind)
            if handler is not None:
                handler(self, node, scope)
            else:
                self._children(node, scope)

    def _push(
        self, nodes: list[ast.AST] | list[ast.stmt] | list[ast.expr], scope: Scope, parent: ast.AST
    ) -> None:
        parents = self.module.parents
        for node in reversed(nodes):
            parents[node] = parent
            self.stack.append((node, scope))

    def _children(self, node: ast.AST, scope: Scope) -> None:
        """Visit what is below ``node``."""
        parents = self.module.parents
        stack = self.stack
        for child in reversed(children(node)):
            parents[child] = node
            stack.append((child, scope))

    # -- definitions ---------------------------------------------------------------------------------------

    def function(self, node: FunctionNode, scope: Scope) -> None:
        name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        inner = Scope("function", self.module, scope, node)
        info = FunctionInfo(name, _qualname(scope, name), node, self.module, inner, scope)
        inner.function = info
        info.parameters = _parameters(info, node.args)
        for parameter in info.parameters:
            inner.bind(parameter.node.arg, parameter)
        self.module.functions.append(info)
        self.module.function_of[node] = info
        outside: list[ast.AST] = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        self.module.parents[node.args] = node
        for argument in walk(node.args):
            if isinstance(argument, ast.arg):
                self.module.parents[argument] = node
                if argument.annotation is not None:
                    outside.append(argument.annotation)
        if isinstance(node, ast.Lambda):
            info.returns.append(node.body)
            self._push([node.body], inner, node)
        else:
            if scope.kind == "class" and scope.cls is not None:
                info.cls = scope.cls
                scope.cls.methods[name] = info
            scope.bind(name, Defined(info))
            if node.returns is not None:
                outside.append(node.returns)
            outside.extend(node.decorator_list)
            self._push(node.body, inner, node)
        self._push(outside, scope, node)

    def cls(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = Scope("class", self.module, scope, node)
        info = ClassInfo(node.name, _qualname(scope, node.name), node, self.module, inner, scope)
        inner.cls = info
        self.module.classes.append(info)
        self.module.class_of[node] = info
        scope.bind(node.name, Defined(info))
        self._push(node.body, inner, node)
        outside: list[ast.AST] = [*node.bases, *node.keywords, *node.decorator_list]
        self._push(outside, scope, node)

    def comprehension(self, node: ast.AST, scope: Scope) -> None:
        assert isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
        inner = Scope("comprehension", self.module, scope, node)
        results: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._push(results, inner, node)
        for position, generator in enumerate(node.generators):
            self.module.parents[generator] = node
            self.module.scopes[generator] = inner
            self.module.nodes[ast.comprehension].append(generator)
            self._bind(generator.target, generator.iter, inner, inner, ("element",))
            self._push([generator.target, *generator.ifs], inner, generator)
            # Only the first iterable is evaluated outside of the comprehension's own scope.
            self._push([generator.iter], scope if position == 0 else inner, generator)

    # -- bindings ------------------------------------------------------------------------------------------

    def _bind(
        self, target: ast.expr, value: ast.expr, scope: Scope, read_in: Scope, steps: tuple[Step, ...] = ()
    ) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, Assigned(value, read_in, steps))
        elif isinstance(target, ast.Tuple | ast.List):
            for index, item in enumerate(target.elts):
                if isinstance(item, ast.Starred):
                    self._bind(item.value, value, scope, read_in, (*steps, "rest"))
                elif (
                    not steps
                    and isinstance(value, ast.Tuple | ast.List)
                    and len(value.elts) == len(target.elts)
                ):
                    self._bind(item, value.elts[index], scope, read_in)
                else:
                    self._bind(item, value, scope, read_in, (*steps, index))
        elif isinstance(target, ast.Subscript):
            self.module.item_writes.append((target.value, Assigned(value, read_in, steps), target.slice))
        elif isinstance(target, ast.Attribute):
            assigned = Assigned(value, read_in, steps)
            method = _method_of(scope)
            if (
                method is not None
                and method.cls is not None
                and isinstance(target.value, ast.Name)
                and method.parameters
                and target.value.id == method.parameters[0].node.arg
            ):
                method.cls.attributes.setdefault(target.attr, []).append(assigned)
            else:
                self.module.attribute_writes.append(AttributeWrite(target.value, target.attr, assigned))

    def assign(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._bind(target, node.value, scope, scope)
        self._children(node, scope)

    def annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self._bind(node.target, node.value, scope, scope)
        self._bind(node.target, node.annotation, scope, scope, ("annotated",))
        self._children(node, scope)

    def augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        self._bind(node.target, node.value, scope, scope)
        self._children(node, scope)

    def walrus(self, node: ast.NamedExpr, scope: Scope) -> None:
        target = scope
        while target.kind == "comprehension" and target.parent is not None:
            target = target.parent
        self._bind(node.target, node.value, target, scope)
        self._children(node, scope)

    def loop(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        self._bind(node.target, node.iter, scope, scope, ("element",))
        self._children(node, scope)

    def with_(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        for item in node.items:
            self.module.parents[item] = node
            if item.optional_vars is not None:
                self._bind(item.optional_vars, item.context_expr, scope, scope, ("entered",))
        self._children(node, scope)

    def handler(self, node: ast.ExceptHandler, scope: Scope) -> None:
        if node.name and node.type is not None:
            scope.bind(node.name, Assigned(node.type, scope, ("caught",)))
        self._children(node, scope)

    def import_(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            if alias.asname:
                scope.bind(alias.asname, Imported(alias.name, None, alias, node))
            else:
                scope.bind(
                    alias.name.partition(".")[0], Imported(alias.name.partition(".")[0], None, alias, node)
                )
        self._children(node, scope)

    def import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = absolute(self.module, node.level, node.module or "")
        for alias in node.names:
            if alias.name == "*":
                scope.stars.append(module)
            else:
                scope.bind(alias.asname or alias.name, Imported(module, alias.name, alias, node))
        self._children(node, scope)

    def global_(self, node: ast.Global, scope: Scope) -> None:
        for name in node.names:
            scope.outer_names[name] = "global"

    def nonlocal_(self, node: ast.Nonlocal, scope: Scope) -> None:
        for name in node.names:
            scope.outer_names[name] = "nonlocal"

    # -- results of functions ------------------------------------------------------------------------------

    def return_(self, node: ast.Return, scope: Scope) -> None:
        owner = scope.owner()
        if owner is not None and node.value is not None:
            owner.returns.append(node.value)
        self._children(node, scope)

    def yield_(self, node: ast.Yield | ast.YieldFrom, scope: Scope) -> None:
        owner = scope.owner()
        if owner is not None:
            owner.yields.append(node)
        self._children(node, scope)


_HANDLERS: dict[type[ast.AST], Callable[..., None]] = {
    ast.FunctionDef: _Reader.function,
    ast.AsyncFunctionDef: _Reader.function,
    ast.Lambda: _Reader.function,
    ast.ClassDef: _Reader.cls,
    ast.ListComp: _Reader.comprehension,
    ast.SetComp: _Reader.comprehension,
    ast.DictComp: _Reader.comprehension,
    ast.GeneratorExp: _Reader.comprehension,
    ast.Assign: _Reader.assign,
    ast.AnnAssign: _Reader.annotated,
    ast.AugAssign: _Reader.augmented,
    ast.NamedExpr: _Reader.walrus,
    ast.For: _Reader.loop,
    ast.AsyncFor: _Reader.loop,
    ast.With: _Reader.with_,
    ast.AsyncWith: _Reader.with_,
    ast.ExceptHandler: _Reader.handler,
    ast.Import: _Reader.import_,
    ast.ImportFrom: _Reader.import_from,
    ast.Global: _Reader.global_,
    ast.Nonlocal: _Reader.nonlocal_,
    ast.Return: _Reader.return_,
    ast.Yield: _Reader.yield_,
    ast.YieldFrom: _Reader.yield_,
}


def absolute(module: ModuleInfo, level: int, name: str) -> str:
    """The absolute name of ``from <level dots><name> import ...`` in ``module``."""
    if level == 0:
        return name
    parts = module.package.split(".") if module.package else []
    base = parts[: len(parts) - (level - 1)] if level > 1 else parts
    return ".".join([*base, name] if name else base)


def _qualname(scope: Scope, name: str) -> str:
    parts = [name]
    current: Scope | None = scope
    while current is not None:
        if current.function is not None:
            parts.append(f"{current.function.name}.<locals>")
        elif current.cls is not None:
            parts.append(current.cls.name)
        current = current.parent
    return ".".join(reversed(parts))


def _method_of(scope: Scope) -> FunctionInfo | None:
    """The method whose ``self`` a name read in ``scope`` may be."""
    current: Scope | None = scope
    while current is not None:
        if current.function is not None and current.function.cls is not None:
            return current.function
        current = current.parent
    return None


def _parameters(info: FunctionInfo, arguments: ast.arguments) -> list[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    defaults: list[ast.expr | None] = [None] * missing + list(arguments.defaults)
    found = [
        Parameter(info, node, index, default)
        for index, (node, default) in enumerate(zip(positional, defaults, strict=True))
    ]
    found += [
        Parameter(info, node, -1, default)
        for node, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.vararg is not None:
        found.append(Parameter(info, arguments.vararg, len(positional), None, "args"))
    if arguments.kwarg is not None:
        found.append(Parameter(info, arguments.kwarg, -1, None, "kwargs"))
    return found
