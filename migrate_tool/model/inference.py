"""What an expression can be, followed on demand through assignments, imports, calls and classes."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import TYPE_CHECKING

from . import (
    ancestry,
    annotated,
    elements,
    keyed,
    loaded,
    members,
    named,
    parameters,
    records,
    registered,
    results,
    tested,
    type_expressions,
)
from .contents import Contents, filled, has_container
from .fixpoint import Fixpoint
from .flow import reaching
from .names import Names
from .spelling import last_name
from .symbols import (
    Assigned,
    AttributeWrite,
    Binding,
    ClassInfo,
    Defined,
    FunctionInfo,
    Imported,
    ModuleInfo,
    Parameter,
    Scope,
)
from .types import NOTHING, ClassRef, External, FunctionRef, Instance, ModuleRef, Type, Types, container

if TYPE_CHECKING:
    from .project import Project

#: What a command line is parsed into, and the method that gives it attributes.
_PARSED = "argparse.Namespace"
SETS_DEFAULTS = "set_defaults"


class Inference:
    """Answers ``types(expression)``; answers are kept."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.catalog = project.catalog
        self._solution = Fixpoint()
        self._kept = self._solution.kept
        self.bindings = Names(project).bindings
        #: Final answers of names by the scope that reads them: most questions are asked again and again.
        self._names: dict[Scope, dict[str, Types]] = {}
        #: Kept by ``members`` and ``parameters``: what is seen at once of a set of possibilities.
        self.plain: dict[Types, bool] = {}
        self.callees: dict[Types, frozenset[FunctionInfo | ClassInfo]] = {}
        #: Kept by ``parameters``: what is called by the names of parameters, and the same by what is called.
        self.called_parameters: tuple[object, dict[object, list[tuple[Type, int]]]] = None, {}
        self._library_names: dict[Types, frozenset[str]] = {}
        self.contents = Contents(self)
        #: Kept by ``members``: the ancestors of each class, and the classes that derive from it.
        self.lineages: dict[ClassInfo, tuple[ClassInfo | str, ...]] = {}
        self.descendants: dict[ClassInfo, list[ClassInfo]] | None = None
        #: Kept by ``relationships``: back references by name.
        self.backrefs: dict[str, list[tuple[ast.Call, ast.Call | None, Scope]]] | None = None
        self._reaching: dict[ast.Name, list[Binding] | None] = {}
        self._writes: dict[str, list[AttributeWrite]] | None = None
        self._decorators: dict[str, list[tuple[FunctionInfo, ast.expr]]] | None = None

    def types(self, node: ast.expr, scope: Scope) -> Types:
        """What ``node``, read in ``scope``, can be."""
        kind = type(node)
        if kind is ast.Name:
            assert isinstance(node, ast.Name)
            # No question of its own: all reads of what is bound to a name are one.
            return self._read(node, scope) or self.name(node.id, scope) or tested.by_class(self, node, scope)
        found = self._kept.get(node)
        if found is not None:
            return found
        if kind is ast.Constant:
            return self._expression(node, scope)
        return self._solution.answer(node, lambda: self._expression(node, scope))

    def solve(self, question: Hashable, work: Callable[[], Types]) -> Types:
        """The answer to a question that may come back to itself."""
        return self._solution.answer(question, work)

    def yes_or_no(self, question: Hashable, work: Callable[[], bool]) -> bool:
        """The answer to a question that others may be asked for, kept like theirs."""
        return bool(self._solution.answer(question, lambda: _YES if work() else NOTHING))

    # -- expressions --------------------------------------------------------------------------------------

    def _expression(self, node: ast.expr, scope: Scope) -> Types:
        if isinstance(node, ast.Name):
            return self.name(node.id, scope)
        if isinstance(node, ast.Attribute):
            return self.attribute(self.types(node.value, scope), node.attr)
        if isinstance(node, ast.Call):
            return results.of_call(self, node, scope)
        if isinstance(node, ast.Await):
            return elements.awaited(self, self.types(node.value, scope))
        if isinstance(node, ast.IfExp):
            return self.types(node.body, scope) | self.types(node.orelse, scope)
        if isinstance(node, ast.BoolOp):
            return frozenset().union(*(self.types(item, scope) for item in node.values))
        if isinstance(node, ast.NamedExpr):
            return self.types(node.value, scope)
        if isinstance(node, ast.Subscript):
            return self._subscript(node, scope)
        if isinstance(node, ast.Lambda):
            return frozenset({FunctionRef(scope.module.function_of[node])})
        if isinstance(node, ast.Constant):
            return NOTHING if node.value is None else frozenset({Instance(type(node.value).__name__)})
        if isinstance(node, ast.JoinedStr):
            return frozenset({Instance("str")})
        if isinstance(node, ast.List | ast.Set):
            kind = "list" if isinstance(node, ast.List) else "set"
            return container(kind, self._union(node.elts, scope))
        if isinstance(node, ast.Tuple):
            return container("tuple", *(self.types(item, scope) for item in node.elts[:12]))
        if isinstance(node, ast.Dict):
            return self._dictionary(node, scope)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            return container("list", self._in_own_scope(node.elt, scope))
        if isinstance(node, ast.DictComp):
            return container("dict", NOTHING, self._in_own_scope(node.value, scope))
        if isinstance(node, ast.BinOp):
            return self.types(node.left, scope)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
            return self.types(node.operand, scope)
        if isinstance(node, ast.Starred):
            return self.types(node.value, scope)
        return NOTHING

    def _dictionary(self, node: ast.Dict, scope: Scope) -> Types:
        named: dict[str, Types] = {}
        rest: Types = NOTHING
        for key, value in list(zip(node.keys, node.values, strict=True))[:24]:
            given = self.types(value, scope)
            name = keyed.constant(key)
            if name:
                named[name] = given
            elif key is None:
                for item in given:
                    if isinstance(item, Instance) and item.of == "dict":
                        spread, more = keyed.parts(item)
                        named = {
                            at: named.get(at, NOTHING) | spread.get(at, NOTHING) for at in {*named, *spread}
                        }
                        rest |= more
            else:
                rest |= given
        return keyed.made(named, rest)

    def _union(self, nodes: list[ast.expr], scope: Scope) -> Types:
        return frozenset().union(*(self.types(item, scope) for item in nodes[:24]))

    def _in_own_scope(self, node: ast.expr, scope: Scope) -> Types:
        return self.types(node, scope.module.scopes.get(node, scope))

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Types:
        found: set[object] = {*registered.extension(self, node, scope), *named.held(self, node, scope)}
        for item in members.values(self, self.types(node.value, scope)):
            if isinstance(item, ClassRef) and ancestry.is_enum(self, item.info):
                found.add(Instance(item.info))
            if isinstance(item, Instance):
                if (
                    records.is_tuple(item)
                    and isinstance(node.slice, ast.Constant)
                    and isinstance(node.slice.value, int)
                ):
                    index = node.slice.value
                    found |= item.args[index] if -len(item.args) <= index < len(item.args) else NOTHING
                elif item.of == "dict" and len(item.args) >= 2:
                    found |= keyed.at_key(item, node.slice)
                elif item.of == loaded.NAMES:
                    found |= loaded.named(self, item, node.slice)
                elif elements.indexed(self, item):
                    one = elements.element(self, frozenset({item}))
                    found |= container("list", one) if isinstance(node.slice, ast.Slice) else one
                elif isinstance(node.slice, ast.Slice):
                    found.add(item)
                elif item.of in {"list", "set", "tuple"}:
                    found |= frozenset().union(*item.args) if item.args else NOTHING
                else:
                    found |= elements.call_dunder(self, item, "__getitem__")
        return frozenset(found)  # type: ignore[arg-type]

    @cached_property
    def calls_of_parameters(self) -> list[tuple[str, list[Binding], list[tuple[ast.Call, ModuleInfo]]]]:
        """The project's calls of what a function was given, by the name that is called and its bindings."""
        found: dict[int, tuple[str, list[Binding], list[tuple[ast.Call, ModuleInfo]]]] = {}
        for call, module in self.project.calls.of_parameters:
            assert isinstance(call.func, ast.Name)
            for bindings in self.bindings(call.func.id, module.scopes[call]):
                # A name that is bound again is another one where it is called.
                key = id(bindings) if len(bindings) == 1 else id(call)
                found.setdefault(key, (call.func.id, bindings, []))[2].append((call, module))
        return list(found.values())

    @cached_property
    def tested_names(self) -> frozenset[str]:
        """The variables whose class the project asks for with ``isinstance``."""
        return frozenset(
            call.args[0].id
            for call, _ in self.project.calls.named("isinstance")
            if call.args and isinstance(call.args[0], ast.Name)
        )

    # -- names --------------------------------------------------------------------------------------------

    def name(self, name: str, scope: Scope) -> Types:
        """What ``name`` can be where it is read in ``scope``."""
        names = self._names.get(scope)
        if names is None:
            names = self._names[scope] = {}
        known = names.get(name)
        if known is not None:
            return known
        if found := self.bindings(name, scope):
            answer = self.bound(name, found[0])
            if id(found[0]) in self._kept:
                names[name] = answer
            return answer
        answer = names[name] = frozenset({External(f"builtins.{name}")}) if name in _BUILTINS else NOTHING
        return answer

    def bound(self, name: str, bindings: list[Binding]) -> Types:
        """What ``name`` can be by these bindings, as ``bindings()`` gives them."""
        # The list lives as long as the project, and no two names share one.
        return self._solution.answer(id(bindings), lambda: self._bound(name, bindings))

    def _read(self, node: ast.Name, scope: Scope) -> Types:
        """What a local variable is at this place, where one of several assignments is the one that is read."""
        found = self.bindings(node.id, scope)
        if not found or len(found[0]) == 1 or scope.kind == "module":
            return NOTHING
        if node not in self._reaching:
            self._reaching[node] = reaching(node, scope, found[0])
        seen = self._reaching[node]
        if seen is None or len(seen) == len(found[0]):
            return NOTHING

        def work() -> Types:
            known = frozenset[Type]().union(*(self.binding(binding) for binding in seen))
            return filled(known, self.contents.of_name(node.id, found[0])) if has_container(known) else known

        return self._solution.answer(("read", seen[0]), work)

    def _bound(self, name: str, bindings: list[Binding]) -> Types:
        said = frozenset[Type]().union(*(self.binding(binding) for binding in bindings if _is_said(binding)))
        known = frozenset[Type]().union(
            *(self.binding(binding) for binding in bindings if not _is_said(binding))
        )
        found = annotated.beside(said, known) if said else known
        return filled(found, self.contents.of_name(name, bindings)) if has_container(found) else found

    def binding(self, binding: Binding) -> Types:
        """What one binding contributes."""
        if isinstance(binding, Defined):
            what = binding.what
            if isinstance(what, ClassInfo):
                return frozenset({ClassRef(what)})
            return (results.of_decorators(self, what) if what.decorators else NOTHING) or frozenset(
                {FunctionRef(what)}
            )
        if isinstance(binding, Imported):
            return self.imported(binding.module, binding.name)
        if isinstance(binding, Parameter):
            return self.parameter(binding)
        return self.assigned(binding)

    def imported(self, module_name: str, name: str | None) -> Types:
        """What ``import module_name`` or ``from module_name import name`` gives."""
        if name is not None and module_name.partition(".")[0] == _RUNTIME:
            # Our own runtime is described, even where a project holds its source as well.
            described = self.catalog.canonical(f"{module_name}.{name}")
            if self.catalog.api(described) is not None:
                return frozenset({External(described)})
        module = self.project.module(module_name)
        if module_name == "__main__" and name is not None:
            return frozenset().union(*(self.module_member(main, name) for main in self.project.mains(name)))
        if module is None:
            if self.project.is_own(module_name) and name is not None:
                submodule = self.project.module(f"{module_name}.{name}")
                return frozenset({ModuleRef(submodule)}) if submodule else NOTHING
            full = module_name if name is None else f"{module_name}.{name}"
            return frozenset({External(self.catalog.canonical(full))})
        if name is None:
            return frozenset({ModuleRef(module)})
        return self.module_member(module, name)

    def module_member(self, module: object, name: str) -> Types:
        """What ``module.name`` is for a module of the project: a name it binds, else a submodule."""
        assert isinstance(module, ModuleInfo)

        def work() -> Types:
            # A package that imports its own submodule (``from . import views``) binds the name to itself at first sight.
            found = self.name(name, module.scope) if self.bindings(name, module.scope) else NOTHING
            # ``state.redis = connect()`` in another module sets what this one only declares.
            found = found.union(*(self.assigned(value) for value in self.written(module, name)))
            if found:
                return found
            submodule = self.project.module(f"{module.name}.{name}")
            if submodule is None and "__getattr__" in module.scope.bindings:
                return self._defined_elsewhere(module, name)
            return frozenset({ModuleRef(submodule)}) if submodule else NOTHING

        return self._solution.answer(("member", module, name), work)

    def _defined_elsewhere(self, module: ModuleInfo, name: str) -> Types:
        """What a module gives by its ``__getattr__``: what any module of the project defines under that name."""
        return frozenset[Type]().union(
            *(
                self.name(name, other.scope)
                for other in self.project.modules.values()
                if other is not module
                and any(isinstance(item, Defined) for item in other.scope.bindings.get(name, ()))
            )
        )

    def assigned(self, value: Assigned) -> Types:
        """What a recorded assignment gives, following its steps."""
        if value.steps and value.steps[0] == "annotated":
            # A question of its own: ``post: post.Post`` names itself.
            return self._solution.answer(
                value, lambda: type_expressions.instances(self, value.expression, value.scope)
            )
        found = self.types(value.expression, value.scope)
        for step in value.steps:
            if step == "element":
                found = elements.element(self, found)
            elif step == "entered":
                found = elements.entered(self, found)
            elif step == "caught":
                found = type_expressions.instances_of(self, found)
            elif step == "rest":
                found = container("list", elements.element(self, found))
            elif isinstance(step, int):
                found = elements.item(self, found, step)
        return found

    def parameter(self, parameter: Parameter) -> Types:
        """What a parameter can be: its annotation, default, fixture, ``self``, and what callers pass."""
        return self._solution.answer(parameter, lambda: parameters.of_parameter(self, parameter))

    # -- attributes ---------------------------------------------------------------------------------------

    def attribute(self, owners: Types, name: str) -> Types:
        """What ``owner.name`` can be."""
        return frozenset().union(*(members.attribute(self, owner, name) for owner in owners))

    def library_names(self, known: Types) -> frozenset[str]:
        """The catalogue's names of the libraries' things in ``known``."""
        names = self._library_names.get(known)
        if names is None:
            external = [item.name for item in known if isinstance(item, External)]
            names = self._library_names[known] = frozenset(self.catalog.known_as(name) for name in external)
        return names

    def written(self, owner: ClassInfo | ModuleInfo | str, name: str) -> list[Assigned]:
        """What the project assigns to attribute ``name`` of ``owner`` or its objects from outside (``g.db = ...``)."""
        if self._writes is None:
            self._writes = {}
            for module in self.project.modules.values():
                for write in module.attribute_writes:
                    self._writes.setdefault(write.name, []).append(write)
        if name not in self._writes and owner != _PARSED:
            return []
        found = []
        for write in self._writes.get(name, ()):
            targets = members.values(self, self.types(write.target, write.value.scope))
            for target in targets:
                if (
                    (isinstance(target, Instance) and target.of == owner)
                    or (isinstance(target, ClassRef) and target.info is owner)
                    or (isinstance(target, External) and target.name == owner)
                    or (isinstance(target, ModuleRef) and target.info is owner)
                ):
                    found.append(write.value)
                    break
        return found + self._defaults(name) if owner == _PARSED else found

    def _defaults(self, name: str) -> list[Assigned]:
        """What ``parser.set_defaults(name=...)`` makes an attribute of what a command line is parsed into."""
        return [
            Assigned(keyword.value, module.scopes[call])
            for call, module in self.project.calls.named(SETS_DEFAULTS)
            for keyword in call.keywords
            if keyword.arg == name
            and any(
                isinstance(item, External) and item.name == f"argparse.ArgumentParser.{SETS_DEFAULTS}"
                for item in self.types(call.func, module.scopes[call])
            )
        ]

    def decorated_by(self, decorator: FunctionInfo) -> list[FunctionInfo]:
        """The functions that ``decorator`` is applied to with ``@``, itself or as what a call of ``@outer(...)`` gives."""
        if self._decorators is None:
            self._decorators = {}
            for function in self.project.functions():
                for node in function.decorators:
                    target = node.func if isinstance(node, ast.Call) else node
                    name = last_name(target)
                    self._decorators.setdefault(name, []).append((function, node))
        names = {decorator.name}
        outer = decorator.outer.owner()
        while outer is not None:
            names.add(outer.name)
            outer = outer.outer.owner()
        names |= {alias for name in names for alias in self.project.calls.aliases(name)}
        return [
            function
            for name in sorted(names)
            for function, node in self._decorators.get(name, ())
            if any(
                isinstance(item, FunctionRef) and item.info is decorator
                for item in self.types(node, function.outer)
            )
        ]

    def signed_in_users(self) -> Types:
        """What the project's user loaders give: what ``current_user`` is."""
        return self._solution.answer("signed-in users", lambda: results.of_user_loaders(self))

    def token_users(self) -> Types:
        """What the project's loaders give that look up the user of a token."""
        return self._solution.answer("users of tokens", lambda: results.of_token_loaders(self))

    def function_value(self, function: FunctionInfo) -> Types:
        """What a call of ``function`` returns."""
        return self._solution.answer(("result", function), lambda: results.of_function(self, function))


_YES: Types = frozenset({Instance("bool")})
_BUILTINS = frozenset(dir(builtins))
_RUNTIME = "quart_app"


def _is_said(binding: Binding) -> bool:
    """Whether a binding is no value but an annotation."""
    return isinstance(binding, Assigned) and binding.steps[:1] == ("annotated",)
