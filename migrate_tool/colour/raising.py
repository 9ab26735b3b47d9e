"""Assertions that call a function themselves: ``assertRaises(Error, client.get, "/")`` waits where the function does."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from migrate_tool.model.symbols import ModuleInfo
from migrate_tool.model.types import External, FunctionRef

from .sites import Site, Survey, site_at

#: At which position each is given the function.
_FUNCTION = {
    "unittest.TestCase.assertRaises": 1,
    "unittest.TestCase.assertRaisesRegex": 2,
    "unittest.TestCase.assertWarns": 1,
    "unittest.TestCase.assertWarnsRegex": 2,
    "pytest.raises": 1,
    "pytest.warns": 1,
    "pytest.deprecated_call": 0,
}
RULE = "FQ505"


def raising(found: Survey) -> Iterator[Site]:
    """Every such assertion that can be a ``with`` and whose function waits; those of the project's functions are kept for later."""
    for module in found.modules():
        for node in module.of_type(ast.Call):
            assert isinstance(node, ast.Call)
            index = function_index(found, node)
            if index is None or not _is_statement(module, node):
                continue
            function = node.args[index]
            scope = module.scopes[node]
            for item in found.project.types.types(function, scope):
                if isinstance(item, External):
                    known = found.project.catalog.find(item.name)
                    if known is not None and known[1].awaited and known[1].kind == "function":
                        yield site_at("raising", node, module, scope, *known)
                        break
                elif isinstance(item, FunctionRef):
                    site = Site(
                        "raising", node, module, scope, item.info.where, RULE, scope.owner(), item.info
                    )
                    found.joins.setdefault(item.info, []).append(site)
                    found.asserting.add(node)


def function_index(found: Survey, node: ast.Call) -> int | None:
    """The position of the function that the assertion ``node`` calls; None if it is none, or is given none."""
    for target in found.targets.get(node, frozenset()):
        if isinstance(target, External):
            known = found.project.catalog.find(target.name)
            index = _FUNCTION.get(known[0] if known else target.name)
            if index is not None and index < len(node.args):
                stars = any(isinstance(item, ast.Starred) for item in node.args[: index + 1])
                return None if stars else index
    return None


def _is_statement(module: ModuleInfo, node: ast.Call) -> bool:
    """Whether it stands alone, or gives its result to one name."""
    parent = module.parents.get(node)
    if isinstance(parent, ast.Assign):
        return len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name)
    return isinstance(parent, ast.Expr)
