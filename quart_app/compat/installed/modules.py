"""The two places where a missing name is looked for: a module that is there, and an import of one that is not."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from . import names
from .asking import IMPORTS, who_asks

_EXTENSIONS = "flask.ext"


def watch() -> None:
    """Answer for the modules that are there already; :class:`OldModules` does for those to come."""
    for name, module in list(sys.modules.items()):
        if names.is_watched(name):
            _answer_for(module)


def _answer_for(module: ModuleType) -> None:
    """Have a module asked for what it does not have; what it says to that itself comes first."""
    own: Callable[[str], Any] | None = vars(module).get("__getattr__")
    if getattr(own, "of_old_names", False):
        return

    def __getattr__(name: str) -> Any:  # noqa: N807
        if own is not None:
            try:
                return own(name)
            except AttributeError:
                pass
        qualified = f"{module.__name__}.{name}"
        asker = who_asks()
        if asker is not None:
            try:
                found = names.stand_in(qualified)
            except (LookupError, ImportError):
                pass
            else:
                asker.tell(qualified)
                return found
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}", name=name, obj=module)

    __getattr__.of_old_names = True  # type: ignore[attr-defined]
    vars(module)["__getattr__"] = __getattr__


class OldModules(importlib.abc.MetaPathFinder):
    """Last in line: finds modules that are gone, for installed packages; first in line: sees those that are there imported."""

    @classmethod
    def put_in_place(cls) -> bool:
        """Put both finders in place; False if they are."""
        if any(isinstance(finder, cls) for finder in sys.meta_path):
            return False
        sys.meta_path.insert(0, _Arrivals())
        sys.meta_path.append(cls())
        return True

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """Return what makes an old module: without a name of its own, it answers like any other; None for who may not have it."""
        asker = who_asks(IMPORTS) if names.is_watched(fullname) else None
        if asker is None:
            return None
        extension = fullname.startswith(f"{_EXTENSIONS}.") and fullname.count(".") == 2
        if not (extension or fullname == _EXTENSIONS or names.knows_module(fullname)):
            return None
        asker.tell(fullname)
        if extension:
            return importlib.machinery.ModuleSpec(fullname, _Renamed())
        return importlib.machinery.ModuleSpec(fullname, _Empty(), is_package=True)


class _Arrivals(importlib.abc.MetaPathFinder):
    """Lets the others find a module, and answers for it once it has run."""

    def __init__(self) -> None:
        self._looking: set[str] = set()

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        if not names.is_watched(fullname) or fullname in self._looking:
            return None
        self._looking.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking.discard(fullname)
        if spec is not None and spec.loader is not None and not isinstance(spec.loader, _Empty | _Renamed):
            spec.loader = _Watched(spec.loader)
        return spec


class _Watched(importlib.abc.Loader):
    """A module's own loader, after whose work we answer for the module."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        _answer_for(module)


class _Empty(importlib.abc.Loader):
    """Makes a module that is gone: there is nothing in it but answers."""

    def exec_module(self, module: ModuleType) -> None:
        _answer_for(module)


class _Renamed(importlib.abc.Loader):
    """``flask.ext.name``, as ``flask_name`` was imported until Flask 1.0."""

    def __init__(self) -> None:
        self._spec: Any = None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        name = spec.name.rpartition(".")[2]
        home = f"flask_{name}"
        module = importlib.import_module(home if importlib.util.find_spec(home) else f"flaskext.{name}")
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec
