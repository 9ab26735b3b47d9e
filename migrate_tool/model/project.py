"""The project: its modules by every name under which they can be imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath

from migrate_tool.catalog import Catalog, catalog, spelled_out
from migrate_tool.project.source import SourceFile

from .inference import SETS_DEFAULTS, Inference
from .nearest import choose
from .reader import absolute, read_module
from .siblings import siblings
from .symbols import Assigned, ClassInfo, FunctionInfo, Imported, ModuleInfo, Parameter
from .types import NOTHING, ModuleRef, Types

_RELATIVE = re.compile(r"^[ \t]*from[ \t]+(\.+)", re.MULTILINE)
#: Class attributes that hold decorators of views: Flask's, and those of Flask-RESTful and Flask-RESTX.
VIEW_DECORATORS = frozenset({"decorators", "method_decorators"})


def decorators_in(value: ast.expr | None) -> list[ast.expr]:
    """The decorators in a list, or in the lists of a dictionary by verb."""
    if isinstance(value, ast.Dict):
        return [item for listed in value.values for item in decorators_in(listed)]
    return list(value.elts) if isinstance(value, ast.List | ast.Tuple) else []


def _bare_decorators(module: ModuleInfo) -> Iterator[str]:
    """The names that decorate functions without being called, above them or in a class's list of decorators."""
    listed = [node for function in module.functions for node in function.decorators]
    for cls in module.classes:
        for statement in cls.node.body:
            if isinstance(statement, ast.Assign):
                listed += decorators_in(statement.value)
    yield from (node.id for node in listed if isinstance(node, ast.Name))


class Project:
    """All modules that were read, and the inference over them.

    Attributes:
        modules: by path, relative to the repository's root.
        by_name: by dotted name; one module may be known under several (from the root, from ``src/``,
            from a folder of scripts).
        types: what expressions are.
        survey: kept by ``colour.survey``: what is done everywhere in the project.
    """

    def __init__(
        self, sources: list[SourceFile], library: Catalog | None = None, like: Project | None = None
    ) -> None:
        """Read the modules.

        Args:
            sources: the files.
            library: what is known of libraries; by default chosen by what the files import.
            like: a project that holds most of these files already: what was read of them is not read again.
        """
        self.catalog = library or catalog()
        self.modules: dict[PurePosixPath, ModuleInfo] = {}
        self.by_name: dict[str, ModuleInfo] = {}
        packages = _packages(sources)
        meant: dict[str, list[ModuleInfo]] = {}
        for source in sources:
            if source.tree is None:
                continue
            path = PurePosixPath(source.path)
            names = _names(path, packages)
            module = like.modules.get(path) if like else None
            if module is None or module.source is not source or module.name != names[0]:
                module = read_module(names[0], path, source, source.tree)
            self.modules[path] = module
            for name in names:
                self.by_name.setdefault(name, module)
                meant.setdefault(name, []).append(module)
        choose(self.modules.values(), meant, self.by_name)
        self.by_name.update(dict(siblings(self.modules, self.by_name, self.catalog.roots)))
        if library is None:
            chosen = self.catalog.chosen(self._imported())
            self.catalog = chosen.of_quart() if self.is_quart else chosen
        self._calls: dict[str, list[tuple[ast.Call, ModuleInfo]]] | None = None
        self._fixtures: dict[str, list[FunctionInfo]] | None = None
        self.types = Inference(self)
        self.survey: object = None

    def _imported(self) -> set[str]:
        """What tells the generations of libraries: names imported one by one, qualified; decorators that stand bare, and attributes."""
        found: set[str] = set()
        asked = {name for generation in self.catalog.generations for name in generation.told_by_attributes}
        for module in self.modules.values():
            imported = {
                alias.asname or alias.name: spelled_out(f"{node.module}.{alias.name}")
                for node in module.of_type(ast.ImportFrom)
                if isinstance(node, ast.ImportFrom) and node.module and not node.level
                for alias in node.names
            }
            found.update(imported.values())
            found.update(f"@{imported[name]}" for name in _bare_decorators(module) if name in imported)
            found.update(
                f".{node.attr}"
                for node in module.of_type(ast.Attribute)
                if isinstance(node, ast.Attribute) and node.attr in asked
            )
        return found

    def functions(self) -> Iterator[FunctionInfo]:
        """Every function, lambdas included."""
        for module in self.modules.values():
            yield from module.functions

    def classes(self) -> Iterator[ClassInfo]:
        """Every class."""
        for module in self.modules.values():
            yield from module.classes

    @cached_property
    def classes_named(self) -> dict[str, list[ClassInfo]]:
        """Every class by its name."""
        found: dict[str, list[ClassInfo]] = {}
        for cls in self.classes():
            found.setdefault(cls.name, []).append(cls)
        return found

    def module(self, name: str) -> ModuleInfo | None:
        """The module that ``import name`` would give, if it is the project's own."""
        return self.by_name.get(name)

    def lookup(self, dotted: str) -> Types:
        """What a dotted path such as ``"package.module.name"`` names, as ``mock.patch`` and ``monkeypatch`` read it."""
        parts = dotted.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = self.module(".".join(parts[:cut]))
            if module is not None:
                found: Types = frozenset({ModuleRef(module)})
                for name in parts[cut:]:
                    found = self.types.attribute(found, name)
                return found
        return NOTHING

    def is_own(self, name: str) -> bool:
        """Whether ``name`` is, or is inside, a package or module of the project."""
        return name in self.by_name or name in self._packages

    @cached_property
    def _packages(self) -> set[str]:
        """Every dotted name that a module's name begins with."""
        found: set[str] = set()
        for name in self.by_name:
            while "." in name:
                name = name.rpartition(".")[0]
                found.add(name)
        return found

    @cached_property
    def _aliases(self) -> dict[str, set[str]]:
        """``from x import original as alias``, ``x.alias = original``, ``set_defaults(alias=original)``: originals by alias."""
        found: dict[str, set[str]] = {}
        functions = {function.name for function in self.functions()}

        def hold(alias: str | None, value: ast.expr) -> None:
            original = _last_name(value)
            if alias and original != alias and original in functions:
                found.setdefault(alias, set()).add(original)

        for module in self.modules.values():
            for node in module.of_type(ast.ImportFrom):
                assert isinstance(node, ast.ImportFrom)
                for alias in node.names:
                    if alias.asname and alias.asname != alias.name:
                        found.setdefault(alias.asname, set()).add(alias.name)
            for node in module.of_type(ast.Assign):
                assert isinstance(node, ast.Assign)
                for target in node.targets:
                    hold(_last_name(target), node.value)
            for node in module.of_type(ast.Call):
                assert isinstance(node, ast.Call)
                if _last_name(node.func) == SETS_DEFAULTS:
                    for keyword in node.keywords:
                        hold(keyword.arg, keyword.value)
        return found

    def aliases(self, name: str) -> set[str]:
        """The other names under which ``name`` is imported somewhere."""
        return {alias for alias, originals in self._aliases.items() if name in originals}

    def calls_named(self, name: str) -> list[tuple[ast.Call, ModuleInfo]]:
        """Every call and decorator whose callee ends in ``name`` (import aliases included)."""
        if self._calls is None:
            self._calls = {}
            for module in self.modules.values():
                for call in module.of_type(ast.Call):
                    assert isinstance(call, ast.Call)
                    called = _last_name(call.func)
                    if called:
                        self._calls.setdefault(called, []).append((call, module))
            direct = {known: list(calls) for known, calls in self._calls.items()}
            for alias, originals in self._aliases.items():
                for original in originals:
                    self._calls.setdefault(original, []).extend(direct.get(alias, ()))
        return self._calls.get(name, [])

    @cached_property
    def calls_of_parameters(self) -> list[tuple[ast.Call, ModuleInfo]]:
        """Calls of what a function was given as an argument: ``view(*args)`` in a decorator."""
        found = []
        for module in self.modules.values():
            for call in module.of_type(ast.Call):
                assert isinstance(call, ast.Call)
                if isinstance(call.func, ast.Name):
                    for scope in module.scopes[call].chain():
                        if call.func.id in scope.bindings:
                            if any(isinstance(item, Parameter) for item in scope.bindings[call.func.id]):
                                found.append((call, module))
                            break
        return found

    @cached_property
    def decorators_of_classes(self) -> list[tuple[ClassInfo, ast.expr]]:
        """The elements of ``decorators = [...]`` and ``method_decorators`` in class bodies: what class-based views are decorated with."""
        return [
            (cls, item)
            for cls in self.classes()
            for node in cls.node.body
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id in VIEW_DECORATORS for target in node.targets)
            for item in decorators_in(node.value)
        ]

    @cached_property
    def decorators_of_apis(self) -> list[tuple[ast.Call, ModuleInfo, ast.expr]]:
        """The elements of ``decorators=[...]`` in calls: ``Api(app, decorators=[f])`` decorates every view."""
        return [
            (call, module, item)
            for module in self.modules.values()
            for call in module.of_type(ast.Call)
            if isinstance(call, ast.Call)
            for keyword in call.keywords
            if keyword.arg == "decorators"
            for item in decorators_in(keyword.value)
        ]

    @cached_property
    def calls_of_results(self) -> list[tuple[ast.Call, ModuleInfo]]:
        """Calls of what a call gives: ``permission_required("x")(view)``."""
        found = []
        for module in self.modules.values():
            for call in module.of_type(ast.Call):
                assert isinstance(call, ast.Call)
                if isinstance(call.func, ast.Call):
                    found.append((call, module))
        return found

    @cached_property
    def _passing(self) -> dict[str, list[tuple[ast.Call, ModuleInfo]]]:
        """Calls by the last name of an argument that may be a function: a first argument, ``target=``, ``function=``."""
        found: dict[str, list[tuple[ast.Call, ModuleInfo]]] = {}
        for module in self.modules.values():
            for call in module.of_type(ast.Call):
                assert isinstance(call, ast.Call)
                given = [keyword.value for keyword in call.keywords if keyword.arg in {"target", "function"}]
                for argument in [*call.args[:1], *given]:
                    name = _last_name(argument)
                    if name:
                        found.setdefault(name, []).append((call, module))
        return found

    def calls_with(self, name: str) -> list[tuple[ast.Call, ModuleInfo]]:
        """Every call that hands on something called ``name``, with or without arguments for it."""
        return self._passing.get(name, [])

    @cached_property
    def _keyword_writes(self) -> dict[tuple[FunctionInfo | None, str, str], list[Assigned]]:
        """``kwargs["name"] = value``, by the function in which it stands and both names."""
        found: dict[tuple[FunctionInfo | None, str, str], list[Assigned]] = {}
        for module in self.modules.values():
            for node in module.of_type(ast.Assign):
                assert isinstance(node, ast.Assign)
                for target in node.targets:
                    if (
                        isinstance(target, ast.Subscript)
                        and isinstance(target.value, ast.Name)
                        and isinstance(target.slice, ast.Constant)
                        and isinstance(target.slice.value, str)
                    ):
                        scope = module.scopes[target]
                        key = scope.owner(), target.value.id, target.slice.value
                        found.setdefault(key, []).append(Assigned(node.value, scope))
        return found

    def put_by_name(self, call: ast.Call, name: str, module: ModuleInfo) -> list[Assigned]:
        """What ``call(**kwargs)`` gives the parameter ``name``, where the function around it put it into ``kwargs``."""
        owner = module.scopes[call].owner()
        return [
            value
            for keyword in call.keywords
            if keyword.arg is None and isinstance(keyword.value, ast.Name)
            for value in self._keyword_writes.get((owner, keyword.value.id, name), ())
        ]

    def mains(self, name: str) -> list[ModuleInfo]:
        """The modules that may be ``__main__`` where ``from __main__ import name`` is read: those that ask, else scripts at the root."""
        binding = [
            module
            for module in self.modules.values()
            if any(not isinstance(item, Imported) for item in module.scope.bindings.get(name, ()))
        ]
        asking = [
            module
            for module in binding
            if any(getattr(node, "value", None) == "__main__" for node in module.of_type(ast.Constant))
        ]
        return asking or [module for module in binding if len(module.path.parts) == 1]

    @cached_property
    def _packages_imported(self) -> set[str]:
        """The top-level packages that files import."""
        return {
            name.partition(".")[0]
            for module in self.modules.values()
            for node in module.of_type(ast.Import, ast.ImportFrom)
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        }

    @cached_property
    def uses_flask(self) -> bool:
        """Whether a file imports Flask or an extension of it: the migration has not happened yet, or not everywhere."""
        return any(name == "flask" or name.startswith("flask_") for name in self._packages_imported)

    @cached_property
    def is_quart(self) -> bool:
        """Whether somebody wrote this for Quart himself: nothing of it comes from Flask or from a migration."""
        return (
            "quart" in self._packages_imported
            and "quart_app" not in self._packages_imported
            and not self.uses_flask
        )

    @cached_property
    def has_coroutines(self) -> bool:
        """Whether anything in the project is asynchronous already."""
        return any(function.is_async for function in self.functions())

    @cached_property
    def exports(self) -> set[tuple[ModuleInfo, str]]:
        """Names that one module of the project imports from another: (the module they come from, the name)."""
        found: set[tuple[ModuleInfo, str]] = set()
        for module in self.modules.values():
            for node in module.of_type(ast.ImportFrom):
                assert isinstance(node, ast.ImportFrom)
                source = self.module(absolute(module, node.level, node.module or ""))
                if source is None or source is module:
                    continue
                for alias in node.names:
                    names = [alias.name]
                    if alias.name == "*":
                        used = {name.id for name in module.of_type(ast.Name) if isinstance(name, ast.Name)}
                        names = [name for name in source.scope.bindings if name in used]
                    found.update((source, name) for name in names)
        return found

    def fixtures(self, name: str) -> list[FunctionInfo]:
        """The pytest fixtures that provide ``name``."""
        if self._fixtures is None:
            self._fixtures = {}
            for function in self.functions():
                for provided in _fixture_names(function):
                    self._fixtures.setdefault(provided, []).append(function)
        return self._fixtures.get(name, [])

    def visible_fixture(self, name: str, asking: FunctionInfo) -> FunctionInfo | None:
        """The fixture that ``asking``, a test or a fixture, gets for the argument ``name``: its module's, else the nearest conftest's.

        A fixture that asks for one of its own name gets the one that it overrides.
        """
        best: tuple[int, FunctionInfo] | None = None
        module = asking.module
        for fixture in self.fixtures(name):
            if fixture is asking:
                continue
            if fixture.module is module:
                return fixture
            folder = fixture.module.path.parent
            inside = folder == PurePosixPath(".") or folder in module.path.parents
            distance = len(folder.parts) if inside and fixture.module.path.name == "conftest.py" else -1
            if distance >= 0 and (best is None or distance > best[0]):
                best = (distance, fixture)
            elif best is None:
                best = (-1, fixture)
        return best[1] if best else None


def _packages(sources: list[SourceFile]) -> set[PurePosixPath]:
    """The folders that are packages: they have an ``__init__.py``, or a file in them imports relatively."""
    found: set[PurePosixPath] = set()
    for source in sources:
        path = PurePosixPath(source.path)
        if path.name == "__init__.py":
            found.add(path.parent)
        levels = max((len(dots) for dots in _RELATIVE.findall(source.text)), default=0)
        found.update(list(path.parents)[:levels])
    return found


def _names(path: PurePosixPath, packages: set[PurePosixPath]) -> list[str]:
    """The dotted names of a file: from its outermost package's folder first, then from the repository's root."""
    parts = list(path.with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    if not parts:
        return ["__init__"]
    folder = path.parent
    while folder in packages and folder != PurePosixPath("."):
        folder = folder.parent
    top = len(folder.parts)
    names = [".".join(parts[top:] or parts), ".".join(parts)]
    if parts[0] == "src":
        names.append(".".join(parts[1:]))
    return list(dict.fromkeys(name for name in names if name))


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return None


def _fixture_names(function: FunctionInfo) -> Iterator[str]:
    for decorator in function.decorators:
        call = decorator if isinstance(decorator, ast.Call) else None
        target = call.func if call else decorator
        name = _last_name(target)
        if name in {"fixture", "yield_fixture", "async_fixture"}:
            given = [k.value for k in call.keywords if k.arg == "name"] if call else []
            constant = given[0] if given else None
            if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                yield constant.value
            else:
                yield function.name
