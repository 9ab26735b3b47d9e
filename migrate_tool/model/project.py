"""The project: its modules by every name under which they can be imported."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from functools import cached_property
from pathlib import PurePosixPath

from migrate_tool.catalog import Catalog, catalog, spelled_out
from migrate_tool.project.source import SourceFile

from .calls import Calls, decorators_in
from .fixtures import Fixtures
from .inference import Inference
from .module_names import names, packages
from .nearest import choose
from .put_in_place import put_in_place
from .reader import absolute, read_module
from .siblings import siblings
from .symbols import ClassInfo, FunctionInfo, Imported, ModuleInfo
from .types import NOTHING, ModuleRef, Types


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
        folders = packages(sources)
        meant: dict[str, list[ModuleInfo]] = {}
        for source in sources:
            if source.tree is None:
                continue
            path = PurePosixPath(source.path)
            dotted = names(path, folders)
            module = like.modules.get(path) if like else None
            if module is None or module.source is not source or module.name != dotted[0]:
                module = read_module(dotted[0], path, source, source.tree)
            self.modules[path] = module
            for name in dotted:
                self.by_name.setdefault(name, module)
                meant.setdefault(name, []).append(module)
        choose(self.modules.values(), meant, self.by_name)
        self.by_name.update(dict(siblings(self.modules, self.by_name, self.catalog.roots)))
        self.by_name.update(dict(put_in_place(self.modules, self.by_name)))
        if library is None:
            chosen = self.catalog.chosen(self._imported())
            self.catalog = chosen.of_quart() if self.is_quart else chosen
        #: Where functions are called.
        self.calls = Calls(self)
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

    def release(self, changed: Container[PurePosixPath]) -> None:
        """Let go of all that was worked out, and of the modules whose text changes, before the changed ones are read.

        The collector does not run meanwhile, and what is worked out refers to itself: two models would be held at once.

        Args:
            changed: the paths of these modules. What was read of the others stays.
        """
        self.survey = None
        for worked_out in (self.types, self.calls):
            vars(worked_out).clear()
        self.types, self.calls = Inference(self), Calls(self)
        for path, module in self.modules.items():
            if path in changed:
                module.release()

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

    @cached_property
    def names_of_heirs(self) -> dict[str, set[str]]:
        """What the classes are called that name a base so, by its last name."""
        found: dict[str, set[str]] = {}
        for cls in self.classes():
            for base in cls.node.bases:
                name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
                found.setdefault(name, set()).add(cls.name)
        return found

    @cached_property
    def attributes(self) -> frozenset[str]:
        """The names of all attributes that are read or set anywhere."""
        return frozenset(
            node.attr
            for module in self.modules.values()
            for node in module.of_type(ast.Attribute)
            if isinstance(node, ast.Attribute)
        )

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
    def fixtures(self) -> Fixtures:
        """The fixtures of pytest."""
        return Fixtures(self.functions())

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
