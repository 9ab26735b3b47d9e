"""What parameters are given: ``self``, fixtures, and what callers, decorators and threads pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias, cast

from . import ancestry, annotated, decorators, handed_on, holders, listeners, members, type_expressions
from .fixpoint import Gathered
from .results import OF_RECEIVER, QUERY, VIEW_OF_CLASS, is_fixture
from .symbols import ClassInfo, FunctionInfo, ModuleInfo, Parameter, Scope
from .types import NOTHING, ClassRef, External, FunctionRef, Instance, Type, Types, container

if TYPE_CHECKING:
    from .inference import Inference

#: How many call sites of one function are looked at to learn what its parameters are.
MOST_CALL_SITES = 400
#: What takes ``decorators=[...]`` for all views it registers.
_APIS_OF_VIEWS = frozenset({"flask_restful.Api", "flask_restx.Api", "flask_restx.Namespace"})


#: The methods of a class-based view that its decorators are put around.
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
#: The calls that reach a function.
_Calls: TypeAlias = frozenset[tuple[ast.Call, ModuleInfo, int]]


def of_parameter(inference: Inference, parameter: Parameter) -> Types:
    """What ``parameter`` can be."""
    function = parameter.function
    if parameter.index == 0 and function.cls is not None and (own := _self(inference, function)) is not None:
        return _below_in_its_class(inference, function) or own
    if given := listeners.heard(inference, parameter):
        # An annotation says the same of the synchronous core, by names that mean the awaited layer elsewhere.
        return given
    found: set[Type] = set()
    if parameter.node.annotation is not None:
        said = type_expressions.instances(inference, parameter.node.annotation, function.outer)
        if parameter.kind == "args":
            return container("list", said)
        if parameter.kind == "kwargs":
            return container("dict", NOTHING, said)
        found |= said
    if parameter.default is not None:
        found |= inference.types(
            parameter.default, function.module.scopes.get(parameter.default, function.outer)
        )
    if parameter.kind != "normal":
        return frozenset(found)
    if _takes_fixtures(inference, function):
        provided = inference.project.fixtures.visible(parameter.node.arg, function)
        if provided is not None:
            return frozenset(found) | inference.function_value(provided)
        found |= frozenset({External(f"pytest.fixtures.{parameter.node.arg}")})
        return frozenset(found)
    found |= _from_decorating(inference, parameter)
    found |= _from_decorating_classes(inference, parameter)
    found |= _from_wrappers_of_views(inference, parameter)
    found |= _from_starting(inference, parameter)
    return annotated.beside(frozenset(found), _from_calls(inference, parameter))


def _self(inference: Inference, function: FunctionInfo) -> Types | None:
    assert function.cls is not None
    names = {name for _, name in decorators.decorator_names(inference, function)}
    if "builtins.staticmethod" in names:
        return None
    if "builtins.classmethod" in names or function.name in {
        "__new__",
        "__init_subclass__",
        "__class_getitem__",
    }:
        return frozenset({ClassRef(function.cls)})
    if ancestry.derives(inference, function.cls, QUERY):
        # What a query is of, the call says: see ``results.of_receiver``.
        return frozenset({Instance(function.cls, (frozenset({OF_RECEIVER}),))})
    return frozenset({Instance(function.cls)})


def _takes_fixtures(inference: Inference, function: FunctionInfo) -> bool:
    return function.name.startswith("test") or is_fixture(inference, function)


def _below_in_its_class(inference: Inference, function: FunctionInfo) -> Types:
    """What ``@f`` stands above in the body of ``f``'s own class: there ``f`` is a plain function, and gets that for ``self``."""
    return frozenset(
        FunctionRef(below)
        for below in inference.decorated_by(function)
        if below.outer is function.outer
        and any(isinstance(node, ast.Name) and node.id == function.name for node in below.decorators)
    )


def _takes_first(inference: Inference, parameter: Parameter) -> bool:
    """Whether it is the first that a call names: after ``self``, where there is one."""
    function = parameter.function
    bound = function.cls is not None and _self(inference, function) is not None
    return parameter.index == (1 if bound else 0)


def _from_decorating(inference: Inference, parameter: Parameter) -> Types:
    """``@f`` above ``def g`` passes ``g`` to ``f``'s first parameter."""
    if not _takes_first(inference, parameter):
        return NOTHING
    return frozenset(FunctionRef(g) for g in inference.decorated_by(parameter.function))


def _from_decorating_classes(inference: Inference, parameter: Parameter) -> Types:
    """``decorators = [f]`` in a class-based view, or given to an API, passes the view that ``as_view`` makes to ``f``."""
    if not _takes_first(inference, parameter):
        return NOTHING

    def is_meant(item: ast.expr, scope: Scope) -> bool:
        return any(
            isinstance(found, FunctionRef) and found.info is parameter.function
            for found in inference.types(item, scope)
        )

    for cls, item in inference.project.calls.decorators_of_classes:
        if is_meant(item, cls.module.scopes.get(item, cls.scope)) and ancestry.derives(
            inference, cls, "flask.views.View"
        ):
            return frozenset({External(VIEW_OF_CLASS)})
    for call, module, item in inference.project.calls.decorators_of_apis:
        scope = module.scopes[call]
        if is_meant(item, scope) and any(
            isinstance(target, External)
            and inference.project.catalog.canonical(target.name) in _APIS_OF_VIEWS
            for target in inference.types(call.func, scope)
        ):
            return frozenset({External(VIEW_OF_CLASS)})
    return NOTHING


def _from_wrappers_of_views(inference: Inference, parameter: Parameter) -> Types:
    """What the decorators in ``method_decorators = [f]`` pass on: ``view(*args, user=user)`` gives a method its ``user``."""
    function = parameter.function
    if function.cls is None or function.name not in _VERBS:
        return NOTHING
    family = ancestry.lineage(inference, function.cls)
    found: set[Type] = set()
    for cls, item in inference.project.calls.decorators_of_classes:
        if cls not in family:
            continue
        for decorator in inference.types(item, cls.module.scopes.get(item, cls.scope)):
            if isinstance(decorator, FunctionRef):
                for call, module in _calls_of_first(inference, decorator.info):
                    argument = argument_for(call, parameter, 1)
                    if argument is not None:
                        found |= inference.types(argument, module.scopes[call])
    return frozenset(found)


def _calls_of_first(inference: Inference, decorator: FunctionInfo) -> list[tuple[ast.Call, ModuleInfo]]:
    """The calls of what ``decorator`` decorates: of its first parameter."""
    return [
        (call, module)
        for call, module in inference.project.calls.of_parameters
        if isinstance(call.func, ast.Name)
        for bindings in inference.bindings(call.func.id, module.scopes[call])
        if any(isinstance(item, Parameter) and item.function is decorator for item in bindings)
    ]


def _from_calls(inference: Inference, parameter: Parameter) -> Types:
    def by(function: FunctionInfo) -> _Calls:
        return _calls(inference, function)

    found: set[Type] = set()
    for call, module, offset in _calls(inference, parameter.function):
        argument = argument_for(call, parameter, offset)
        if argument is not None:
            found |= inference.types(argument, module.scopes.get(argument, module.scopes[call]))
        else:
            for value in inference.project.calls.put_by_name(call, parameter.node.arg, module):
                found |= inference.assigned(value)
            found |= handed_on.handed_on(inference, call, module, parameter, offset, by)
    return frozenset(found)


def _calls(inference: Inference, function: FunctionInfo) -> _Calls:
    """One question for all parameters of the function. What answers it are no types, but kept in the same way."""
    found = inference.solve(("calls", function), lambda: cast(Types, _reaching(inference, function)))
    return cast(_Calls, found)


def _reaching(inference: Inference, function: FunctionInfo) -> _Calls:
    """The calls that reach ``function``, with the number of parameters that are filled before their arguments."""
    calls = holders.calls_of_nameless(inference, function)
    if calls is None:
        name = (
            function.cls.name if function.name == "__init__" and function.cls is not None else function.name
        )
        calls = inference.project.calls.named(name)
    if function.name == "__init__" and function.cls is not None:
        calls = calls + _calls_of_heirs(inference, function.cls)
    calls = calls[:MOST_CALL_SITES]
    found: set[tuple[ast.Call, ModuleInfo, int]] = set()
    if _is_handed_on(inference, function):
        # Handed to a decorator or another function, it is called there by the name of a parameter.
        for target, which in _by_callee(inference, function):
            offset = _offset(inference, target, function)
            if offset is not None:
                by_name = inference.calls_of_parameters[which][2]
                found.update((call, module, offset) for call, module in by_name)
    if function.outer.owner() is not None:
        # A function that another one gives may be called right there, without a name.
        calls = calls + inference.project.calls.of_results
    for call, module in calls:
        for offset in _offsets(inference, inference.types(call.func, module.scopes[call]), function):
            found.add((call, module, offset))
    return frozenset(found)


def _calls_of_heirs(inference: Inference, cls: ClassInfo) -> list[tuple[ast.Call, ModuleInfo]]:
    """The calls that make an object of a class that inherits the ``__init__`` of ``cls``, and those of ``super().__init__``."""
    heirs = ancestry.subclasses(inference, cls)
    found = [
        call
        for heir in heirs
        if _maker(inference, heir) is cls
        for call in inference.project.calls.named(heir.name)
    ]
    return found + [
        (call, module)
        for call, module in (inference.project.calls.named("__init__") if heirs else ())
        if (within := module.scopes[call].owner()) is not None and within.cls in heirs
    ]


def _maker(inference: Inference, cls: ClassInfo) -> ClassInfo | None:
    """The class of the project whose ``__init__`` makes an object of ``cls``."""
    for ancestor in ancestry.lineage(inference, cls):
        if isinstance(ancestor, ClassInfo) and "__init__" in ancestor.methods:
            return ancestor
    return None


def _is_handed_on(inference: Inference, function: FunctionInfo) -> bool:
    """Whether a decorator or another function of the project gets ``function`` to call."""
    return inference.yes_or_no(
        ("handed on", function),
        lambda: (
            any(
                isinstance(item, FunctionRef)
                for node in function.decorators
                for item in inference.types(node, function.outer)
            )
            or any(
                isinstance(item, FunctionRef | ClassRef)
                for call, module in inference.project.calls.passing(function.name)
                for item in inference.types(call.func, module.scopes[call])
            )
        ),
    )


def _from_starting(inference: Inference, parameter: Parameter) -> Types:
    """``Thread(target=f, args=(x,))``, ``pool.submit(f, x)`` and ``partial(f, x)`` pass ``x`` to ``f``."""
    function = parameter.function
    if function.name == "<lambda>":
        return NOTHING
    found: set[Type] = set()
    for call, module in inference.project.calls.passing(function.name):
        scope = module.scopes[call]
        started, given, named = _started(call)
        if started is None:
            continue
        for target in inference.types(started, scope):
            offset = _offset(inference, target, function)
            if offset is None:
                continue
            keyword = next((value for name, value in named if name == parameter.node.arg), None)
            position = parameter.index - offset
            argument = keyword or (given[position] if 0 <= position < len(given) else None)
            if argument is not None and not isinstance(argument, ast.Starred):
                found |= inference.types(argument, module.scopes.get(argument, scope))
    return frozenset(found)


def _started(call: ast.Call) -> tuple[ast.expr | None, list[ast.expr], list[tuple[str | None, ast.expr]]]:
    """The function that a call hands on, with the positional and keyword arguments that come with it."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if "target" in keywords or "function" in keywords:
        args = keywords.get("args")
        kwargs = keywords.get("kwargs")
        given = list(args.elts) if isinstance(args, ast.Tuple | ast.List) else []
        named: list[tuple[str | None, ast.expr]] = []
        if isinstance(kwargs, ast.Dict):
            named = [
                (str(key.value) if isinstance(key, ast.Constant) else None, value)
                for key, value in zip(kwargs.keys, kwargs.values, strict=True)
            ]
        return keywords.get("target") or keywords.get("function"), given, named
    if call.args:
        return call.args[0], call.args[1:], [(keyword.arg, keyword.value) for keyword in call.keywords]
    return None, [], []


#: What is called by the name of a parameter, and by which of them: no types, but kept in the same way.
_Called: TypeAlias = frozenset[tuple[Type, int]]
_CALLED = Gathered("calls of parameters")


def _by_callee(inference: Inference, function: FunctionInfo) -> list[tuple[Type, int]]:
    """Where ``function`` may be what is called by the name of a parameter."""
    called = cast(_Called, inference.solve(_CALLED, lambda: cast(Types, _called_parameters(inference))))
    kept, by_callee = inference.called_parameters
    if kept is not called:
        by_callee = {}
        for item in called:
            target = item[0]
            # Which class's ``__init__`` or ``__call__`` is called is no question of names.
            callee = target.info if isinstance(target, FunctionRef) else type(target)
            by_callee.setdefault(callee, []).append(item)
        inference.called_parameters = called, by_callee
    kind = {"__init__": ClassRef, "__call__": Instance}.get(function.name)
    return [*by_callee.get(function, ()), *(by_callee.get(kind, ()) if kind else ())]


def _called_parameters(inference: Inference) -> _Called:
    return frozenset(
        (target, which)
        for which, (_, _, calls) in enumerate(inference.calls_of_parameters)
        for target in inference.types(calls[0][0].func, calls[0][1].scopes[calls[0][0]])
        if isinstance(target, FunctionRef | ClassRef | Instance)
    )


def _offsets(inference: Inference, targets: Types, function: FunctionInfo) -> Iterator[int]:
    """For each of ``targets`` whose call is one of ``function``: how many parameters are filled before its arguments."""
    if function.name != "__call__":
        known = inference.callees.get(targets)
        if known is None:
            known = inference.callees[targets] = frozenset(
                item.info for item in targets if isinstance(item, FunctionRef | ClassRef)
            )
        made = function.name == "__init__" and any(isinstance(item, ClassInfo) for item in known)
        if function not in known and not made:
            return
    for target in targets:
        offset = _offset(inference, target, function)
        if offset is not None:
            yield offset


def _offset(inference: Inference, target: Type, function: FunctionInfo) -> int | None:
    """How many parameters are filled before the call's own arguments; None if it is another function's call."""
    if isinstance(target, FunctionRef) and target.info is function:
        if target.receiver is None or function.cls is None:
            return 0
        names = {name for _, name in decorators.decorator_names(inference, function)}
        if "builtins.staticmethod" in names:
            return 0
        by_class = isinstance(target.receiver, ClassRef) and "builtins.classmethod" not in names
        return 0 if by_class and function.name != "__new__" else 1
    if isinstance(target, ClassRef) and function.name == "__init__" and function.cls is not None:
        return 1 if _maker(inference, target.info) is function.cls else None
    if isinstance(target, Instance) and function.name == "__call__":
        methods = members.attribute(inference, target, "__call__")
        return 1 if any(isinstance(m, FunctionRef) and m.info is function for m in methods) else None
    return None


def argument_for(call: ast.Call, parameter: Parameter, offset: int) -> ast.expr | None:
    """The argument of ``call`` that ends in ``parameter`` (None: its default, or not to be told)."""
    for keyword in call.keywords:
        if keyword.arg == parameter.node.arg:
            return keyword.value
    position = parameter.index - offset
    if parameter.index < 0 or position < 0 or position >= len(call.args):
        return None
    if any(isinstance(argument, ast.Starred) for argument in call.args[: position + 1]):
        return None
    return call.args[position]
