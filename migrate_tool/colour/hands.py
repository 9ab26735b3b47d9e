"""Into whose hands a coroutine goes: who awaits it, when the call that made it does not.

A call of an asynchronous function need not be awaited on the spot: its coroutine may be handed to ``gather``, kept under a name
that is awaited later, put into a list of tasks, passed to a function that awaits its parameter, or returned by a plain
function to callers who await it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum

from migrate_tool.model.contents import CONTAINERS
from migrate_tool.model.project import Project
from migrate_tool.model.symbols import FunctionInfo, ModuleInfo, Parameter, Scope
from migrate_tool.model.types import ClassRef, External, FunctionRef, Instance, Type

from .runners import RUNNERS, may_run

_PUTS = frozenset({"append", "add", "put", "put_nowait", "insert", "extend", "appendleft", "setdefault"})
#: Methods of containers that give what is inside.
_TAKES = frozenset({"values", "items", "copy", "pop", "popleft", "get"})
_CONTAINERS = CONTAINERS | {"tuple"}
#: Chains of hands longer than this are not followed.
_FARTHEST = 60


class Taken(Enum):
    """Whether somebody takes care of a coroutine."""

    NO = "no"
    YES = "yes"
    #: The plain function around it returns it: its callers must.
    BACK = "back"


class Hands:
    """Answers who takes care of what a call gives."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._loads: dict[ModuleInfo, dict[str, list[ast.Name]]] = {}
        self._attributes: dict[str, list[tuple[ast.Attribute, ModuleInfo]]] | None = None
        self._parameters: dict[Parameter, bool] = {}
        self._methods: dict[str, list[FunctionInfo]] | None = None
        self._answers: dict[ast.AST, bool] = {}
        #: The nodes of the question that is being answered.
        self._asked: list[ast.AST] = []

    def taken(self, module: ModuleInfo, node: ast.AST, native: bool = False, entered: bool = False) -> Taken:
        """Who takes care of what ``node`` gives.

        Args:
            module: the file of ``node``.
            node: the call or name.
            native: it was a coroutine before the migration, so a plain function may return it.
            entered: ``async with`` or ``async for`` takes it as well as ``await``.
        """
        if native and self.project.has_coroutines and _goes_back(module, node):
            return Taken.BACK
        if entered and _is_entered(module, node):
            return Taken.YES
        return Taken.YES if self._in_hand(module, node, 0) else Taken.NO

    def _in_hand(self, module: ModuleInfo, node: ast.AST, depth: int) -> bool:
        """Whether what ``node`` gives is taken care of; each node is followed once."""
        known = self._answers.get(node)
        if known is not None or depth > _FARTHEST:
            return bool(known)
        outermost = not self._asked
        self._answers[node] = False  # so far: a chain that comes back to it has found nothing new
        self._asked.append(node)
        found = self._follow(module, node, depth)
        if found:
            self._answers[node] = True
        if outermost:
            if found:
                # What was asked before the answer was there may have missed it.
                for other in self._asked:
                    if not self._answers[other]:
                        del self._answers[other]
            self._asked.clear()
        return found

    def _follow(self, module: ModuleInfo, node: ast.AST, depth: int) -> bool:
        parent = module.parents.get(node)
        if parent is None:
            return False
        if isinstance(parent, ast.Await):
            return True
        if isinstance(parent, ast.comprehension):
            return parent.iter is node and not parent.is_async and self.bound(module, parent.target, depth)
        if isinstance(parent, ast.keyword):
            parent, node = module.parents[parent], parent
        if isinstance(parent, ast.Call):
            return parent.func is not node and self._handed(module, parent, node, depth)
        if isinstance(parent, ast.Starred):
            return self._in_hand(module, parent, depth + 1)
        if not self.project.has_coroutines:
            return False
        return self._kept(module, parent, node, depth)

    def _kept(self, module: ModuleInfo, parent: ast.AST, node: ast.AST, depth: int) -> bool:
        """Whether what ``node`` gives is kept in something, or under a name, that is awaited."""
        if isinstance(parent, ast.For):
            return parent.iter is node and self.bound(module, parent.target, depth)
        if isinstance(
            parent, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.BoolOp | ast.ListComp | ast.SetComp
        ):
            return self._in_hand(module, parent, depth + 1)
        if isinstance(parent, ast.GeneratorExp | ast.DictComp):
            return self._in_hand(module, parent, depth + 1)
        if isinstance(parent, ast.IfExp):
            return parent.test is not node and self._in_hand(module, parent, depth + 1)
        if isinstance(parent, ast.Subscript):
            return parent.value is node and self._in_hand(module, parent, depth + 1)
        if isinstance(parent, ast.Attribute) and parent.attr in _TAKES:
            call = module.parents.get(parent)
            return (
                isinstance(call, ast.Call)
                and call.func is parent
                and self._may_be_container(module, parent.value)
                and self._in_hand(module, call, depth + 1)
            )
        if isinstance(parent, ast.Assign):
            return any(self.bound(module, target, depth) for target in parent.targets)
        if isinstance(parent, ast.Return):
            return self._returned(module, parent, depth)
        if isinstance(parent, ast.AnnAssign):
            return self.bound(module, parent.target, depth)
        if isinstance(parent, ast.NamedExpr):
            return self.bound(module, parent.target, depth) or self._in_hand(module, parent, depth + 1)
        return False

    # -- names and attributes --------------------------------------------------------------------------------

    def bound(self, module: ModuleInfo, target: ast.expr, depth: int) -> bool:
        """Whether a read of what is bound to ``target`` is in hand."""
        if isinstance(target, ast.Name):
            return self._name(module, target.id, module.scopes[target], depth)
        if isinstance(target, ast.Attribute):
            return self._attribute(module, target, depth)
        if isinstance(target, ast.Subscript):
            return self._container(module, target.value, depth)
        if isinstance(target, ast.Tuple | ast.List):
            return any(self.bound(module, item, depth) for item in target.elts)
        return False

    def _name(self, module: ModuleInfo, name: str, scope: Scope, depth: int) -> bool:
        if not self.project.has_coroutines:
            return False
        return any(self._in_hand(module, load, depth + 1) for load in self.same_loads(module, name, scope))

    def same_loads(self, module: ModuleInfo, name: str, scope: Scope) -> Iterator[ast.Name]:
        """Every read of what ``name`` is bound to in ``scope``."""
        wanted = self.project.types.bindings(name, scope)
        for load in self._loads_of(module).get(name, ()) if wanted else ():
            same = self.project.types.bindings(name, module.scopes[load])
            if same and same[0] is wanted[0]:
                yield load

    def _attribute(self, module: ModuleInfo, target: ast.Attribute, depth: int) -> bool:
        if not self.project.has_coroutines:
            return False
        if self._attributes is None:
            self._attributes = {}
            for other in self.project.modules.values():
                for node in other.of_type(ast.Attribute):
                    assert isinstance(node, ast.Attribute)
                    if isinstance(node.ctx, ast.Load):
                        self._attributes.setdefault(node.attr, []).append((node, other))
        types = self.project.types
        owner = types.types(target.value, module.scopes[target])
        spelled = ast.dump(target.value)
        for node, other in self._attributes.get(target.attr, ()):
            same = bool(owner & types.types(node.value, other.scopes[node]))
            if not owner and other is module:
                same = ast.dump(node.value) == spelled
            if same and self._in_hand(other, node, depth + 1):
                return True
        return False

    def _container(self, module: ModuleInfo, node: ast.expr, depth: int) -> bool:
        if not self._may_be_container(module, node):
            return False
        if isinstance(node, ast.Name):
            return self._name(module, node.id, module.scopes[node], depth)
        return isinstance(node, ast.Attribute) and self._attribute(module, node, depth)

    def _may_be_container(self, module: ModuleInfo, node: ast.expr) -> bool:
        types = self.project.types.types(node, module.scopes[node])
        return not types or any(isinstance(item, Instance) and item.of in _CONTAINERS for item in types)

    def _loads_of(self, module: ModuleInfo) -> dict[str, list[ast.Name]]:
        known = self._loads.get(module)
        if known is None:
            known = self._loads[module] = {}
            for node in module.of_type(ast.Name):
                assert isinstance(node, ast.Name)
                if isinstance(node.ctx, ast.Load):
                    known.setdefault(node.id, []).append(node)
        return known

    # -- calls ------------------------------------------------------------------------------------------------

    def _handed(self, module: ModuleInfo, call: ast.Call, given: ast.AST, depth: int) -> bool:
        """Whether ``call`` takes care of its argument ``given``."""
        targets = self.project.types.types(call.func, module.scopes[call])
        known = False
        for target in targets:
            if isinstance(target, External):
                api = self.project.catalog.api(target.name)
                known = known or api is not None
                if api is not None and api.runs:
                    return True
        if not self.project.has_coroutines:
            return False
        if isinstance(call.func, ast.Attribute):
            if call.func.attr in _PUTS and self._container(module, call.func.value, depth):
                return True
            if call.func.attr in RUNNERS and not known and may_run(call.func, targets):
                return True
        if isinstance(call.func, ast.Name) and targets and all(_is_container(item) for item in targets):
            return self._in_hand(module, call, depth + 1)
        own = [target for target in targets if isinstance(target, FunctionRef | ClassRef)]
        if isinstance(call.func, ast.Attribute) and not (own or known):
            # Nobody knows on what it is called; the project's methods of that name say what becomes of the argument.
            own = [FunctionRef(method, Instance("")) for method in self._methods_named(call.func.attr)]
        return any(
            self._parameter(parameter, depth)
            for target in own
            for parameter in _parameters(target, call, given)
        )

    def _methods_named(self, name: str) -> list[FunctionInfo]:
        if self._methods is None:
            self._methods = {}
            for cls in self.project.classes():
                for method in cls.methods.values():
                    self._methods.setdefault(method.name, []).append(method)
        return self._methods.get(name, [])

    def _returned(self, module: ModuleInfo, node: ast.Return, depth: int) -> bool:
        """Whether a caller of the function takes care of what it returns (a list of coroutines, mostly)."""
        owner = module.scopes[node].owner()
        if owner is None:
            return False
        for call, other in self.project.calls.named(owner.name):
            targets = self.project.types.types(call.func, other.scopes[call])
            if not any(isinstance(item, FunctionRef) and item.info is owner for item in targets):
                continue
            given: ast.AST | None = call
            if owner.is_async:
                given = other.parents.get(call)
                if not isinstance(given, ast.Await):
                    continue
            if given is not None and self._in_hand(other, given, depth + 1):
                return True
        return False

    def _parameter(self, parameter: Parameter, depth: int) -> bool:
        if parameter not in self._parameters:
            self._parameters[parameter] = False  # while it is worked out
            function = parameter.function
            self._parameters[parameter] = self._name(
                function.module, parameter.node.arg, function.scope, depth
            )
        return self._parameters[parameter]


def _is_entered(module: ModuleInfo, node: ast.AST) -> bool:
    parent = module.parents.get(node)
    if isinstance(parent, ast.AsyncFor):
        return parent.iter is node
    if isinstance(parent, ast.comprehension):
        return bool(parent.is_async) and parent.iter is node
    return isinstance(parent, ast.withitem) and isinstance(module.parents.get(parent), ast.AsyncWith)


def _goes_back(module: ModuleInfo, node: ast.AST) -> bool:
    """Whether the plain function around ``node`` returns what it gives."""
    parent = module.parents.get(node)
    while isinstance(parent, ast.IfExp | ast.BoolOp):
        parent = module.parents.get(parent)
    if isinstance(parent, ast.Lambda):
        return True
    owner = module.scopes[node].owner()
    return (
        isinstance(parent, ast.Return) and owner is not None and not owner.is_async and not owner.is_generator
    )


def _is_container(target: Type) -> bool:
    return isinstance(target, External) and target.name in {
        "builtins.list",
        "builtins.tuple",
        "builtins.set",
        "builtins.enumerate",
        "builtins.zip",
        "builtins.reversed",
        "builtins.iter",
        "builtins.next",
    }


def _parameters(target: Type, call: ast.Call, given: ast.AST) -> list[Parameter]:
    """The parameters of a function of the project that ``given`` ends in."""
    function: FunctionInfo | None = None
    offset = 0
    if isinstance(target, FunctionRef):
        function = target.info
        offset = 1 if target.receiver is not None and function.cls is not None else 0
    elif isinstance(target, ClassRef):
        function = target.info.methods.get("__init__")
        offset = 1
    if function is None:
        return []
    if isinstance(given, ast.keyword):
        return [item for item in function.parameters if item.node.arg == given.arg]
    if given not in call.args:
        return []
    index = call.args.index(given) + offset
    exact = [item for item in function.parameters if item.index == index and item.kind == "normal"]
    return exact or [item for item in function.parameters if item.kind == "args"]
