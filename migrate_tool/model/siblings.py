"""Modules that files import by their bare name from beside them.

``from base import BaseTestCase`` in ``project/tests/test_user.py`` means ``project/tests/base.py`` where the runner puts the folder
of the tests into ``sys.path`` (``unittest discover``, a script that is started there), although the folder is a package.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from .symbols import ModuleInfo


def siblings(
    modules: Mapping[PurePosixPath, ModuleInfo], known: Collection[str], libraries: Collection[str]
) -> Iterator[tuple[str, ModuleInfo]]:
    """Every bare name that a file imports and that only a module beside it can be.

    Args:
        modules: The project's modules by path.
        known: Names that the project's modules have already.
        libraries: Top-level packages of libraries.
    """
    for path, module in modules.items():
        for name in _bare(module):
            beside = modules.get(path.with_name(f"{name}.py"))
            if (
                beside is not None
                and beside is not module
                and name not in known
                and name not in libraries
                and name not in sys.stdlib_module_names
            ):
                yield name, beside


def _bare(module: ModuleInfo) -> Iterator[str]:
    for node in module.of_type(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if "." not in alias.name)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module and "." not in node.module:
            yield node.module
