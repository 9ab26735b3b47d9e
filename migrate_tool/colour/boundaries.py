"""Which functions cannot become ``async def``, why, and what their waiting code does instead."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from migrate_tool.catalog import Api, Consumer
from migrate_tool.model import ancestry
from migrate_tool.model.decorators import decorating
from migrate_tool.model.inference import Inference
from migrate_tool.model.results import CONTEXT_MANAGER, is_fixture
from migrate_tool.model.symbols import FunctionInfo
from migrate_tool.model.types import External, FunctionRef, Instance, Type

from .callable_objects import handed_objects
from .handed_functions import HandedFunctions
from .library_methods import library_caller
from .model_properties import is_property_of_model
from .modes import FREE, OF_CONSUMER, Boundary, strictest
from .named_methods import named_methods
from .sites import Survey, Use
from .structural import Structural

#: Names that pytest and nose call themselves, on classes and modules, without awaiting.
_RUNNER_HOOKS = frozenset(
    {"setup", "teardown", "setup_method", "teardown_method", "setup_class", "teardown_class", "setup_module"}
    | {
        "teardown_module",
        "setup_function",
        "teardown_function",
        "setUpModule",
        "tearDownModule",
        "setUpClass",
    }
    | {"tearDownClass"}
)


class Boundaries:
    """Answers what each function may become; overrides of one method get one answer."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.project = survey.project
        self.types = survey.project.types
        self._handed = HandedFunctions(survey)
        self._known: dict[FunctionInfo, Boundary] = {}
        self._groups: dict[FunctionInfo, list[FunctionInfo]] = {}

    def of(self, function: FunctionInfo) -> Boundary:
        """What ``function`` may become."""
        known = self._known.get(function)
        if known is None:
            group = self.group(function)
            known = strictest(self._single(item) for item in group) or FREE
            for item in group:
                self._known[item] = known
        return known

    def group(self, function: FunctionInfo) -> list[FunctionInfo]:
        """``function`` and the methods that override it or that it overrides: they have one colour."""
        if function in self._groups:
            return self._groups[function]
        group = [function]
        cls = function.cls
        if cls is not None and not function.name.startswith("test"):
            family = [base for base in ancestry.lineage(self.types, cls) if not isinstance(base, str)]
            for ancestor in list(family):
                family.extend(
                    other for other in ancestry.subclasses(self.types, ancestor) if other not in family
                )
            for member in family:
                # The list grows while it is read: what stands for a protocol has ancestors and descendants as well.
                for beside in self._structural.beside(member):
                    related = [
                        *ancestry.lineage(self.types, beside),
                        *ancestry.subclasses(self.types, beside),
                    ]
                    family.extend(
                        other for other in related if not isinstance(other, str) and other not in family
                    )
            for other in family:
                method = other.methods.get(function.name)
                if method is not None and method not in group:
                    group.append(method)
        for item in group:
            self._groups[item] = group
        return group

    @cached_property
    def _structural(self) -> Structural:
        return Structural(self.project)

    @cached_property
    def _named(self) -> dict[FunctionInfo, str]:
        return named_methods(self.project)

    @cached_property
    def _decorating(self) -> set[FunctionInfo]:
        """The project's decorators, and the functions that make them: what they give stands for a function, and cannot be awaited."""
        found: set[FunctionInfo] = set()
        for function in self.project.functions():
            for node in function.decorators:
                if isinstance(node, ast.Call):
                    makers = self._references(node.func, function)
                    made = self._references(node, function)
                    # A decorator with two uses gives itself, or what it puts around a function: that is none.
                    found |= makers | {item for item in made if item.outer.owner() in makers}
                else:
                    made = self._references(node, function)
                    found |= {item for item in made if item.outer.owner() not in made}
        return found

    def _references(self, node: ast.expr, function: FunctionInfo) -> set[FunctionInfo]:
        return {item.info for item in self.types.types(node, function.outer) if isinstance(item, FunctionRef)}

    # -- one function on its own -----------------------------------------------------------------------------

    def _single(self, function: FunctionInfo) -> Boundary:
        if isinstance(function.node, ast.Lambda):
            outside = self._handed.of(Use(function.node, function.module))
            if outside is not None and outside.mode == "run":
                return outside
            return Boundary("wait", "a lambda cannot await")
        if function.is_async:
            return FREE
        if function in self._decorating:
            return Boundary("run", "it decorates functions where they are defined")
        if function in self.survey.of_versions:
            return Boundary("wait", "a version of Alembic's calls it and does not await it")
        if is_property_of_model(self.types, function) and len(self.group(function)) == 1:
            return Boundary("property")
        for check in (self._by_shape, self._by_class, self._by_decorators, self._by_result, self._by_uses):
            found = check(function)
            if found is not None and found.mode != "async":
                return found
        return FREE

    def _by_shape(self, function: FunctionInfo) -> Boundary | None:
        name = function.name
        if is_wsgi(function):
            return Boundary("wait", "a WSGI server calls it and does not await it")
        if name.startswith("__") and name.endswith("__") and name != "__call__":
            return Boundary("wait", f"Python calls {name} itself and does not await it")
        by_runner = name in _RUNNER_HOOKS and (function.cls is not None or function.outer.kind == "module")
        in_tests = function.module.path.name.startswith(("test", "conftest"))
        by_runner = by_runner and not is_fixture(self.types, function)
        if by_runner and (in_tests or name.startswith(("setUp", "tearDown"))):
            return Boundary("run", f"the test runner calls {name} itself and does not await it")
        if name.startswith("pytest_") and not is_fixture(self.types, function):
            return Boundary("run", f"pytest calls its hook {name} and does not await it")
        if function.is_generator:
            if is_fixture(self.types, function):
                if any(isinstance(item, ast.YieldFrom) for item in function.yields):
                    return Boundary("wait", "a fixture with 'yield from' cannot be async")
                return None
            return Boundary("wait", "a generator whose consumers are synchronous")
        return None

    def _is_called(self, function: FunctionInfo) -> bool:
        return any(self.survey.calls.get(item) for item in self.group(function))

    def _by_class(self, function: FunctionInfo) -> Boundary | None:
        if function.cls is None:
            return None
        if (caller := self._named.get(function)) is not None:
            return Boundary("wait", f"{caller} calls it by its name and does not await it")
        # A mixin has no library class above it; what it is mixed with may be one.
        family = (function.cls, *ancestry.subclasses(self.types, function.cls))
        bases = dict.fromkeys(base for cls in family for base in ancestry.lineage(self.types, cls))
        for base in bases:
            if not isinstance(base, str):
                continue
            api = self.project.catalog.api(base)
            if api is None and base.endswith("TestCase") and _is_step_of_a_test(function.name):
                return Boundary("run", f"{base} may call it and not await it")
            if api is None:
                continue
            consumer = _hook(api.hooks, function.name)
            if consumer is not None:
                return Boundary(OF_CONSUMER[consumer], f"{base} calls {function.name} and does not await it")
        if self._is_awaited_by_decorator(function):
            return None
        caller = library_caller(self.survey, function, self.group(function))
        if caller is not None:
            return Boundary("wait", f"{caller} may call {function.name} and not await it")
        if function.name == "__call__":
            handed = [self._handed.of(use) for use in handed_objects(self.survey, function)]
            for found in handed:
                if found is not None:
                    return found
            if not handed and not self._is_called(function):
                return Boundary("wait", "an object that is handed on, and that nobody here calls")
        return None

    def _is_awaited_by_decorator(self, function: FunctionInfo) -> bool:
        return any(
            api is not None and api.decorates in {Consumer.AWAITS, Consumer.COMMAND, Consumer.FIXTURE}
            for _, api in self.library_decorators(function)
        )

    def _by_decorators(self, function: FunctionInfo) -> Boundary | None:
        worst: Boundary | None = None
        awaited = False
        unknown: str | None = None
        for name, api in self.library_decorators(function):
            if api is None or api.decorates is None:
                unknown = name
                continue
            awaited = awaited or api.decorates is Consumer.AWAITS
            reason = f"decorated with {name}, which does not await it"
            found = Boundary(OF_CONSUMER[api.decorates], reason)
            worst = strictest((worst, found))
        if unknown is None:
            unknown = next((ast.unparse(node) for node in opaque_decorators(self.types, function)), None)
        if unknown is not None and not awaited and (worst is None or worst.mode == "async"):
            return Boundary("wait", f"decorated with {unknown}, which may call it at once")
        return worst

    def library_decorators(self, function: FunctionInfo) -> Iterator[tuple[str, Api | None]]:
        """The decorators of ``function`` that come from libraries, with what the catalogue says of them."""
        for node in function.decorators:
            for item in self.types.types(*decorating(self.types, node, function.outer)):
                if isinstance(item, External):
                    yield item.name, self.project.catalog.api(item.name)

    def _by_result(self, function: FunctionInfo) -> Boundary | None:
        if is_fixture(self.types, function) or function.name.startswith("test"):
            return None
        for item in self.types.function_value(function):
            if isinstance(item, Instance) and self._is_application(item) and function.cls is None:
                return Boundary(
                    "run", "an application factory, which servers and the command line call synchronously"
                )
        return None

    def _is_application(self, item: Instance) -> bool:
        if isinstance(item.of, str):
            return self.project.catalog.is_subclass(item.of, "flask.Flask")
        return ancestry.derives(self.types, item.of, "flask.Flask")

    def _by_uses(self, function: FunctionInfo) -> Boundary | None:
        return strictest(self._handed.of(use) for use in self.survey.uses.get(function, ()))


def _is_step_of_a_test(name: str) -> bool:
    return name.startswith("test") or name in {"setUp", "tearDown"}


def opaque_decorators(types: Inference, function: FunctionInfo) -> Iterator[ast.expr]:
    """The decorators that call the function in a way nobody can see: ``@generic.register``, an unknown object's, a context manager."""
    for node in function.decorators:
        known = types.types(*decorating(types, node, function.outer))
        if (
            not known
            or any(_is_of_nobody(types, item) for item in known)
            or any(
                isinstance(item, Instance) and item.of == CONTEXT_MANAGER
                for item in types.types(node, function.outer)
            )
        ):
            yield node


def _is_of_nobody(types: Inference, item: Type) -> bool:
    """Whether it is an object of a library's class of which nobody says what a call of it does: ``hookimpl = HookimplMarker("app")``."""
    if not isinstance(item, Instance) or not isinstance(item.of, str) or "." not in item.of:
        return False
    return types.catalog.api(item.of) is None


def is_wsgi(function: FunctionInfo) -> bool:
    """Whether ``function`` is a WSGI application or middleware: ``(environ, start_response)``."""
    names = [parameter.node.arg for parameter in function.parameters]
    return names[-2:] == ["environ", "start_response"] and len(names) <= 3


def _hook(hooks: object, name: str) -> Consumer | None:
    """The consumer of method ``name``: named itself, by a prefix ending in ``*``, or by ``*``."""
    assert hasattr(hooks, "get")
    found: Consumer | None = hooks.get(name)
    if found is not None:
        return found
    for pattern, consumer in hooks.items():  # type: ignore[attr-defined]
        if pattern.endswith("*") and pattern != "*" and name.startswith(pattern[:-1]):
            return consumer  # type: ignore[no-any-return]
    return None if name.startswith("__") else hooks.get("*")
