"""Which of several files one name means: where a repository holds more than one ``app.py``, the one nearest to who imports it.

Python looks in the folder of the script that is started, or of the test, so ``from app import db`` in ``shop/test_shop.py`` means
``shop/app.py``, whatever other folders hold an ``app.py`` too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from .symbols import Imported, ModuleInfo, Scope


def choose(
    modules: Iterable[ModuleInfo], meant: Mapping[str, list[ModuleInfo]], by_name: Mapping[str, ModuleInfo]
) -> None:
    """Let each import of a name that several files have say the file that it means, by its name from the repository's root.

    Args:
        modules: The project's modules.
        meant: Every name, with the files that have it.
        by_name: The file that a name means where nothing tells.
    """
    several = {name: files for name, files in meant.items() if len(files) > 1}
    if not several:
        return
    for module in modules:
        for scope in _scopes(module):
            for bindings in scope.bindings.values():
                for binding in bindings:
                    if isinstance(binding, Imported) and binding.module in several:
                        binding.module = _said(binding.module, module, several, by_name)
            scope.stars[:] = [
                _said(name, module, several, by_name) if name in several else name for name in scope.stars
            ]


def _scopes(module: ModuleInfo) -> Iterable[Scope]:
    return {module.scope: None, **dict.fromkeys(module.scopes.values())}


def _said(
    name: str,
    asking: ModuleInfo,
    several: Mapping[str, list[ModuleInfo]],
    by_name: Mapping[str, ModuleInfo],
) -> str:
    def is_above(folder: PurePosixPath) -> bool:
        return folder in asking.path.parents

    usual = by_name[name]
    found = [
        (len(folder.parts), file is usual, _full(file.path))
        for file in several[name]
        if file is not asking and is_above(folder := _folder(file.path, name))
    ]
    full = max(found)[2] if found else name
    return full if by_name.get(full) in several[name] and by_name[full] is not usual else name


def _folder(path: PurePosixPath, name: str) -> PurePosixPath:
    """The folder in which ``name`` is looked up to find the file."""
    steps = name.count(".") + (2 if path.name == "__init__.py" else 1)
    parents = path.parents
    return parents[min(steps, len(parents)) - 1]


def _full(path: PurePosixPath) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
