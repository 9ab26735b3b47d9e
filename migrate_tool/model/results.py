"""What calls give back."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from migrate_tool.catalog import Consumer

from . import (
    ancestry,
    annotated,
    by_hand,
    decorators,
    elements,
    fixture_values,
    generics,
    keyed,
    loaded,
    made,
    members,
    named,
    records,
    relationships,
    schemas,
    type_expressions,
)
from .symbols import Assigned, ClassInfo, FunctionInfo, Scope
from .types import NOTHING, ClassRef, External, FunctionRef, Instance, Type, Types, container

if TYPE_CHECKING:
    from .inference import Inference

#: Methods that give the attribute whose name they are given: ``g.pop("db", None)``.
_ATTRIBUTE_BY_NAME = frozenset(f"flask.ctx._AppCtxGlobals.{name}" for name in ("get", "pop", "setdefault"))
#: Queries of the project's own classes, whose methods see what they are a query of only in the call: ``Model.query.live()``.
QUERY = "sqlalchemy.orm.Query"
OF_RECEIVER = Instance("sqlalchemy.orm.Query.T")
#: What says of a value which type it has.
_CASTS = frozenset({"typing.cast", "typing_extensions.cast"})
#: What stands for any method whose name a test computes: a client's are named after HTTP's.
_ALIKE = {"flask.testing.FlaskClient": "flask.testing.FlaskClient.open"}
THREADS = frozenset({"threading.Thread", "quart_app.tasks.BackgroundThread"})
#: What ``as_view`` gives.
VIEW_OF_CLASS = "flask.views.View.as_view.view"
#: ``Callable[..., Awaitable[str]]``: its last argument is what a call gives.
CALLABLES = frozenset({"typing.Callable", "collections.abc.Callable"})
#: What has tables to inspect.
INSPECTED = frozenset({"sqlalchemy.Engine", "sqlalchemy.Connection"})
CONTEXT_MANAGER = "contextlib._GeneratorContextManager"
ASYNC_CONTEXT_MANAGER = "contextlib._AsyncGeneratorContextManager"
ASYNC_GENERATOR = "collections.abc.AsyncGenerator"


def of_call(inference: Inference, node: ast.Call, scope: Scope) -> Types:
    """What ``node`` evaluates to (for an awaited call: what awaiting it gives)."""
    found: set[Type] = set(by_hand.decorated(inference, node, scope))
    for target in inference.types(node.func, scope):
        found |= _of_target(inference, target, node, scope)
    return frozenset(found)


def _of_target(inference: Inference, target: Type, node: ast.Call, scope: Scope) -> Types:
    if isinstance(target, ClassRef):
        return made.by_class(inference, target.info) or frozenset({Instance(target.info)})
    if isinstance(target, FunctionRef):
        value = (
            generics.result(inference, target)
            or inference.function_value(target.info)
            or _of_overrides(inference, target)
        )
        result = _as_receiver(inference, target, value)
        result = _of_receiver(result, target.receiver)
        if Consumer.CONTEXT in decorators.decorator_consumers(inference, target.info):
            return container(CONTEXT_MANAGER, result)
        if decorators.is_async_context(inference, target.info):
            return container(ASYNC_CONTEXT_MANAGER, result)
        return result
    if isinstance(target, Instance):
        if target.of in CALLABLES and target.args:
            return target.args[-1]
        return elements.call_dunder(inference, target, "__call__")
    if isinstance(target, External):
        return _of_library(inference, target, node, scope)
    return NOTHING


def _of_overrides(inference: Inference, method: FunctionRef) -> Types:
    """What the classes that derive from the receiver's make of a method that itself gives nothing: ``raise NotImplementedError``."""
    cls = getattr(method.receiver, "of", None)
    if not isinstance(cls, ClassInfo) or method.info.returns or method.info.is_generator:
        return NOTHING
    return frozenset[Type]().union(
        *(
            inference.function_value(derived.methods[method.info.name])
            for derived in ancestry.subclasses(inference, cls)
            if method.info.name in derived.methods
        )
    )


def _as_receiver(inference: Inference, method: FunctionRef, result: Types) -> Types:
    """What an inherited method gives for the class it is called on: ``return self`` in a base class is no base object."""
    receiver, defined = method.receiver, method.info.cls
    cls = receiver.info if isinstance(receiver, ClassRef) else getattr(receiver, "of", None)
    if defined is None or cls is defined or not isinstance(cls, ClassInfo):
        return result
    if defined not in ancestry.lineage(inference, cls):
        return result
    return _with_class(result, defined, cls)


def _with_class(types: Types, base: ClassInfo, cls: ClassInfo) -> Types:
    return frozenset(
        Instance(cls if item.of is base else item.of, tuple(_with_class(arg, base, cls) for arg in item.args))
        if isinstance(item, Instance)
        else item
        for item in types
    )


def _of_receiver(result: Types, receiver: Type | None) -> Types:
    """``result`` with what stands for the object of the query replaced by what ``receiver`` is a query of."""
    if not any(_holds(item) for item in result):
        return result
    given = receiver.args[0] if isinstance(receiver, Instance) and receiver.args else NOTHING

    def filled(types: Types) -> Types:
        found: set[Type] = set()
        for item in types:
            if item == OF_RECEIVER:
                found |= given
            elif isinstance(item, Instance) and _holds(item):
                found.add(Instance(item.of, tuple(filled(arg) for arg in item.args)))
            else:
                found.add(item)
        return frozenset(found)

    return filled(result)


def _holds(item: Type) -> bool:
    return item == OF_RECEIVER or (
        isinstance(item, Instance) and any(_holds(inner) for arg in item.args for inner in arg)
    )


def _of_library(inference: Inference, target: External, node: ast.Call, scope: Scope) -> Types:
    name = target.name
    if name == "builtins.super":
        owner = _enclosing_class(scope)
        return container("super", frozenset({ClassRef(owner)})) if owner else NOTHING
    if name == "builtins.type" and len(node.args) == 1:
        subjects = members.values(inference, inference.types(node.args[0], scope))
        return frozenset[Type]().union(*(members.class_of(item) for item in subjects))
    if name == "builtins.getattr" and len(node.args) >= 2:
        owners = inference.types(node.args[0], scope)
        return _named_attribute(inference, owners, node.args[1]) or _any_attribute(
            inference, owners, node.args[1], scope
        )
    if name in _CASTS and len(node.args) > 1:
        said = type_expressions.instances(inference, node.args[0], scope)
        return said or inference.types(node.args[1], scope)
    if name in _ATTRIBUTE_BY_NAME and node.args and target.receiver is not None:
        return _named_attribute(inference, frozenset({target.receiver}), node.args[0])
    if name in THREADS:
        # A thread is known by what it runs: waiting for it waits where that became a coroutine function.
        work = next((keyword.value for keyword in node.keywords if keyword.arg == "target"), None)
        work = work or (node.args[1] if len(node.args) > 1 else None)
        return container(name, inference.types(work, scope) if work is not None else NOTHING)
    if found := (
        made.by_method(inference, name, target.receiver)
        or schemas.by_method(inference, name, target.receiver)
        or records.of_call(inference, name, node, scope)
        or named.imported(inference, name, node, scope)
        or loaded.of_call(inference, name, node, scope)
    ):
        return found
    if name == fixture_values.BY_NAME:
        return fixture_values.of_call(inference, node, scope)
    if name == "sqlalchemy.inspect":
        return _of_inspection(inference, node, scope)
    if name == relationships.RELATIONSHIP:
        return relationships.of_declaration(inference, node, scope)
    if name in keyed.ASKED and node.args and isinstance(target.receiver, Instance):
        return keyed.at_key(target.receiver, node.args[0])
    api = inference.catalog.api(name)
    if api is None:
        last = name.rpartition(".")[2]
        return frozenset({Instance(name)}) if last[:1].isupper() else NOTHING
    if api.kind == "class" and not api.type:
        return frozenset({Instance(inference.catalog.canonical(name))})
    if api.kind == "value":
        # A value may be a class: ``app.response_class(...)``.
        return frozenset().union(
            *(
                elements.call_dunder(inference, item, "__call__")
                if isinstance(item, Instance)
                else _of_target(inference, item, node, scope)
                for item in members.values(inference, frozenset({target}))
                if item != target
            )
        )
    arguments: tuple[Types, ...] = ()
    returned: Types = NOTHING
    if any(mark in api.type for mark in ("Arg", "New", "Item", "Elem", "Return", "Entered")):
        arguments = tuple(
            inference.types(argument, scope)
            for argument in node.args
            if not isinstance(argument, ast.Starred)
        )
        starred = [argument for argument in node.args if isinstance(argument, ast.Starred)]
        if starred and "*Args" in api.type:
            given = frozenset[Type]().union(*(inference.types(item.value, scope) for item in starred))
            return container("list", elements.element(inference, given).union(*arguments))
        if arguments and "Elem0" in api.type:
            arguments = (container("list", elements.element(inference, arguments[0])), *arguments[1:])
        called = 1 if "Return1" in api.type else 0
        if len(arguments) > called and "Return" in api.type:
            returned = frozenset().union(
                *(
                    inference.function_value(item.info)
                    for item in arguments[called]
                    if isinstance(item, FunctionRef)
                )
            )
    return type_expressions.parse(
        inference, api.type.replace("Elem0", "Item0"), target.receiver, returned, arguments
    )


def _of_inspection(inference: Inference, node: ast.Call, scope: Scope) -> Types:
    """``inspect(engine)`` gives an inspector; of anything else it is not told."""
    subjects = members.values(inference, inference.types(node.args[0], scope)) if node.args else NOTHING
    known = any(isinstance(item, Instance) and item.of in INSPECTED for item in subjects)
    return frozenset({Instance("sqlalchemy.Inspector")}) if known else NOTHING


def _named_attribute(inference: Inference, owners: Types, name: ast.expr) -> Types:
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        return inference.attribute(owners, name.value)
    return NOTHING


def _enclosing_class(scope: Scope) -> ClassInfo | None:
    current: Scope | None = scope
    while current is not None:
        if current.function is not None and current.function.cls is not None:
            return current.function.cls
        current = current.parent
    return None


def _any_attribute(inference: Inference, owners: Types, name: ast.expr, scope: Scope) -> Types:
    """``getattr(client, method)``, the name computed, where all attributes that are called so are of one kind."""
    if isinstance(name, ast.Constant) or _is_listed(inference, name, scope):
        return NOTHING
    return frozenset(
        External(_ALIKE[item.of], item)
        for item in members.values(inference, owners)
        if isinstance(item, Instance) and isinstance(item.of, str) and item.of in _ALIKE
    ) or named.attribute(inference, owners, name, scope)


def _is_listed(inference: Inference, name: ast.expr, scope: Scope) -> bool:
    """Whether a name goes through all that ``dir(module)`` lists: who looks at everything does not mean the functions."""
    return isinstance(name, ast.Name) and any(
        isinstance(item, Assigned)
        and isinstance(item.expression, ast.Call)
        and External("builtins.dir") in inference.types(item.expression.func, item.scope)
        for bindings in inference.bindings(name.id, scope)
        for item in bindings
    )


def of_function(inference: Inference, function: FunctionInfo) -> Types:
    """What a call of ``function`` gives: its return annotation, its returns; for a generator, what it yields."""
    found: set[Type] = set()
    node = function.node
    if not isinstance(node, ast.Lambda) and node.returns is not None:
        found |= type_expressions.instances(inference, node.returns, function.outer)
    if function.is_generator:
        for item in function.yields:
            if item.value is not None:
                given = inference.types(item.value, _scope_of(function, item.value))
                found |= given if isinstance(item, ast.Yield) else elements.element(inference, given)
        for said in list(found):
            if isinstance(said, Instance) and said.of in _ASYNC_RESULTS:
                found.discard(said)
                found |= said.args[0] if said.args else NOTHING
        if Consumer.CONTEXT in decorators.decorator_consumers(inference, function) or is_fixture(
            inference, function
        ):
            return frozenset(found)
        if function.is_async:
            if decorators.is_async_context(inference, function):
                return frozenset(found)
            return container(ASYNC_GENERATOR, frozenset(found))
        return container("list", frozenset(found))
    known = frozenset[Type]().union(
        *(inference.types(value, _scope_of(function, value)) for value in function.returns)
    )
    return annotated.beside(frozenset(found), known)


#: What the return annotation of an async generator says.
_ASYNC_RESULTS = frozenset(
    f"collections.abc.{name}" for name in ("AsyncGenerator", "AsyncIterator", "AsyncIterable")
)


def of_decorators(inference: Inference, function: FunctionInfo) -> Types:
    """What the name of a decorated function stands for, if that is no function: a group of commands."""
    made: Types = NOTHING
    for _, name in decorators.decorator_names(inference, function):
        api = inference.catalog.api(name)
        if api is not None and api.makes:
            made |= type_expressions.parse(inference, api.makes, None, NOTHING, ())
    return made


def is_fixture(inference: Inference, function: FunctionInfo) -> bool:
    """Whether ``function`` is a pytest fixture."""
    return Consumer.FIXTURE in decorators.decorator_consumers(inference, function)


def _scope_of(function: FunctionInfo, node: ast.expr) -> Scope:
    return function.module.scopes.get(node, function.scope)


#: What hands a function to Flask-Login that loads users.
_USER_LOADERS = frozenset(f"flask_login.LoginManager.{name}" for name in ("user_loader", "request_loader"))
_TOKEN_LOADERS = frozenset(
    (
        "flask_jwt_extended.JWTManager.user_lookup_loader",
        "flask_jwt_extended.JWTManager.user_loader_callback_loader",
        "flask_httpauth.HTTPAuth.verify_password",
        "flask_httpauth.HTTPAuth.verify_token",
    )
)


def of_user_loaders(inference: Inference) -> Types:
    """What the functions give that load signed-in users, and every class of users."""
    users = set(_of_loaders(inference, _USER_LOADERS))
    for cls in inference.project.classes():
        if ancestry.derives(inference, cls, "flask_login.UserMixin"):
            users.add(Instance(cls))
    return frozenset(users)


def of_token_loaders(inference: Inference) -> Types:
    """What the functions give that load the user of a token."""
    return _of_loaders(inference, _TOKEN_LOADERS)


def _of_loaders(inference: Inference, loaders: frozenset[str]) -> Types:
    """What the functions give that are handed to ``loaders``, as decorator or as argument."""
    found: set[Type] = set()
    for function in inference.project.functions():
        if any(name in loaders for _, name in decorators.decorator_names(inference, function)):
            found |= inference.function_value(function)
    for loader in sorted({name.rpartition(".")[2] for name in loaders}):
        for call, module in inference.project.calls.named(loader):
            names = {
                item.name
                for item in inference.types(call.func, module.scopes[call])
                if isinstance(item, External)
            }
            if names & loaders and call.args:
                for item in inference.types(call.args[0], module.scopes[call]):
                    if isinstance(item, FunctionRef):
                        found |= inference.function_value(item.info)
    return frozenset(item for item in found if isinstance(item, Instance) and isinstance(item.of, ClassInfo))
